"""Whether a hub data set is on this machine. Jobs run offline, so only what is cached can be scored."""

from __future__ import annotations

import os
from pathlib import Path

from pareto_runner.schemas import Availability


def check_dataset(benchmark: str, dataset: str) -> Availability:
    """Look for `owner/name` in the caches of `datasets`; no network, no import, so the API never blocks on it."""
    if any(_holds_files(folder) for folder in _cache_folders(dataset)):
        return Availability(available=True)
    return Availability(
        available=False,
        reason=f"its data set {dataset} is not in this machine's data set cache, and jobs run without a network",
        remedy=f"Where the hub can be reached, download it once: python -m pareto_runner.benchmarks {benchmark}",
    )


def _cache_folders(dataset: str) -> tuple[Path, ...]:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface").expanduser()
    datasets = Path(os.environ.get("HF_DATASETS_CACHE") or home / "datasets").expanduser()
    # `datasets` names the prepared folder in lower case from 5.0 on and as spelled before.
    prepared = dataset.replace("/", "___")
    return datasets / prepared, datasets / prepared.lower()


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and next(folder.rglob("*.arrow"), None) is not None
