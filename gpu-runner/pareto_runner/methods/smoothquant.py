"""SmoothQuant: outliers of the activations are moved into the weights, so that both fit into 8 bits."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.compressed import (
    EMULATED_LABEL,
    check_family,
    check_layers,
    pack_model,
    run_scheme,
)
from pareto_runner.schemas import ErrorInfo, ModelFacts

FAMILIES = ("llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3")


class SmoothQuantParams(Params):
    """Parameters of SmoothQuant."""

    smoothing_strength: float = Field(
        default=0.5, ge=0.0, le=1.0, description="share of the difficulty that is moved from activations to weights"
    )
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")


class SmoothQuant(Method):
    """8-bit weights per row and 8-bit activations per token in the linear layers of the blocks."""

    name = "smoothquant"
    title = "SmoothQuant W8A8"
    action = "quantization"
    summary = "Evens out activations against weights, then rounds both to 8 bits; activations per token, as they come."
    source = "Xiao et al. 2022 (arXiv 2211.10438), through llmcompressor"
    saves = "Disk: half of 16 bits. Speed only with 8-bit matrix products, as in vLLM; here 8 bits are emulated."
    library = "llmcompressor"
    runtimes = ("transformers", "onnxruntime", "vllm")
    needs_calibration = True
    families = FAMILIES
    final = True
    params_type = SmoothQuantParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The layers that scale each other must be known."""
        return check_family(facts, FAMILIES, self.title, "smoothing_strength") or check_layers(
            facts, field="smoothing_strength"
        )

    def apply(self, work: Work, params: Any) -> None:
        """Smooth and round; activations are rounded in every forward pass, after re-load too."""
        from llmcompressor.modifiers.transform.smoothquant import SmoothQuantModifier

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, "smoothing")
        run_scheme(work, "W8A8", [SmoothQuantModifier(smoothing_strength=params.smoothing_strength)], rows)
        pack_model(work, [EMULATED_LABEL])
