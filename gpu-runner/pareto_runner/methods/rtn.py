"""RTN: every weight goes to the nearest step of its group's grid; the honest baseline of all other methods."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

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
    run_modifiers,
)
from pareto_runner.schemas import ErrorInfo, ModelFacts


class RtnParams(Params):
    """Parameters of rounding to nearest."""

    bits: Literal[2, 3, 4, 8] = Field(default=4, description="bits per weight")
    group_size: GroupSize = Field(default=128, description=GROUP_TEXT)
    symmetric: bool = Field(default=True, description="the grid is centred on zero; if not, each group has an offset")
    quantize_head: bool = Field(
        default=False, description="pack the head too, at 8 bits: faster in packed runtimes, more disk if it was tied"
    )


class Rtn(IntegerMethod):
    """Weight-only quantization of the linear layers in the blocks and, if wanted, of the head."""

    name = "rtn"
    title = "Round to nearest"
    summary = "Rounds every weight to the nearest step; takes no time and no calibration text."
    source = "the baseline of Frantar et al. 2022 (arXiv 2210.17323), through llmcompressor"
    params_type = RtnParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must divide every layer's input width, which is also the head's."""
        return check_layers(facts, params.group_size)

    def apply(self, work: Work, params: Any) -> None:
        """Take scales from each group's extremes and round; the model is packed when it is saved."""
        from llmcompressor.modifiers.quantization import QuantizationModifier

        work.report(0.1, f"rounding to {params.bits} bits")
        groups = {"blocks": int_scheme(params.bits, params.group_size, params.symmetric)}
        if params.quantize_head:
            add_head(work, groups, params.group_size)
        ignore = [] if params.quantize_head else [head_name(work.model)]
        run_modifiers(work, [QuantizationModifier(config_groups=groups, ignore=ignore)])
        pack_model(work)
