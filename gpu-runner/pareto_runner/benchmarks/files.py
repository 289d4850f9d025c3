"""Data sets from files on this machine, in the formats in which they are published; no network, no code of theirs.

A data set lies in a folder under `PARETO_BENCHMARK_FILES` or `<data>/benchmarks`, named like the benchmark, the data
set, or the last word of either (`gsm8k`, `openai_humaneval`, `bbh`). Files are parquet, JSON or JSONL, also gzipped. A
folder or the beginning of the file's name says the configuration and the split (`main/test-00000-of-00001.parquet`,
`navigate.json`); a file that names no split holds the one that is scored.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.errors import RunnerError
from pareto_runner.settings import load_settings

SUFFIXES = (".parquet", ".json", ".jsonl", ".json.gz", ".jsonl.gz")
SPLITS = ("train", "validation", "test", "dev", "auxiliary_train")


def benchmark_folders() -> list[Path]:
    """Return the folders that data sets are looked for in, the person's own first."""
    named = [Path(name).expanduser() for name in os.environ.get("PARETO_BENCHMARK_FILES", "").split(os.pathsep) if name]
    return [*named, load_settings().data_dir / "benchmarks"]


def find_files(benchmark: Benchmark) -> Path | None:
    """Return the folder that holds all configurations and splits that the benchmark needs, or None."""
    if benchmark.files is not None:
        return benchmark.files
    return next((folder for folder in _candidates(benchmark) if not _list_gaps(folder, benchmark)), None)


def describe_gap(benchmark: Benchmark) -> str:
    """Say what the files lack that are here; an empty text when there are none at all."""
    for folder in _candidates(benchmark):
        gaps = _list_gaps(folder, benchmark)
        more = f" and {len(gaps) - 3} more" if len(gaps) > 3 else ""
        return f"of its data set {', '.join(gaps[:3])}{more} are missing in {folder}"
    return ""


def read_configs(benchmark: Benchmark) -> tuple[str, ...]:
    """Return the data set's configurations that the benchmark uses, from its task files where they are not data."""
    if benchmark.configs is not None:
        return benchmark.configs
    pattern = re.compile(r'^"?dataset_name"?:\s*"?([^"\s]+)', re.MULTILINE)
    names = {
        name for path in sorted(benchmark.tasks_dir.glob("*.yaml")) for name in pattern.findall(path.read_text("utf-8"))
    }
    return tuple(sorted(names))


def serve_files(benchmarks: Sequence[Benchmark]) -> None:
    """Make lm-eval, in this process, read the data sets of resolved benchmarks from their files.

    lm-eval asks `datasets.load_dataset` for a data set by name; those that are here are answered from the files.
    """
    import datasets

    here = {benchmark.dataset: benchmark for benchmark in benchmarks if benchmark.files is not None}
    plain: Callable[..., Any] = datasets.load_dataset

    def load(path: str, name: str | None = None, **options: Any) -> Any:
        if (benchmark := here.get(path)) is None:
            return plain(path=path, name=name, **options)
        return read_dataset(benchmark, name)

    datasets.load_dataset = load


def read_dataset(benchmark: Benchmark, config: str | None) -> Any:
    """Return a `DatasetDict` of the splits that the benchmark uses and whichever others are there.

    Raises:
        RunnerError: `benchmark_files_invalid`.
    """
    from datasets import Dataset, DatasetDict

    folder = benchmark.files
    assert folder is not None  # noqa: S101 - narrows the type
    if folder.is_file():
        return DatasetDict({benchmark.splits[0]: Dataset.from_list(_read_items(folder))})
    found, here = {}, _list_paths(folder)
    for split in SPLITS:
        paths = [folder / path for path in select_paths(here, benchmark, config or "default", split)]
        if paths and (split in benchmark.splits or split != "auxiliary_train"):
            found[split] = Dataset.from_list([item for path in paths for item in _read_items(path)])
    return DatasetDict(found)


def _names(benchmark: Benchmark) -> tuple[str, ...]:
    dataset = (benchmark.dataset or "").lower()
    names = (benchmark.name, benchmark.like, dataset.replace("/", "--"), dataset.rpartition("/")[2])
    return tuple(dict.fromkeys(names))


def _candidates(benchmark: Benchmark) -> Iterator[Path]:
    for root in benchmark_folders():
        for name in _names(benchmark):
            if (root / name).is_dir():
                yield root / name


def fetched_folder(benchmark: Benchmark) -> Path:
    """Return the folder into which the benchmark's data set is brought from the hub."""
    return load_settings().data_dir / "benchmarks" / str(benchmark.dataset).lower().replace("/", "--")


def select_paths(paths: Sequence[PurePosixPath], benchmark: Benchmark, config: str, split: str) -> list[PurePosixPath]:
    """Return the files, by their paths in the data set, of one configuration and split; none unless all are there.

    Where no file names the configuration, those serve that name no other: nothing but a split or the data set.
    Parquet is preferred to another form of the same.
    """
    words = {path: _words(path) for path in sorted(paths) if path.name.endswith(SUFFIXES)}
    neutral = {"data", *SPLITS, *_names(benchmark)}
    mine = [path for path in words if config in words[path]] or [
        path for path in words if {word.lower() for word in words[path]} <= neutral
    ]
    mine = [path for path in mine if next((s for s in SPLITS if s in words[path]), benchmark.splits[0]) == split]
    chosen = [path for path in mine if path.suffix == ".parquet"] or mine
    # Of a split in several files, `…-00001-of-00004…`, a part alone would be scored as if it were the whole.
    parts = [match for path in chosen if (match := re.search(r"-(\d{5})-of-(\d{5})", path.name))]
    if parts and {int(part[1]) for part in parts} != set(range(int(parts[0][2]))):
        return []
    return chosen


def _list_gaps(folder: Path, benchmark: Benchmark) -> list[str]:
    wanted = [(config, split) for config in read_configs(benchmark) for split in benchmark.splits]
    paths = _list_paths(folder)
    return [f"{config}/{split}" for config, split in wanted if not select_paths(paths, benchmark, config, split)]


def _list_paths(folder: Path) -> list[PurePosixPath]:
    return [PurePosixPath(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


def _words(path: PurePosixPath) -> set[str]:
    *folders, name = path.parts
    # Of `test-00000-of-00004.parquet` the word is `test`; `0000.parquet` in a split's folder says nothing.
    stem = re.split(r"-\d{5}-of-", name.partition(".")[0])[0]
    return {*folders, *([] if stem.isdigit() else [stem])}


def _read_items(path: Path) -> list[dict[str, Any]]:
    try:
        if path.suffix == ".parquet":
            from pyarrow.parquet import read_table

            return list(read_table(path).to_pylist())
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        if ".jsonl" in path.name:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        content = json.loads(text)
        # BIG-Bench Hard's own files keep their items beside a notice.
        return list(content["examples"] if isinstance(content, dict) else content)
    except (OSError, ValueError, KeyError) as error:
        raise RunnerError(
            "benchmark_files_invalid",
            f"{path.name} in {path.parent} is no data set file ({type(error).__name__}: {error}).",
            "Take the data set's own files as they are on the hub.",
            field="benchmarks",
        ) from error
