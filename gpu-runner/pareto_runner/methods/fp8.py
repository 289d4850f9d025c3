"""FP8: weights per row and activations per token as 8-bit floats."""

from __future__ import annotations

from typing import Any

from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.compressed import EMULATED_LABEL, check_layers, pack_model, run_scheme
from pareto_runner.schemas import ErrorInfo, ModelFacts


class Fp8Params(Params):
    """FP8 has no parameters: activations are scaled as they come, so it needs no calibration."""


class Fp8(Method):
    """8-bit floats (E4M3) in the linear layers of the blocks; embedding and head stay as they are."""

    name = "fp8"
    title = "FP8 dynamic"
    action = "quantization"
    summary = "Stores weights as 8-bit floats with a scale per row and rounds activations to the same, per token."
    source = "Micikevicius et al. 2022 (arXiv 2209.05433), through llmcompressor"
    saves = "Disk: half of 16 bits. Speed only in vLLM on a GPU of compute capability 8.9 or more; emulated elsewhere."
    library = "llmcompressor"
    runtimes = ("transformers", "vllm")
    final = True
    params_type = Fp8Params

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The layers must be linear ones."""
        return check_layers(facts)

    def apply(self, work: Work, params: Any) -> None:
        """Round the weights; activations are rounded in every forward pass, after re-load too."""
        work.report(0.1, "rounding to 8-bit floats")
        run_scheme(work, "FP8_DYNAMIC")
        pack_model(work, [EMULATED_LABEL])
