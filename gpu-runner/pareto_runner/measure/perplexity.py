"""Perplexity on held-out text: the exponential of the mean loss per token, documents as the unit.

Left out: tokens past the model's context start a new window without the text before them, so the figure is a
little higher than a sliding window's. It depends on the tokenizer and compares only models that share it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pareto_runner.measure.stats import ratio_interval
from pareto_runner.schemas import Figure

MAX_TOKENS = 16_384
MAX_WINDOW = 512
BATCH_TOKENS = 4_096
TEXT_FILE = Path(__file__).resolve().parents[2] / "pocket" / "tasks" / "perplexity.txt"


def read_documents(file: Path) -> list[str]:
    """Return the documents of a text file, which are separated by blank lines or an end-of-text mark."""
    text = file.read_text(encoding="utf-8")
    parts = text.split("<|end|>") if "<|end|>" in text else text.split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def measure_perplexity(path: str, device: str, is_artifact: bool, text_file: str) -> dict[str, Any]:
    """Return `{"losses": [...], "tokens": [...]}`, the summed loss (nats) and token count per document.

    Runs in a fresh process, on the first documents that together reach MAX_TOKENS tokens.

    Raises:
        RunnerError: `artifact_unloadable` or `nonfinite_output`.
    """
    import torch

    from pareto_runner.measure.checks import load_for_measure, require_finite

    model, tokenizer = load_for_measure(path, device, is_artifact)
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    window = min(MAX_WINDOW, int(getattr(model.config, "max_position_embeddings", MAX_WINDOW)))
    windows: list[tuple[int, list[int]]] = []
    total = 0
    documents = 0
    for document in read_documents(Path(text_file)):
        ids = tokenizer.encode(document, add_special_tokens=False)
        windows += [(documents, [start, *ids[at : at + window - 1]]) for at in range(0, len(ids), window - 1)]
        documents += 1
        total += len(ids)
        if total >= MAX_TOKENS:
            break
    windows.sort(key=lambda item: -len(item[1]))
    losses = [0.0] * documents
    tokens = [0] * documents
    at = 0
    while at < len(windows):
        width = len(windows[at][1])
        batch = windows[at : at + max(1, BATCH_TOKENS // width)]
        at += len(batch)
        # Padding is on the right, where a causal model cannot see it.
        ids = torch.tensor([w + [0] * (width - len(w)) for _, w in batch], device=model.device)
        with torch.inference_mode():
            logits = model(ids, use_cache=False).logits[:, :-1].float()
            loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        for row, (document_number, content) in enumerate(batch):
            losses[document_number] += float(loss[row, : len(content) - 1].double().sum())
            tokens[document_number] += len(content) - 1
    require_finite(sum(losses), "the loss on the held-out text")
    return {"losses": losses, "tokens": tokens}


def perplexity_figure(measured: dict[str, Any]) -> Figure:
    """Return the perplexity with an interval over documents (delta method on the mean loss, then exponentiated)."""
    estimate = ratio_interval(measured["losses"], measured["tokens"])
    return Figure(
        value=_exp(estimate.value),
        low=_exp(estimate.low),
        high=_exp(estimate.high),
        n=estimate.n,
        unit="perplexity",
        spread="95 % interval over documents (delta method on the mean loss per token)",
        extra={"tokens": sum(measured["tokens"]), "loss_nats": estimate.value},
    )


def _exp(value: float) -> float:
    # JSON has no infinity; exp(700) is the end of what a double holds.
    return math.exp(min(value, 700.0))
