"""GPTQ: weights rounded one column after another, each time correcting the columns that are left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods import gptq_block
from pareto_runner.methods.base import Params, Work
from pareto_runner.methods.compressed import (
    GROUP_TEXT,
    GroupSize,
    IntegerMethod,
    add_head,
    check_layers,
    head_name,
    int_scheme,
    pack_model,
)
from pareto_runner.methods.gptq_factors import kept_factors
from pareto_runner.models.hessians import Hessians, find_hessians
from pareto_runner.schemas import ErrorInfo, ModelFacts

STACK_ROWS = 16_384
"""Layers of one shape are rounded side by side up to this many rows; a column then costs little more than in one."""


class GptqParams(Params):
    """Parameters of GPTQ."""

    bits: Literal[2, 3, 4, 8] = Field(default=4, description="bits per weight")
    group_size: GroupSize = Field(default=128, description=GROUP_TEXT)
    symmetric: bool = Field(default=True, description="the grid is centred on zero; if not, each group has an offset")
    act_order: bool = Field(
        default=True, description="columns of the largest activations first; groups stay as they are stored"
    )
    damping: float = Field(default=0.01, ge=0.001, le=0.5, description="share of the mean diagonal added to it")
    quantize_head: bool = Field(
        default=False, description="pack the head too, rounded to 8 bits: faster in packed runtimes"
    )
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")


class Gptq(IntegerMethod):
    """Weight-only quantization of the linear layers in the blocks; the embedding stays as it is."""

    name = "gptq"
    title = "GPTQ"
    summary = "Rounds weights to few bits and corrects the error column by column, guided by calibration text."
    source = "Frantar et al. 2022 (arXiv 2210.17323), through llmcompressor"
    needs_calibration = True
    params_type = GptqParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must divide every layer's input width."""
        return check_layers(facts, params.group_size)

    def apply(self, work: Work, params: Any) -> None:
        """Take the model's Hessians, which all variants share, and round each layer with them."""
        from llmcompressor.modifiers.gptq import GPTQModifier

        rows = work.calibration(params.calibration_samples)
        hessians = find_hessians(
            work.model,
            rows,
            work.cache_key,
            work.context.work_dir,
            lambda part, message: work.report(0.05 + 0.6 * part, f"{message} at the layers' inputs"),
            work.context.shrink,
        )
        groups = {"blocks": int_scheme(params.bits, params.group_size, params.symmetric)}
        if params.quantize_head:
            add_head(work, groups, params.group_size)
        modifier = GPTQModifier(
            config_groups=groups,
            ignore=[] if params.quantize_head else [head_name(work.model)],
            dampening_frac=params.damping,
            actorder="static" if params.act_order else None,
            batched_quantization=STACK_ROWS,
        )
        work.report(0.7, f"rounding to {params.bits} bits")
        quantize(work.model, modifier, hessians)
        work.replace(work.model)
        pack_model(work)


def quantize(model: Any, modifier: Any, hessians: Hessians | None) -> None:
    """Quantize with a modifier of llmcompressor and Hessians that are there already; without them, round to nearest.

    The modifier is led through the steps of its own life cycle, but without a pass over the model. Layers without
    a Hessian (the head, experts that no token reached) are rounded to nearest.
    """
    import torch
    from compressed_tensors.utils import match_named_modules
    from llmcompressor.modifiers.quantization.calibration import observe, update_qparams
    from llmcompressor.transformers.compression.compressed_tensors_utils import modify_save_pretrained

    gptq_block.register()
    modifier.initialize_quantization(model)
    named = dict(match_named_modules(model, modifier.resolved_targets, modifier.ignore))
    modifier._module_names = {module: name for name, module in named.items()}
    modifier.start_calibration(model)
    observe(named.values(), "weight")
    guided = [name for name in named if hessians is not None and name in hessians]
    update_qparams([module for name, module in named.items() if name not in guided], "weight")
    if hessians is not None:
        # On a GPU the factors are made in less time than they are read.
        with kept_factors(hessians.factors if model.device.type == "cpu" else None):
            for names in _stack(guided, named):
                for name in names:
                    module = named[name]
                    modifier._hessians[module] = hessians.read(name, module.weight.device)
                    modifier._num_samples[module] = torch.tensor(float(hessians.rows))
                modifier.compress_module_list([named[name] for name in names])
    modifier.end_calibration(model)
    modify_save_pretrained(model)


def _stack(names: list[str], modules: dict[str, Any]) -> Iterator[list[str]]:
    """Put layers of one shape together, as many as STACK_ROWS allows."""
    by_shape: dict[tuple[int, ...], list[str]] = {}
    for name in names:
        by_shape.setdefault(tuple(modules[name].weight.shape), []).append(name)
    for shape, same in by_shape.items():
        count = max(1, STACK_ROWS // shape[0])
        for start in range(0, len(same), count):
            yield same[start : start + count]
