"""Greedy generation, written once for every runtime."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pareto_runner.errors import RunnerError

if TYPE_CHECKING:
    import torch

    from pareto_runner.runtimes.base import Backend

MAX_ROWS = 64
# Prompts of one batch are fed together up to the shortest one's length, then token by token. A new batch costs
# about as many steps as a completion has, so prompts that differ by more go into batches of their own.
MAX_GAP = 32
STOP_CHECK_EVERY = 4


def require_finite(value: float, what: str) -> None:
    """Raise `nonfinite_output` unless `value` is a finite number."""
    if not math.isfinite(value):
        raise RunnerError(
            "nonfinite_output",
            f"The model computes no finite numbers: {what} is {value}.",
            "The compression destroyed the weights: use more bits, a smaller group or less pruning.",
        )


def generate(
    backend: Backend, prompt: torch.Tensor, new_tokens: int, mark: Callable[[], None] = lambda: None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Continue a prompt [batch, n] greedily, whatever token comes.

    Returns the new tokens [batch, new_tokens] and the last logits [batch, vocabulary]. `mark` is called before the
    prompt and after each token; on a GPU the token may not be computed by then.
    """
    import torch

    backend.reset(len(prompt))
    ids = prompt
    tokens = []
    mark()
    for _ in range(new_tokens):
        logits = backend.forward(ids)[:, -1]
        ids = logits.argmax(dim=-1, keepdim=True)
        tokens.append(ids)
        mark()
    return torch.cat(tokens, dim=1), logits


def complete(
    backend: Backend,
    prompts: Sequence[Sequence[int]],
    limit: int,
    ended: Callable[[list[list[int]]], list[bool]],
    finished: Callable[[int], None] = lambda count: None,
) -> list[list[int]]:
    """Continue prompts of different lengths greedily, many at a time and without padding or masks.

    `ended` is asked every few tokens which of the given completions need no more; `finished` is told how many more
    are done. Returns the new tokens of each prompt, at most `limit` and possibly a few past its end.

    Raises:
        RunnerError: `nonfinite_output`.
    """
    results: list[list[int]] = [[] for _ in prompts]
    ordered = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
    batch: list[int] = []
    for index in ordered:
        if batch and (len(batch) == MAX_ROWS or len(prompts[batch[0]]) - len(prompts[index]) > MAX_GAP):
            _complete_batch(backend, prompts, batch, limit, ended, finished, results)
            batch = []
        batch.append(index)
    if batch:
        _complete_batch(backend, prompts, batch, limit, ended, finished, results)
    return results


def _complete_batch(
    backend: Backend,
    prompts: Sequence[Sequence[int]],
    batch: list[int],
    limit: int,
    ended: Callable[[list[list[int]]], list[bool]],
    finished: Callable[[int], None],
    results: list[list[int]],
) -> None:
    import torch

    fed = min(len(prompts[i]) for i in batch)
    backend.reset(len(batch))
    ids = torch.tensor([list(prompts[i][:fed]) for i in batch], device=backend.device)
    active = list(batch)
    step = 0
    while active:
        logits = backend.forward(ids)[:, -1]
        if step == 0:
            require_finite(float(logits.float().sum()), "the sum of the logits")
        step += 1
        tokens = logits.argmax(dim=-1).tolist()
        for at, index in enumerate(active):
            if fed < len(prompts[index]):
                tokens[at] = prompts[index][fed]
            else:
                results[index].append(tokens[at])
        fed += 1
        going = [at for at, index in enumerate(active) if len(results[index]) < limit]
        if step % STOP_CHECK_EVERY == 0:
            stopped = ended([results[index] for index in active])
            going = [at for at in going if not stopped[at]]
        if len(going) < len(active):
            finished(len(active) - len(going))
            active = [active[at] for at in going]
            tokens = [tokens[at] for at in going]
            if active:
                backend.select(going)
        ids = torch.tensor(tokens, device=backend.device).unsqueeze(1)
