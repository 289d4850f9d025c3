"""What past jobs took beside what was estimated for them: the source of corrections and of honest intervals.

One JSON line per finished job under `<data>/runner/estimates.jsonl`. Ratios of fact to raw estimate are looked at
in logarithms; a few imagined jobs, as uncertain as the formulas are, stand in until real ones outweigh them.
"""

from __future__ import annotations

import json
import math
import os
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pareto_runner.schemas import EstimateError, EstimateErrors, Range
from pareto_runner.settings import load_settings

Quantity = Literal["memory_gb", "seconds", "artifact_gb"]
QUANTITIES: tuple[Quantity, ...] = ("memory_gb", "seconds", "artifact_gb")
KEEP_LINES = 2_000
IMAGINED = 2
NORMAL_90 = 1.645


@dataclass(frozen=True)
class Record:
    """One finished job: what kind it was, and per quantity the raw estimate, the range that was given, the fact."""

    key: str
    device: str
    raw: dict[str, float]
    given: dict[str, list[float]]
    fact: dict[str, float]


def history_path() -> Path:
    """Return the file of the records."""
    return load_settings().runner_dir / "estimates.jsonl"


def read_records() -> list[Record]:
    """Return the newest records; a line that a killed writer left half done is passed over."""
    try:
        lines = history_path().read_text(encoding="utf-8").splitlines()[-KEEP_LINES:]
    except OSError:
        return []
    records = []
    for line in lines:
        try:
            records.append(Record(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return records


def append_record(record: Record) -> None:
    """Add one record; a single write, so that jobs that end at the same time do not mix their lines."""
    path = history_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, (json.dumps(record.__dict__) + "\n").encode())
    finally:
        os.close(handle)


def correct(
    records: list[Record], key: str, device: str, quantity: Quantity, raw: float, doubt: float
) -> tuple[Range, int]:
    """Return the corrected range of a raw estimate and how many alike jobs it rests on.

    `doubt` is the standard deviation, in logarithms, of the formula alone.
    """
    here = [r for r in records if r.device == device and r.raw.get(quantity, 0) > 0 and r.fact.get(quantity, 0) > 0]
    alike = [_ratio(r, quantity) for r in here if r.key == key]
    # How fast a machine is shows in all its jobs; how many bytes a recipe leaves only in jobs of that recipe.
    machine = sum(_ratio(r, quantity) for r in here) / (len(here) + IMAGINED) if quantity != "artifact_gb" else 0.0
    count = len(alike)
    mean = (IMAGINED * machine + sum(alike)) / (count + IMAGINED)
    variance = (IMAGINED * doubt**2 + sum((ratio - mean) ** 2 for ratio in alike)) / (count + IMAGINED)
    spread = NORMAL_90 * math.sqrt(variance * (1 + 1 / (count + IMAGINED)))
    value = raw * math.exp(mean)
    return Range(value=value, low=value * math.exp(-spread), high=value * math.exp(spread)), count


def estimate_errors() -> EstimateErrors:
    """Return the error of the ranges that were given, per quantity, over all recorded jobs."""
    records = read_records()
    errors = []
    for quantity in QUANTITIES:
        pairs = [(r.given[quantity], r.fact[quantity]) for r in records if r.fact.get(quantity, 0) > 0]
        if pairs:
            errors.append(
                EstimateError(
                    quantity=quantity,
                    jobs=len(pairs),
                    median_error=statistics.median(abs(given[0] - fact) / fact for given, fact in pairs),
                    within=sum(given[1] <= fact <= given[2] for given, fact in pairs) / len(pairs),
                )
            )
    return EstimateErrors(errors=errors)


def _ratio(record: Record, quantity: Quantity) -> float:
    return math.log(record.fact[quantity] / record.raw[quantity])
