"""NF4: 4-bit weights on the quantiles of a normal distribution."""

from __future__ import annotations

from typing import Any

from pareto_runner.device import find_device
from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.bitsandbytes import load_quantized
from pareto_runner.schemas import ErrorInfo, ModelFacts

BLOCK_WEIGHTS = 64


class Nf4Params(Params):
    """NF4 has no parameters: blocks of 64 weights, whose scales are quantized a second time."""


class Nf4(Method):
    """4-bit linear layers; embedding and head stay as they are."""

    name = "nf4"
    title = "NF4"
    action = "quantization"
    summary = "Stores linear layers in 4 bits on a grid made for normally distributed weights; needs no calibration."
    source = "Dettmers et al. 2023 (arXiv 2305.14314), through bitsandbytes"
    saves = "Disk and memory: linear layers shrink to a quarter of 16 bits. Speed: measured, not promised."
    library = "bitsandbytes"
    final = True
    loads_itself = True
    params_type = Nf4Params

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The rows must be whole blocks on a CPU."""
        return check_blocks(facts)

    def apply(self, work: Work, params: Any) -> None:
        """Load with 4-bit layers, computing in the type that the model is stored in."""
        load_quantized(work, nf4_config(work.facts.dtype))


def check_blocks(facts: ModelFacts) -> list[ErrorInfo]:
    """Return what speaks against NF4: on a CPU bitsandbytes 0.50 computes only with rows of whole blocks of 64."""
    bad = [width for width in facts.linear_in_features if width % BLOCK_WEIGHTS]
    if not bad or find_device() == "cuda":
        return []
    return [
        ErrorInfo(
            code="group_size_mismatch",
            message=f"Blocks of {BLOCK_WEIGHTS} weights do not divide the layers' input widths {bad}, which "
            "bitsandbytes needs on a CPU.",
            remedy="Use a method without such blocks (int8, rtn, lora); after asvd, a rank_multiple of 64.",
            details={"in_features": bad},
        )
    ]


def nf4_config(dtype_name: str) -> Any:
    """Return transformers' config of NF4 layers that compute in the type of that name."""
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        # Without the second quantization the stored scales differ from those in use (bitsandbytes 0.50).
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, dtype_name, torch.bfloat16),
    )
