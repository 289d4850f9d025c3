"""AWQ: input channels that carry much are scaled up before rounding, so that their weights lose less."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import Params, Work
from pareto_runner.methods.compressed import (
    GROUP_TEXT,
    GroupSize,
    IntegerMethod,
    check_family,
    check_layers,
    head_name,
    int_scheme,
    pack_model,
    run_modifiers,
)
from pareto_runner.schemas import ErrorInfo, ModelFacts

FAMILIES = ("llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3")


class AwqParams(Params):
    """Parameters of AWQ."""

    bits: Literal[2, 3, 4, 8] = Field(default=4, description="bits per weight")
    group_size: GroupSize = Field(default=128, description=GROUP_TEXT)
    symmetric: bool = Field(default=False, description="the grid is centred on zero; if not, each group has an offset")
    grid: int = Field(default=20, ge=3, le=40, description="strengths of scaling that are tried per layer")
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")


class Awq(IntegerMethod):
    """Weight-only quantization of the linear layers in the blocks; embedding and head stay as they are."""

    name = "awq"
    title = "AWQ"
    summary = "Searches for each layer a scaling of its input channels under which rounding does least harm."
    source = "Lin et al. 2023 (arXiv 2306.00978), through llmcompressor"
    needs_calibration = True
    families = FAMILIES
    params_type = AwqParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The layers that scale each other must be known and the group size must fit."""
        return check_family(facts, FAMILIES, self.title, "bits") or check_layers(facts, params.group_size)

    def apply(self, work: Work, params: Any) -> None:
        """Search the scales, fold them into the layers before, and round."""
        from llmcompressor.modifiers.quantization import QuantizationModifier
        from llmcompressor.modifiers.transform.awq import AWQModifier

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, f"searching scales for {params.bits} bits")
        groups = {"blocks": int_scheme(params.bits, params.group_size, params.symmetric)}
        rounding = QuantizationModifier(config_groups=groups, ignore=[head_name(work.model)])
        run_modifiers(work, [AWQModifier(n_grid=params.grid), rounding], rows)
        pack_model(work)
