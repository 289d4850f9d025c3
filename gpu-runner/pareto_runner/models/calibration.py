"""Calibration: the text that methods look at to decide which errors matter.

The pocket model (and everything made from it, known by its tokenizer) has its own calibration text. All other
models get English prose that comes with every Python: the language's own help topics (PSF licence). That is
small and technical; figures of methods that lean on calibration say so in their notes.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from pareto_runner.errors import RunnerError
from pareto_runner.models.resolve import POCKET_DIR

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

POCKET_TEXTS = POCKET_DIR.parent / "tasks" / "calibration.jsonl"
LONGEST_ROW_TOKENS = 512
POCKET_ROW_TOKENS = 128
"""The length that the pocket model was trained on; longer rows would calibrate on positions it never saw."""


def is_pocket_kin(folder: Path) -> bool:
    """Tell whether a model shares the pocket model's tokenizer."""
    return same_tokenizer(POCKET_DIR, folder)


def same_tokenizer(first: Path, second: Path) -> bool:
    """Tell whether the models in two folders have the same tokenizer."""
    ours, theirs = first / "tokenizer.json", second / "tokenizer.json"
    if not ours.is_file() or not theirs.is_file():
        return False
    return _digest(ours) == _digest(theirs)


def calibration_texts(folder: Path) -> tuple[list[str], str, int]:
    """Return the texts for the model in `folder`, the name of their source, and the longest row in tokens."""
    if POCKET_TEXTS.is_file() and (folder == POCKET_DIR or is_pocket_kin(folder)):
        lines = POCKET_TEXTS.read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
        return texts, "the pocket calibration text", POCKET_ROW_TOKENS
    from pydoc_data.topics import topics

    from pocket.items import split_of

    # The perplexity is measured on paragraphs of the other topics.
    names = [name for name in sorted(topics) if split_of(f"topic/{name}") == "train"]
    paragraphs = [p.strip() for name in names for p in topics[name].split("\n\n")]
    return [p for p in paragraphs if len(p) > 200], "Python's help topics", LONGEST_ROW_TOKENS


def calibration_rows(
    texts: list[str], tokenizer: PreTrainedTokenizerBase, samples: int, length: int, seed: int
) -> list[list[int]]:
    """Return up to `samples` rows of `length` token ids.

    The texts are drawn in an order given by `seed` and packed one after another, as in training.

    Raises:
        RunnerError: `calibration_empty` when the texts do not fill one row.
    """
    order = list(texts)
    random.Random(seed).shuffle(order)  # noqa: S311 - a reproducible draw, not a secret
    end = [tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []
    stream: list[int] = []
    for text in order:
        if len(stream) >= samples * length:
            break
        stream += [*end, *tokenizer(text, add_special_tokens=False)["input_ids"]]
    rows = [stream[i : i + length] for i in range(0, len(stream) - length + 1, length)][:samples]
    if not rows:
        raise RunnerError(
            "calibration_empty",
            f"The calibration text is shorter than one row of {length} tokens.",
            "Check pocket/tasks/calibration.jsonl; make it again with the pocket model.",
        )
    return rows


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
