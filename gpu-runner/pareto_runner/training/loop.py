"""One training loop for recovery and distillation: AdamW on 32-bit copies of the weights, bf16 autocast.

It is own code because trl's trainers replace the model's forward pass and know no masks, no mix with a hard loss
and (GKD in trl 1.16) no temperature in the loss.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pareto_runner.errors import RunnerError

if TYPE_CHECKING:
    import torch

    from pareto_runner.training.text import TrainingText

WARM_UP = 0.1
LARGEST_GRADIENT = 1.0
REPORT_EVERY_S = 0.5
MOST_LOGITS = 2**27
"""So many logits at once take half a gigabyte in 32 bits; a batch that has more is computed in pieces."""
BASE_RATE, BASE_WIDTH = 1e-3, 128

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Curve:
    """What a training did: tokens seen, and the loss (nats per token) of every step."""

    tokens: int
    losses: list[float]

    def describe(self) -> str:
        """Return one sentence with the mean loss of the first and of the last tenth of the steps."""
        tenth = max(1, len(self.losses) // 10)
        first, last = sum(self.losses[:tenth]) / tenth, sum(self.losses[-tenth:]) / tenth
        return f"{len(self.losses)} steps, {self.tokens:,} tokens: loss {first:.3f} at first, {last:.3f} at last."


class Progress:
    """Reports a training's steps with the time left, and stops one whose loss is no number any more.

    `start` is the part of the method's work that lies before the training.
    """

    def __init__(self, report: Report, what: str, steps: int, start: float) -> None:
        self._report, self._what, self._steps, self._start = report, what, steps, start
        self._begun = time.monotonic()
        self._reported = 0.0

    def step(self, done: int, loss: float) -> None:
        """Take the loss of the step with which `done` steps are finished.

        Raises:
            RunnerError: `training_diverged`.
        """
        if not math.isfinite(loss):
            raise RunnerError(
                "training_diverged",
                f"{self._what.capitalize()} stopped at step {done} of {self._steps}: the loss is no finite number "
                "any more, so the weights are spoilt.",
                "Use a smaller learning rate or compress less before the training.",
                details={"step": done},
            )
        now = time.monotonic()
        if done < self._steps and now - self._reported < REPORT_EVERY_S:
            return
        self._reported = now
        left = (now - self._begun) / done * (self._steps - done)
        part = self._start + (1 - self._start) * done / self._steps
        self._report(part, f"{self._what}: step {done} of {self._steps}, loss {loss:.3f}, about {left:.0f} s left")


def default_rate(hidden: int) -> float:
    """Return a learning rate for full training of a model of this width.

    Adam's best rate falls with one over the width (Yang et al. 2022, arXiv 2203.03466).
    """
    return BASE_RATE * min(1.0, BASE_WIDTH / hidden)


def next_token_loss(logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy in nats of logits [rows, n, vocabulary] for the ids [rows, n]."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten())


def train(
    model: Any,
    text: TrainingText,
    loss_of: Callable[[torch.Tensor], torch.Tensor],
    *,
    steps: int,
    rate: float,
    piece_rows: int,
    seed: int,
    progress: Progress,
    after_step: Callable[[], None] = lambda: None,
) -> Curve:
    """Train all of the model's weights in place; the same for the same seed on the same machine.

    `loss_of` gets ids [at most piece_rows, tokens] on the model's device; a batch's gradients are summed over its
    pieces. The learning rate climbs over the first tenth of the steps and falls to zero along a cosine. `after_step`
    runs after every change of the weights.

    Raises:
        RunnerError: `training_diverged`.
    """
    import torch

    torch.manual_seed(seed)
    batches = _draw_batches(text.rows, text.batch_rows, seed)
    losses: list[float] = []
    with _trainable(model):
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.0)
        for step in range(steps):
            ids = torch.tensor(next(batches), device=model.device)
            for group in optimizer.param_groups:
                group["lr"] = rate * _schedule(step, steps)
            total = 0.0
            for piece in ids.split(piece_rows):
                with autocast(model.device):
                    loss = loss_of(piece) * (len(piece) / len(ids))
                loss.backward()
                total += loss.item()
            losses.append(total)
            progress.step(step + 1, losses[-1])
            torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            with torch.no_grad():
                after_step()
    return Curve(steps * text.batch_rows * text.row_tokens, losses)


def fitting_rows(text: TrainingText, vocabulary: int) -> int:
    """Return how many rows are computed at once, so that their logits stay small."""
    return max(1, MOST_LOGITS // (text.row_tokens * vocabulary))


def autocast(device: torch.device) -> Any:
    """Return the context that computes matrix products in bf16, where the device can."""
    import torch

    able = device.type != "cuda" or torch.cuda.is_bf16_supported()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=able)


@contextmanager
def _trainable(model: Any) -> Iterator[None]:
    """Hold the weights in 32 bits, since 16 would swallow small changes; afterwards each is of its old type again.

    Only parameters change type: the rotary frequencies are buffers and must keep their 32 bits.
    """
    import torch

    stored = [(parameter, parameter.dtype) for parameter in model.parameters()]
    for parameter, _ in stored:
        parameter.data = parameter.data.float()
        parameter.requires_grad_(True)
    model.train()
    try:
        with torch.enable_grad():
            yield
    finally:
        model.eval()
        for parameter, dtype in stored:
            parameter.grad = None
            parameter.requires_grad_(False)
            parameter.data = parameter.data.to(dtype)


def _schedule(step: int, steps: int) -> float:
    warm = max(1, int(steps * WARM_UP))
    return min((step + 1) / warm, 0.5 * (1 + math.cos(math.pi * step / steps)))


def _draw_batches(rows: list[list[int]], size: int, seed: int) -> Iterator[list[list[int]]]:
    """Yield batches without end: every row once in a drawn order, then again in another."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw, not a secret
    queue: list[list[int]] = []
    while True:
        while len(queue) < size:
            queue += rng.sample(rows, len(rows))
        yield queue[:size]
        queue = queue[size:]
