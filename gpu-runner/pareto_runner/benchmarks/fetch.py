"""Runs alone, with network: `python -m pareto_runner.benchmarks.fetch NAME …` brings data sets from the hub.

The data files come as they are on the hub into `<data>/benchmarks/<owner>--<name>/`, each checked against the hub's
own checksum; no code of a data set is taken. Answers with JSON lines on standard output.
"""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path, PurePosixPath
from typing import Any

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.files import fetched_folder, find_files, read_configs, select_paths
from pareto_runner.benchmarks.hub import HUB_BENCHMARKS
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.models.download import SPARE_BYTES, Say, bring_file
from pareto_runner.models.fetch import end_with_parent, say

REVISION_FILE = "REVISION"
# Where the hub keeps its own parquet form of data sets that are published in another.
CONVERTED = "refs/convert/parquet"


def fetch(benchmark: Benchmark, report: Say) -> Path:
    """Bring what the benchmark needs of its data set and return the folder; what is here already stays.

    Files of one data set that are brought at different times come from the same commit.

    Raises:
        RunnerError: `dataset_incomplete`, `disk_full` or `model_corrupt`; the hub library's errors. `explain` gives
            them the codes of data sets.
    """
    from huggingface_hub import HfApi

    dataset, folder = str(benchmark.dataset), fetched_folder(benchmark)
    pinned = folder / REVISION_FILE
    revisions = [pinned.read_text().strip()] if pinned.exists() else [None, CONVERTED]
    for revision in revisions:
        info = HfApi().dataset_info(dataset, revision=revision, files_metadata=True)
        files = _choose(info, benchmark)
        if files:
            break
    else:
        raise RunnerError(
            "dataset_incomplete",
            f"The hub's data set {dataset} has no files of all that {benchmark.name} needs.",
            f"Bring its files yourself, as parquet or JSON, into {folder}.",
            field="benchmarks",
        )
    missing = [file for file in files if not (folder / file.rfilename).is_file()]
    total = sum(file.size or 0 for file in missing)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < total + SPARE_BYTES:
        raise RunnerError("disk_full", f"The data set needs {total / 1e9:.1f} GB.", "Free space in the data folder.")
    pinned.write_text(str(info.sha))
    done = 0
    for file in missing:
        (folder / file.rfilename).parent.mkdir(parents=True, exist_ok=True)
        bring_file(dataset, str(info.sha), file, folder, "dataset")
        done += file.size or 0
        report({"type": "progress", "done_mb": done / 1e6, "total_mb": total / 1e6})
    return folder


def _choose(info: Any, benchmark: Benchmark) -> list[Any]:
    """Return the files of every configuration and split that the benchmark needs; none when one of them is missing."""
    by_path = {PurePosixPath(file.rfilename): file for file in info.siblings}
    chosen: dict[PurePosixPath, Any] = {}
    for config in read_configs(benchmark):
        for split in benchmark.splits:
            paths = select_paths(list(by_path), benchmark, config, split)
            if not paths:
                return []
            chosen |= {path: by_path[path] for path in paths}
    return list(chosen.values())


def explain(error: Exception, benchmark: Benchmark) -> RunnerError:
    """Give the hub library's exceptions our codes."""
    import httpx
    from huggingface_hub import constants, errors

    dataset = benchmark.dataset
    if isinstance(error, RunnerError) and error.code == "model_corrupt":
        remedy = f"Try again, or bring its files yourself into {fetched_folder(benchmark)}."
        return RunnerError("dataset_corrupt", error.message, remedy, field="benchmarks", retryable=True)
    if isinstance(error, errors.GatedRepoError):
        return RunnerError(
            "dataset_gated",
            f"The data set {dataset} is gated: its authors ask you to accept a licence first.",
            f"Accept it at {constants.ENDPOINT}/datasets/{dataset} and start the runner with HF_TOKEN set.",
            field="benchmarks",
        )
    if isinstance(error, errors.RepositoryNotFoundError | errors.RevisionNotFoundError):
        return RunnerError(
            "dataset_not_found",
            f"The hub has no data set {dataset}, or it is private.",
            f"Bring its files yourself into {fetched_folder(benchmark)}.",
            field="benchmarks",
        )
    if isinstance(error, httpx.HTTPError | errors.HfHubHTTPError | ConnectionError):
        return RunnerError(
            "hub_unreachable",
            f"The hub could not be reached for the data set {dataset} ({type(error).__name__}).",
            f"Check the network, or bring its files yourself into {fetched_folder(benchmark)}.",
            field="benchmarks",
            retryable=True,
        )
    return as_runner_error(error)


def main(names: list[str]) -> int:
    """Bring the data sets of the named benchmarks."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    known = {benchmark.name: benchmark for benchmark in HUB_BENCHMARKS}
    for name in names:
        try:
            if find_files(known[name]) is None:
                fetch(known[name], say)
        except Exception as error:
            say({"type": "error", "error": explain(error, known[name]).to_info().model_dump(mode="json")})
            return 1
    say({"type": "result", "result": names})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
