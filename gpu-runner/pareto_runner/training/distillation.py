"""Distillation: a smaller student learns the teacher's whole distribution over next tokens, not only the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pareto_runner.training.loop import Curve, Progress, autocast, fitting_rows, next_token_loss, train

if TYPE_CHECKING:
    import torch

    from pareto_runner.methods.base import Work
    from pareto_runner.training.text import TrainingText

PROMPT_PART = 4
"""On-policy rows keep one part in so many of the text; the student writes the rest."""


@dataclass(frozen=True)
class Plan:
    """How to distil: `alpha` is the teacher's part in the loss, the rest is the text's own."""

    mode: Literal["logit", "on_policy"]
    steps: int
    rate: float
    temperature: float
    alpha: float


def distil(work: Work, student: Any, teacher: Any, text: TrainingText, plan: Plan, start: float) -> Curve:
    """Train all of the student's weights in place; `start` is the part of the work that lies before.

    `logit`: on the text, the forward divergence of both distributions at a temperature, times its square, mixed with
    the cross-entropy of the text (Hinton et al. 2015, arXiv 1503.02531). `on_policy`: every second piece goes on
    with what the student itself writes, and there the reverse divergence counts, so that it learns from its own
    mistakes (generalized knowledge distillation, Agarwal et al. 2023, arXiv 2306.13649).

    Raises:
        RunnerError: `training_diverged`.
    """
    taken = 0

    def loss_of(ids: torch.Tensor) -> torch.Tensor:
        nonlocal taken
        taken += 1
        if plan.mode == "on_policy" and taken % 2 == 0:
            prompt = max(1, ids.shape[1] // PROMPT_PART)
            written = write_on(student, ids[:, :prompt], ids.shape[1] - prompt)
            ours, theirs = _both(student, teacher, written)
            return divergence(theirs[:, prompt - 1 :], ours[:, prompt - 1 :], 1.0)
        ours, theirs = _both(student, teacher, ids)
        soft = divergence(ours, theirs, plan.temperature) * plan.temperature**2
        return plan.alpha * soft + (1 - plan.alpha) * next_token_loss(ours, ids)

    return train(
        student,
        text,
        loss_of,
        steps=plan.steps,
        rate=plan.rate,
        piece_rows=work.shrunk(min(text.batch_rows, fitting_rows(text, student.config.vocab_size))),
        seed=work.seed,
        progress=Progress(work.report, "distillation", plan.steps, start),
    )


def divergence(ours: torch.Tensor, theirs: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return KL(theirs || ours) in nats per position of logits [rows, n, vocabulary]; the last position is left out.

    Gradients flow into whichever of the two has them, so that the reverse divergence is a swap of the arguments.
    """
    from torch.nn.functional import kl_div, log_softmax

    first, second = (log_softmax(logits[:, :-1].float() / temperature, -1).flatten(0, 1) for logits in (ours, theirs))
    return kl_div(first, second, reduction="batchmean", log_target=True)


def write_on(model: Any, ids: torch.Tensor, count: int) -> torch.Tensor:
    """Return ids [rows, n] followed by `count` tokens drawn from the model, past any end of a text as in training."""
    import torch

    rows, past, step = ids, None, ids
    model.eval()
    with torch.no_grad(), autocast(model.device):
        for _ in range(count):
            output = model(input_ids=step, past_key_values=past, use_cache=True)
            past = output.past_key_values
            step = torch.multinomial(output.logits[:, -1].float().softmax(-1), 1)
            rows = torch.cat((rows, step), 1)
    model.train()
    return rows


def _both(student: Any, teacher: Any, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    with torch.no_grad():
        theirs = teacher(input_ids=ids, use_cache=False).logits
    return student(input_ids=ids, use_cache=False).logits, theirs
