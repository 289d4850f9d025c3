"""Quick figures of the model as it is between two steps, as ratios to the uncompressed model.

They decide which way a recipe goes and are no results: the evaluation measures the artifact itself.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from pathlib import Path
from typing import Any, Literal

from pareto_runner.measure.perplexity import TEXT_FILE, split_documents
from pareto_runner.methods.base import Work
from pareto_runner.models.cache import cached
from pareto_runner.models.load import load_model
from pareto_runner.models.resolve import resolve_model

PROBE_TOKENS = 4_096
WINDOW_TOKENS = 128
PROMPT_TOKENS = 16
TIMED_STEPS = 24
TIMED_TURNS = 3

Figure = Literal["perplexity_ratio", "parameters_ratio", "latency_ratio"]


def probe(work: Work, figure: Figure) -> float:
    """Measure one figure of `work.model`; 1.0 where nothing has changed yet, infinite where the loss is not finite.

    Perplexity: the first 4,096 tokens of the held-out text in windows of 128; the uncompressed model's loss is kept
    per revision. Latency: the median decoding step in turns with the uncompressed model, which is loaded for it.
    """
    if work.cache_key is not None:
        return 1.0
    if figure == "parameters_ratio":
        return float(work.model.num_parameters()) / max(1, work.facts.parameters)
    if figure == "latency_ratio":
        return _latency_ratio(work)
    difference = text_loss(work.model, work.tokenizer) - _baseline_loss(work)
    return math.exp(min(difference, 700.0)) if math.isfinite(difference) else math.inf


def text_loss(model: Any, tokenizer: Any) -> float:
    """Return the mean loss per token, in nats, on the beginning of the held-out text."""
    import torch

    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    window = min(WINDOW_TOKENS, int(getattr(model.config, "max_position_embeddings", None) or WINDOW_TOKENS))
    stream: list[int] = []
    for document in split_documents(TEXT_FILE.read_text(encoding="utf-8")):
        stream += [*([] if start is None else [start]), *tokenizer(document, add_special_tokens=False)["input_ids"]]
        if len(stream) >= PROBE_TOKENS:
            break
    rows = [stream[at : at + window] for at in range(0, len(stream) - window + 1, window)] or [stream]
    total, count = 0.0, 0
    with torch.inference_mode():
        for at in range(0, len(rows), 8):
            ids = torch.tensor(rows[at : at + 8], device=model.device)
            logits = model(ids, use_cache=False).logits[:, :-1].float()
            loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="sum")
            total, count = total + float(loss), count + ids[:, 1:].numel()
    return total / count


def _baseline_loss(work: Work) -> float:
    def make(path: Path) -> None:
        model, tokenizer = load_model(resolve_model(work.facts.model), work.context.device)
        path.write_text(json.dumps(text_loss(model, tokenizer)))

    return float(json.loads(cached(work.facts.revision, "probe-loss.json", make).read_text()))


def _latency_ratio(work: Work) -> float:
    """Time both models in turns, so that a machine that slows down slows both."""
    baseline, _ = load_model(resolve_model(work.facts.model), work.context.device)
    ratios = []
    for turn in range(TIMED_TURNS + 1):
        ours, theirs = _step_seconds(work.model), _step_seconds(baseline)
        if turn:  # The first turn warms caches and allocators.
            ratios.append(ours / theirs)
    return statistics.median(ratios)


def _step_seconds(model: Any) -> float:
    import torch

    seconds = []
    ids = torch.full((1, PROMPT_TOKENS), 1, device=model.device)
    with torch.inference_mode():
        past = model(ids, use_cache=True).past_key_values
        for _ in range(TIMED_STEPS):
            start = time.perf_counter()
            past = model(ids[:, :1], past_key_values=past, use_cache=True).past_key_values
            if model.device.type == "cuda":
                torch.cuda.synchronize()
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
