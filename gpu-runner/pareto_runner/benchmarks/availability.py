"""Whether a benchmark can be scored here. Jobs run offline, so its items must be on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.files import describe_gap, find_files, read_configs
from pareto_runner.benchmarks.online import hub_reachable
from pareto_runner.sandbox import check_sandbox
from pareto_runner.schemas import Availability


def check_availability(benchmark: Benchmark, may_fetch: bool = False) -> Availability:
    """Tell whether the benchmark's items are here and, where it runs code, a sandbox.

    With `may_fetch`, as before a job starts, items that the job's preparation can bring from the hub count as well.
    """
    if benchmark.runs_code and not (sandbox := check_sandbox()).available:
        return sandbox
    if benchmark.dataset is None or find_files(benchmark) is not None:
        return Availability(available=True)
    if all(_is_cached(benchmark.dataset, config) for config in read_configs(benchmark)):
        return Availability(available=True)
    if may_fetch and hub_reachable():
        return Availability(available=True, reason="its items are brought from the hub when a job first needs them")
    return Availability(
        available=False,
        reason=f"{describe_gap(benchmark) or f'its data set {benchmark.dataset} is not on this machine'}, and the hub "
        "cannot be reached",
        remedy=f"Where the hub can be reached, download it once: python -m pareto_runner.benchmarks {benchmark.name}. "
        f"Or put its files into <data>/benchmarks/{benchmark.like}/.",
    )


def _is_cached(dataset: str, config: str) -> bool:
    """Whether `datasets` has prepared this configuration before; looked up without importing it."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface").expanduser()
    cache = Path(os.environ.get("HF_DATASETS_CACHE") or home / "datasets").expanduser()
    # The prepared folder is named in lower case from `datasets` 5.0 on and as spelled before.
    prepared = dataset.replace("/", "___")
    folders = (cache / prepared / config, cache / prepared.lower() / config)
    return any(next(folder.rglob("*.arrow"), None) is not None for folder in folders)
