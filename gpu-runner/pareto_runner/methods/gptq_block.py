"""GPTQ's column loop on a CPU, for llmcompressor: the same arithmetic with a fraction of the calls per column.

llmcompressor rounds a column in some thirty small tensor operations, whose overhead is nearly all of GPTQ's time in
small models. It lets other implementations of its block update be registered, as its own one for CUDA is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def register() -> None:
    """Have llmcompressor use this loop for integers on a CPU; once per process."""
    from compressed_tensors.utils.impl_backend import ImplBackend

    # Only after its own entry point exists does the library look for others.
    from llmcompressor.modifiers.gptq import gptq_quantize

    del gptq_quantize
    ImplBackend.register("gptq_block_update", _fits, 1)(update_block_on_cpu)


def _fits(block: Any, *_args: Any, quant_args: Any, **_options: Any) -> bool:
    return block.device.type == "cpu" and quant_args.type == "int"


def update_block_on_cpu(
    block: Any,
    inverse: Any,
    rounded: Any,
    errors: Any,
    losses: Any,
    *,
    scale: Any,
    zero_point: Any,
    global_scale: Any,
    g_idx: Any,
    quant_args: Any,
    i1: int,
) -> None:
    """Round a block [batch, rows, width] column by column; writes `rounded`, `errors` and `losses` of that shape.

    `inverse` [batch, width, width] is the block of the inverse Hessian's factor. Each operation is llmcompressor's,
    in its order and types, so that the result is the same to the bit; only the layout differs, columns first.
    """
    import torch
    from compressed_tensors.quantization.utils import calculate_range
    from llmcompressor.modifiers.gptq.helpers import column_scale_window

    width = block.shape[-1]
    low, high = (float(limit) for limit in calculate_range(quant_args, "cpu"))
    scales, zeros = column_scale_window(
        scale, zero_point, global_scale, g_idx, quant_args, num_rows=block.shape[-2], i1=i1, i2=i1 + width
    )
    steps = scales.movedim(-1, 0).contiguous()
    offsets = None if zeros is None else zeros.movedim(-1, 0).contiguous()
    work = block.movedim(-1, 0).contiguous()
    factors = inverse.permute(1, 2, 0).unsqueeze(-1).contiguous()
    done = torch.empty_like(work)
    wrong = torch.empty_like(work)
    change = torch.empty_like(work)
    for i in range(width):
        column, step = work[i], steps[i]
        grid = column / step
        if offsets is not None:
            grid += offsets[i]
        grid = grid.clamp_(low, high).round_().to(step.dtype)
        if offsets is not None:
            grid = grid - offsets[i].to(step.dtype)
        done[i] = grid * step
        torch.div(column - done[i], factors[i, i], out=wrong[i])
        # Not `addcmul_`: it rounds once where the library rounds twice.
        torch.mul(wrong[i], factors[i, i:], out=change[i:])
        work[i:] -= change[i:]
    rounded.copy_(done.movedim(0, -1))
    errors.copy_(wrong.movedim(0, -1))
    losses.copy_(errors.square())
