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
    """Rows of token ids, all of one length, and the name of the text they come from."""

    rows: list[list[int]]
    source: str

    @property
    def row_tokens(self) -> int:
        """Length of a row in tokens."""
        return len(self.rows[0])

    @property
    def batch_rows(self) -> int:
        """Rows of a batch of about 2,048 tokens."""
        return max(1, BATCH_TOKENS // self.row_tokens)


def training_text(
    folder: Path, tokenizer: PreTrainedTokenizerBase, tokens: int, context: int, seed: int
) -> TrainingText:
    """Return about `tokens` tokens for the model in `folder`, in rows no longer than `context` tokens.

    The pocket world never runs out; elsewhere there may be fewer, and the training begins again at the first.

    Raises:
        RunnerError: `calibration_empty` when the text does not fill one row.
    """
    if is_pocket_kin(folder):
        texts, source, longest = _pocket_texts(tokens, seed), "fresh text of the pocket world", POCKET_ROW_TOKENS
    else:
        texts, source, longest = calibration_texts(folder)
    length = min(longest, context or longest)
    return TrainingText(calibration_rows(texts, tokenizer, max(1, tokens // length), length, seed), source)


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
