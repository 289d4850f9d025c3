"""LLM.int8: 8-bit weights and activations, with outlying activations kept in 16 bits."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.bitsandbytes import load_quantized


class Int8Params(Params):
    """Parameters of LLM.int8."""

    threshold: float = Field(default=6.0, ge=0.0, le=100.0, description="activations above it stay in 16 bits")


class Int8(Method):
    """8-bit linear layers; embedding and head stay as they are."""

    name = "int8"
    title = "LLM.int8"
    action = "quantization"
    summary = "Stores linear layers in 8 bits by rows and multiplies in 8 bits, except for outlying activations."
    source = "Dettmers et al. 2022 (arXiv 2208.07339), through bitsandbytes"
    saves = "Disk and memory: linear layers halve against 16 bits. Speed: rarely at small sizes."
    library = "bitsandbytes"
    final = True
    loads_itself = True
    params_type = Int8Params

    def apply(self, work: Work, params: Any) -> None:
        """Load with 8-bit layers."""
        from transformers import BitsAndBytesConfig

        load_quantized(work, BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=params.threshold))
