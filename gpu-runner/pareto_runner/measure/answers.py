"""Stored answers: the score of every item that a model has been asked, kept with the model's revision.

Later jobs read them to compare item by item: a candidate with the baseline, and in a race with its rivals. A file
is named by the fingerprint of the items and the prompting, so that answers to other questions never meet.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

from pareto_runner.models.cache import cache_path

Scores = dict[int, float]
"""Score by item number."""


def answers_dir(revision: str, artifact: str | None, runtime: str, device: str) -> Path:
    """Return the folder of what an artifact, or with None the uncompressed model, answered in a runtime."""
    return cache_path(revision, f"answers/{device}-{runtime}/{artifact or 'baseline'}")


def read_answers(folder: Path, benchmark: str, fingerprint: str) -> Scores:
    """Return the stored scores of a benchmark's items; none where nothing readable is stored."""
    try:
        stored = json.loads(_file(folder, benchmark, fingerprint).read_text(encoding="utf-8"))
        return dict(zip(map(int, stored["ids"]), map(float, stored["scores"]), strict=True))
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def add_answers(folder: Path, benchmark: str, fingerprint: str, scores: Mapping[int, float]) -> None:
    """Store scores beside those stored before; an item that was asked again takes its newest score."""
    merged = dict(sorted({**read_answers(folder, benchmark, fingerprint), **scores}.items()))
    file = _file(folder, benchmark, fingerprint)
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written whole and then renamed: a job that is killed here leaves the old answers as they were.
    temporary = file.with_name(f".{uuid.uuid4().hex}.json")
    temporary.write_text(json.dumps({"ids": list(merged), "scores": list(merged.values())}), encoding="utf-8")
    os.replace(temporary, file)


def _file(folder: Path, benchmark: str, fingerprint: str) -> Path:
    return folder / benchmark / f"{fingerprint}.json"
