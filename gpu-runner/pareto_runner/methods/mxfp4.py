"""MXFP4 and NVFP4: weights as 4-bit floats in small groups, as the newest GPUs multiply them."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.compressed import EMULATED_LABEL, check_layers, pack_model, run_scheme
from pareto_runner.models.lowrank import PREFIX
from pareto_runner.schemas import ErrorInfo, ModelFacts

SAVES = "Disk: weights are packed. Speed only in vLLM on a GPU with 4-bit floats (Blackwell); computed dense elsewhere."


class Mxfp4Params(Params):
    """Parameters of MXFP4."""

    activations: bool = Field(default=False, description="round activations to 4-bit floats too, as they come")


class Nvfp4Params(Params):
    """NVFP4 has no parameters: weights only, so it needs no calibration."""


class Fp4(Method):
    """4-bit floats in the linear layers of the blocks; embedding and head stay as they are."""

    action = "quantization"
    saves = SAVES
    library = "llmcompressor"
    runtimes = ("transformers", "vllm")
    final = True
    group_size: ClassVar[int]

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The format's own group size must divide every layer's input width."""
        problems = check_layers(facts, self.group_size)
        return [problem.model_copy(update={"remedy": "Use rtn or gptq with groups that fit."}) for problem in problems]


class Mxfp4(Fp4):
    """Groups of 32 with a power of two as scale."""

    name = "mxfp4"
    title = "MXFP4"
    summary = "Stores weights as 4-bit floats (E2M1), 32 of which share a power of two as their scale."
    source = "OCP Microscaling Formats 2023 (arXiv 2310.10537), through llmcompressor"
    params_type = Mxfp4Params
    group_size = 32

    def apply(self, work: Work, params: Any) -> None:
        """Round the weights; the model is packed when it is saved."""
        work.report(0.1, "rounding to 4-bit floats")
        run_scheme(work, "MXFP4" if params.activations else "MXFP4A16")
        pack_model(work, [EMULATED_LABEL] if params.activations else [])


class Nvfp4(Fp4):
    """Groups of 16 with an 8-bit float as scale and one 32-bit scale per layer."""

    name = "nvfp4"
    title = "NVFP4"
    summary = "Stores weights as 4-bit floats (E2M1), 16 of which share an 8-bit float as their scale."
    source = "NVIDIA's format of 2025 (arXiv 2509.25149), through llmcompressor"
    params_type = Nvfp4Params
    group_size = 16

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The library gives query, key and value one scale, which low-rank factors do not have in common."""
        if not facts.family.startswith(PREFIX):
            return super().check(facts, params)
        return [
            ErrorInfo(
                code="family_unsupported",
                message="NVFP4 gives an attention's layers one scale, and low-rank factors are several layers each.",
                remedy="Use mxfp4, rtn or gptq after asvd.",
            )
        ]

    def apply(self, work: Work, params: Any) -> None:
        """Round the weights; the model is packed when it is saved."""
        work.report(0.1, "rounding to 4-bit floats")
        run_scheme(work, "NVFP4A16")
        pack_model(work)
