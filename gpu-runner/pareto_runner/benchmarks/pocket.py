"""The pocket benchmarks: generated tasks that need no network, listed in `pocket/tasks/index.json`."""

from __future__ import annotations

import json
from pathlib import Path

from pareto_runner.benchmarks.definition import Benchmark

POCKET_TASKS_DIR = Path(__file__).resolve().parents[2] / "pocket" / "tasks"


def read_pocket_benchmarks(tasks_dir: Path | None = None) -> tuple[Benchmark, ...]:
    """Read the index written by the pocket generator; none before the pocket world has been made."""
    folder = tasks_dir or POCKET_TASKS_DIR
    index = folder / "index.json"
    if not index.is_file():
        return ()
    return tuple(
        Benchmark(
            name=entry["name"],
            title=entry["title"],
            like=entry["like"],
            metric=entry["metric"],
            chance=entry["chance"],
            items=entry["items"],
            version=str(entry["version"]),
            tasks_dir=folder,
            source="pocket",
            unit=entry["unit"],
            direction=entry["direction"],
        )
        for entry in json.loads(index.read_text(encoding="utf-8"))
    )
