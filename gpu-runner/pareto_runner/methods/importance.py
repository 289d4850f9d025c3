"""How much a model needs each of its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pareto_runner.methods.base import Work
from pareto_runner.methods.layout import find_blocks

BATCH_ROWS = 8


def measure_influence(model: Any, rows: list[list[int]]) -> list[float]:
    """Return each block's influence: 1 minus the mean cosine between a token's state before and after it.

    Source: Men et al. 2024, ShortGPT (arXiv 2403.03853).
    """
    import torch

    _, blocks = find_blocks(model)
    cosines: list[list[float]] = [[] for _ in blocks]

    def watch(seen: list[float]) -> Any:
        def compare(_block: Any, inputs: tuple[Any, ...], output: Any) -> None:
            after = output[0] if isinstance(output, tuple) else output
            seen.append(float(torch.cosine_similarity(inputs[0].float(), after.float(), dim=-1).mean()))

        return compare

    handles = [block.register_forward_hook(watch(seen)) for block, seen in zip(blocks, cosines, strict=True)]
    try:
        with torch.no_grad():
            for batch in torch.tensor(rows, device=model.device).split(BATCH_ROWS):
                model(batch, use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return [1 - sum(seen) / len(seen) for seen in cosines]


def order_by_loss(work: Work, rows: list[list[int]], count: int) -> list[int]:
    """Return `count` blocks in the order in which leaving them out, on top of those before, raises the loss least.

    It takes about `count` x depth passes over the rows. Source: Song et al. 2024, SLEB (arXiv 2402.09025).
    """
    model = work.model
    depth = len(find_blocks(model)[1])
    removed: list[int] = []
    for turn in range(count):
        losses = {}
        for index in range(depth):
            if index not in removed:
                losses[index] = _loss_without(model, rows, [*removed, index])
        removed.append(min(losses, key=lambda index: losses[index]))
        work.report(0.8 * (turn + 1) / count, f"removing block {removed[-1]}")
    return removed


def _loss_without(model: Any, rows: list[list[int]], skipped: Sequence[int]) -> float:
    """Return the mean loss per token, in nats, with some blocks passed over."""
    import torch

    total = 0.0
    with torch.no_grad(), _skipping(model, skipped):
        for batch in torch.tensor(rows, device=model.device).split(BATCH_ROWS):
            logits = model(batch, use_cache=False).logits[:, :-1].float()
            total += float(torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())) * len(batch)
    return total / len(rows)


@contextmanager
def _skipping(model: Any, skipped: Sequence[int]) -> Iterator[None]:
    """Have some blocks return what they are given."""

    def passing(states: Any, *_args: Any, **_options: Any) -> Any:
        return states

    blocks = [find_blocks(model)[1][index] for index in skipped]
    # A library may have put a wrapper of its own there.
    before = [vars(block).get("forward") for block in blocks]
    for block in blocks:
        block.forward = passing
    try:
        yield
    finally:
        for block, wrapper in zip(blocks, before, strict=True):
            del block.forward
            if wrapper is not None:
                block.forward = wrapper
