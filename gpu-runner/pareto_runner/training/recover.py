"""Recovery: a short full fine-tune after pruning, in which weights that are zero stay zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pareto_runner.methods.layout import list_linears
from pareto_runner.training.loop import Progress, default_rate, fitting_rows, next_token_loss, train
from pareto_runner.training.text import training_text

if TYPE_CHECKING:
    from pareto_runner.methods.base import Work

START = 0.3
"""Part of a pruning step's work that is taken to lie before the recovery."""


def recover(work: Work, steps: int) -> None:
    """Fine-tune `work.model` for so many steps of about 2,048 tokens; 0 leaves it as it is.

    Every weight of the linear layers that is exactly zero now stays so, which keeps unstructured, 2:4 and row masks.

    Raises:
        RunnerError: `training_diverged`.
    """
    if steps == 0:
        return
    model = work.model
    text = training_text(work.folder, work.tokenizer, steps, work.context_tokens, work.seed)
    hold = _hold_zeros(model)
    curve = train(
        model,
        text,
        lambda ids: next_token_loss(model(input_ids=ids, use_cache=False).logits, ids),
        steps=steps,
        rate=default_rate(model.config.hidden_size),
        piece_rows=work.shrunk(min(text.batch_rows, fitting_rows(text, model.config.vocab_size))),
        seed=work.seed,
        progress=Progress(work.report, "recovery", steps, START),
        after_step=hold,
    )
    work.replace(model)
    work.notes.append(f"Recovered on {text.source}: {curve.describe()}")


def _hold_zeros(model: Any) -> Any:
    """Return a function that sets to zero again what is zero in the linear layers now."""
    zeros = [(layer.weight, layer.weight == 0) for layer in list_linears(model) if bool((layer.weight == 0).any())]

    def hold() -> None:
        for weight, zero in zeros:
            weight.masked_fill_(zero, 0.0)

    return hold
