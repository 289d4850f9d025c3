"""Perplexity on held-out text: the exponential of the mean loss per token, documents as the unit.

Left out: tokens past the model's context start a new window without the text before them, so the figure is a
little higher than a sliding window's. It depends on the tokenizer and compares only models that share it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.report import Span, report_progress
from pareto_runner.measure.stats import ratio_interval
from pareto_runner.schemas import Figure

MAX_TOKENS = 16_384
MAX_WINDOW = 512
BATCH_TOKENS = 4_096
# Logits of one forward pass: 128 MB as float32.
MAX_LOGITS = 32_000_000
TEXT_FILE = Path(__file__).resolve().parents[2] / "pocket" / "tasks" / "perplexity.txt"


def split_documents(text: str) -> list[str]:
    """Return the documents of a text: parts between end-of-text marks or, where there are none, blank lines."""
    parts = text.split("<|end|>") if "<|end|>" in text else text.split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def measure_perplexity(
    runtime: str, path: str, device: str, is_artifact: bool, text: str | None = None, span: Span | None = None
) -> dict[str, Any]:
    """Return `losses` and `tokens`, the summed loss (nats) and token count per document, and `unit`.

    Runs in a fresh process, on the first MAX_TOKENS tokens of `text` (None: the built-in one). Where the text is one
    document, its windows take the documents' place, since one unit has no interval; neighbours are then a little alike.

    Raises:
        RunnerError: `artifact_unloadable`, `nonfinite_output`, or `text_empty` with the field `perplexity_text`.
    """
    import torch

    from pareto_runner.measure.checks import open_for_measure
    from pareto_runner.runtimes.generate import require_finite

    contents = split_documents(TEXT_FILE.read_text(encoding="utf-8") if text is None else text)
    if not contents:
        raise RunnerError(
            "text_empty",
            "The text to measure the perplexity on holds nothing but white space.",
            "Give a text, or none for the built-in one.",
            field="perplexity_text",
        )
    backend, tokenizer = open_for_measure(runtime, path, device, is_artifact)
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    window = min(MAX_WINDOW, backend.context)
    windows: list[tuple[int, list[int]]] = []
    left = MAX_TOKENS
    for number, document in enumerate(contents):
        ids = tokenizer.encode(document, add_special_tokens=False)[:left]
        windows += [(number, [start, *ids[at : at + window - 1]]) for at in range(0, len(ids), window - 1)]
        left -= len(ids)
    if len(contents) == 1:
        windows = [(number, content) for number, (_, content) in enumerate(windows)]
    units = 1 + max(number for number, _ in windows)
    windows.sort(key=lambda item: -len(item[1]))
    losses = [0.0] * units
    tokens = [0] * units
    most = min(BATCH_TOKENS, MAX_LOGITS // backend.vocabulary)
    at = 0
    while at < len(windows):
        width = len(windows[at][1])
        batch = windows[at : at + max(1, most // width)]
        at += len(batch)
        # Padding is on the right, where a causal model cannot see it.
        ids = torch.tensor([w + [0] * (width - len(w)) for _, w in batch], device=backend.device)
        backend.reset(len(batch))
        with torch.inference_mode():
            logits = backend.forward(ids, last_only=False)[:, :-1].float()
            loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        for row, (number, content) in enumerate(batch):
            losses[number] += float(loss[row, : len(content) - 1].double().sum())
            tokens[number] += len(content) - 1
        report_progress(span, at / len(windows))
    require_finite(sum(losses), "the loss on the held-out text")
    return {"losses": losses, "tokens": tokens, "unit": "windows" if len(contents) == 1 else "documents"}


def perplexity_figure(measured: dict[str, Any]) -> Figure:
    """Return the perplexity with an interval over its units (delta method on the mean loss, then exponentiated)."""
    estimate = ratio_interval(measured["losses"], measured["tokens"])
    return Figure(
        value=_exp(estimate.value),
        low=_exp(estimate.low),
        high=_exp(estimate.high),
        n=estimate.n,
        unit="perplexity",
        spread=f"95 % interval over {measured['unit']} (delta method on the mean loss per token)",
        extra={"tokens": sum(measured["tokens"]), "loss_nats": estimate.value},
    )


def _exp(value: float) -> float:
    # JSON has no infinity; exp(700) is the end of what a double holds.
    return math.exp(min(value, 700.0))
