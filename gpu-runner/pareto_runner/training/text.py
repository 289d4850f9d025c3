"""The text that methods train on.

The pocket model and its kin get fresh text of the distribution that the pocket model was trained on; what the
benchmarks ask is held out of it by the generators themselves. All other models get the calibration text, which is
small: a long training sees it several times.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pareto_runner.models.cache import cached
from pareto_runner.models.calibration import POCKET_ROW_TOKENS, calibration_rows, calibration_texts, is_pocket_kin

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

FIRST_SEED = 1_000_000
"""Far from the seeds of the pocket model's own corpus, tokenizer and calibration text."""
FEWEST_TOKENS_PER_DOCUMENT = 16
BATCH_TOKENS = 2048


@dataclass(frozen=True)
class TrainingText:
    """Rows of token ids, all of one length, how many of them make a batch, and the name of the text they come from."""

    rows: list[list[int]]
    batch_rows: int
    source: str

    @property
    def row_tokens(self) -> int:
        """Length of a row in tokens."""
        return len(self.rows[0])


def training_text(
    folder: Path, tokenizer: PreTrainedTokenizerBase, batches: int, context: int, seed: int, batch_rows: int = 0
) -> TrainingText:
    """Return text for so many batches of the model in `folder`, in rows no longer than `context` tokens.

    A batch has `batch_rows` rows, or with 0 about 2,048 tokens. The pocket world never runs out; elsewhere there may
    be fewer rows, and the training begins again at the first.

    Raises:
        RunnerError: `calibration_empty` when the text does not fill one row.
    """
    pocket = is_pocket_kin(folder)
    texts, source, longest = ([], "", POCKET_ROW_TOKENS) if pocket else calibration_texts(folder)
    length = min(longest, context or longest)
    batch_rows = batch_rows or max(1, BATCH_TOKENS // length)
    if pocket:
        texts, source = _pocket_texts(batches * batch_rows * length, seed), "fresh text of the pocket world"
    rows = calibration_rows(texts, tokenizer, batches * batch_rows, length, seed)
    return TrainingText(rows, batch_rows, source)


def _pocket_texts(tokens: int, seed: int) -> list[str]:
    from pocket.corpus import World, stream_documents

    world = World.build(json.loads(_natural_file().read_text(encoding="utf-8")))
    return list(islice(stream_documents(FIRST_SEED + seed, world), tokens // FEWEST_TOKENS_PER_DOCUMENT + 1))


def _natural_file() -> Path:
    """Return the file of natural paragraphs; parsing the standard library for them takes seconds, so it is kept."""
    from pocket.natural import natural_paragraphs

    def write(path: Path) -> None:
        path.write_text(json.dumps(natural_paragraphs("train")), encoding="utf-8")

    return cached("pocket-world", f"natural-{'.'.join(map(str, sys.version_info[:3]))}.json", write)
