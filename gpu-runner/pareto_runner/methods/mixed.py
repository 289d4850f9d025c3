"""Mixed precision: each layer gets the bits that it needs, under a budget of bits, size, latency or loss."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from pareto_runner.errors import RunnerError
from pareto_runner.methods.allocation import Option, allocate_cost, allocate_loss
from pareto_runner.methods.base import Params, Work
from pareto_runner.methods.compressed import (
    GROUP_TEXT,
    HEAD_BITS,
    GroupSize,
    IntegerMethod,
    add_head,
    budget_problem,
    check_layers,
    head_name,
    int_scheme,
    pack_model,
    round_weight,
)
from pareto_runner.methods.gptq import quantize
from pareto_runner.methods.layout import find_blocks
from pareto_runner.models.cache import cached
from pareto_runner.models.hessians import find_hessians, find_owners
from pareto_runner.models.sensitivity import LayerSet, Sensitivity, make_sets, measure_sensitivity
from pareto_runner.schemas import ErrorInfo, ModelFacts

BITS = (2, 3, 4, 8)
SCALE_BITS = 16
ENTRY_BITS = 8 * 320
"""What a packed layer's shape and its three entries in the file's header take; not little in a very small model."""
CEILINGS = {"average_bits": 8.0, "size": 1.0, "latency": 1.0, "loss": 10.0}


class MixedParams(Params):
    """Parameters of mixed precision."""

    budget: Literal["average_bits", "size", "latency", "loss"] = Field(
        default="average_bits",
        description="what is bounded: bits per weight of the blocks' linear layers; bytes on disk against the model "
        "before; bytes of weights read per token against before, which bounds the time in packed runtimes; or the "
        "predicted divergence from the model in nats per token, for which the smallest artifact is sought",
    )
    value: float = Field(default=4.0, gt=0.0, le=10.0, description="the bound: bits, a ratio, a ratio, or nats")
    least_bits: Literal[2, 3, 4] = Field(default=2, description="no layer gets fewer; more bits are 3, 4 or 8")
    group_size: GroupSize = Field(default=128, description=GROUP_TEXT)
    rounding: Literal["gptq", "rtn"] = Field(default="gptq", description="how layers are rounded in the end")
    quantize_head: bool = Field(default=False, description="pack the head too, at 8 bits: faster in packed runtimes")
    calibration_samples: int = Field(default=16, ge=4, le=128, description="rows of text to measure and calibrate on")


class Mixed(IntegerMethod):
    """Weight-only quantization of the blocks' linear layers with bits of their own."""

    name = "mixed"
    title = "Mixed precision"
    summary = "Measures once how much each layer suffers at 2, 3, 4 and 8 bits, then spends a budget where it counts."
    source = "own allocation (multiple-choice knapsack) over measured divergences; rounding through llmcompressor"
    needs_calibration = True
    params_type = MixedParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must fit and the bound must be one that some choice of bits can meet."""
        low = float(params.least_bits) if params.budget == "average_bits" else 0.0
        high = CEILINGS[params.budget]
        problems = check_layers(facts, params.group_size, "group_size")
        if not low <= params.value <= high:
            problems.append(
                budget_problem(
                    "value",
                    f"A budget of {params.value:g} for {params.budget} lies outside {low:g} to {high:g}.",
                    f"Choose a value from {low:g} to {high:g}, or another kind of budget.",
                )
            )
        return problems

    def apply(self, work: Work, params: Any) -> None:
        """Measure or look up the sensitivities, spend the budget, round each layer with its bits."""
        from llmcompressor.modifiers.gptq import GPTQModifier

        rows = work.calibration(params.calibration_samples)
        sensitivity = find_sensitivity(work, params.group_size, rows)
        chosen = _allocate(work, params, sensitivity)
        groups: dict[str, Any] = {}
        for bits in sorted(set(chosen)):
            layers = [
                layer for one, b in zip(sensitivity.sets, chosen, strict=True) if b == bits for layer in one.layers
            ]
            groups[f"bits_{bits}"] = int_scheme(bits, params.group_size, True, layers)
        if params.quantize_head:
            add_head(work, groups, params.group_size)
        hessians = None
        if params.rounding == "gptq":
            hessians = find_hessians(
                work.model,
                rows,
                work.cache_key,
                work.context.work_dir,
                lambda part, message: work.report(0.6 + 0.3 * part, f"{message} at the layers' inputs"),
                work.context.shrink,
            )
        work.report(0.9, "rounding")
        ignore = [] if params.quantize_head else [head_name(work.model)]
        quantize(work.model, GPTQModifier(config_groups=groups, ignore=ignore), hessians)
        work.replace(work.model)
        pack_model(work)


def find_sensitivity(work: Work, group_size: int, rows: list[list[int]]) -> Sensitivity:
    """Return the model's sensitivities for groups of this size, measured where they are not kept already."""
    model = work.model
    prefix, blocks = find_blocks(model)

    @lru_cache
    def scheme(bits: int) -> Any:
        return int_scheme(bits, group_size, True)

    def measure() -> Sensitivity:
        sets = make_sets(find_owners(model, rows[0]), [f"{prefix}.{index}" for index in range(len(blocks))])
        return measure_sensitivity(
            model,
            sets,
            list(blocks),
            rows,
            BITS,
            lambda weight, bits: round_weight(weight, scheme(bits)),
            lambda part: work.report(0.05 + 0.55 * part, "measuring how much each layer suffers"),
        )

    if work.cache_key is None:
        return measure()
    digest = hashlib.sha256(json.dumps([rows, group_size, BITS, model.device.type]).encode()).hexdigest()[:20]
    return Sensitivity.read(cached(work.cache_key, f"sensitivity/{digest}.json", lambda file: measure().write(file)))


def _allocate(work: Work, params: Any, sensitivity: Sensitivity) -> list[int]:
    """Return the bits of each set and note them.

    Raises:
        RunnerError: `budget_too_small`.
    """
    model = work.model
    shapes = [[model.get_submodule(layer).weight.shape for layer in one.layers] for one in sensitivity.sets]
    options = [
        [
            Option(bits, sum(_packed_bits(shape, bits, params.group_size) for shape in of), losses[bits])
            for bits in BITS
            if bits >= params.least_bits
        ]
        for of, losses in zip(shapes, sensitivity.losses, strict=True)
    ]
    weights = sum(rows * columns for of in shapes for rows, columns in of)
    if params.budget == "loss":
        chosen = allocate_loss(options, params.value)
    else:
        chosen = allocate_cost(options, _budget_bits(work, params, shapes, weights))
    if chosen is None:
        raise RunnerError(
            "budget_too_small",
            f"No choice of bits of at least {params.least_bits} keeps {params.budget} within {params.value:g}.",
            "Raise value, lower least_bits or take smaller groups.",
            field="value",
        )
    _describe(work, sensitivity.sets, chosen, sum(option.cost for option in chosen) / weights)
    return [option.bits for option in chosen]


def _budget_bits(work: Work, params: Any, shapes: list[list[Any]], weights: int) -> int:
    """Return how many bits the packed layers, with their scales, may take under the budget."""
    if params.budget == "average_bits":
        scales = sum(_packed_bits(shape, 0, params.group_size) for of in shapes for shape in of)
        return int(params.value * weights) + scales
    head = work.model.get_output_embeddings().weight
    dense = 8 * head.element_size()
    head_dense, head_packed = head.numel() * dense, _packed_bits(head.shape, HEAD_BITS, params.group_size)
    if params.budget == "latency":
        rest = head_packed if params.quantize_head else head_dense
        return int(params.value * (weights * dense + head_dense)) - rest
    before = int(work.facts.size_gb * 8e9)
    rest = before - weights * dense + ENTRY_BITS * sum(len(of) for of in shapes)
    if params.quantize_head:
        rest += head_packed - (0 if work.model.config.tie_word_embeddings else head_dense)
    return int(params.value * before) - rest


def _packed_bits(shape: Any, bits: int, group_size: int) -> int:
    rows, columns = (int(n) for n in shape)
    return rows * columns * bits + rows * (columns // group_size if group_size else 1) * SCALE_BITS


def _describe(work: Work, sets: list[LayerSet], chosen: list[Option], average: float) -> None:
    counts = Counter(option.bits for option in chosen)
    spread = ", ".join(f"{bits} bits in {counts[bits]}" for bits in sorted(counts))
    loss = sum(option.loss for option in chosen)
    work.notes.append(
        f"Of {len(sets)} sets of layers: {spread}; {average:.2f} bits per weight with scales. "
        f"Predicted divergence (sum of the sets' own): {loss:.4f} nats per token."
    )
    by_block: dict[int, list[str]] = {}
    for one, option in zip(sets, chosen, strict=True):
        name = "+".join(layer.rsplit(".", 1)[-1].removesuffix("_proj") for layer in one.layers)
        by_block.setdefault(one.block, []).append(f"{name} {option.bits}")
    work.notes.append("Bits: " + "; ".join(f"block {block}: {', '.join(of)}" for block, of in by_block.items()) + ".")
