"""Benchmarks of a person's own: checked, stored under `<data>/benchmarks/own/<name>/`, versioned by their content."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.own_jsonl import read_jsonl
from pareto_runner.benchmarks.own_yaml import read_yaml
from pareto_runner.errors import RunnerError
from pareto_runner.schemas import BenchmarkUpload
from pareto_runner.settings import load_settings

log = logging.getLogger("runner.benchmarks")
INFO, ITEMS = "info.json", "items.jsonl"


def own_dir() -> Path:
    """Return the folder of the uploaded benchmarks, one folder by name."""
    return load_settings().data_dir / "benchmarks" / "own"


def add_own(upload: BenchmarkUpload, taken: set[str]) -> Benchmark:
    """Check and store an upload; the same content under the same name again changes nothing.

    `taken` are the names of the benchmarks that are not a person's own.

    Raises:
        RunnerError: `benchmark_exists`, or `benchmark_invalid` with the line of each problem in `details`.
    """
    if upload.name in taken:
        raise _exists(upload.name, "That is the name of a benchmark that comes with the lab.")
    parsed = (read_jsonl if upload.format == "jsonl" else read_yaml)(upload.content)
    task = {
        **parsed.task,
        "task": upload.name,
        "dataset_path": f"own/{upload.name}",
        "test_split": "test",
        "num_fewshot": 0,
    }
    items = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in parsed.items)
    version = hashlib.sha256((json.dumps(task, sort_keys=True) + items).encode("utf-8", "replace")).hexdigest()[:12]
    existing = {benchmark.name: benchmark for benchmark in read_own()}.get(upload.name)
    if existing is not None and existing.version != version:
        raise _exists(upload.name, "You have a benchmark of that name with other items.")
    info = {
        "name": upload.name,
        "title": upload.title or upload.name,
        "metric": parsed.metric,
        "filter": parsed.filter,
        "chance": parsed.chance,
        "items": len(parsed.items),
        "version": version,
    }
    _store(upload.name, {INFO: json.dumps(info), ITEMS: items, "task.yaml": yaml.safe_dump(task, allow_unicode=True)})
    return _describe(own_dir() / upload.name)


def remove_own(name: str) -> Benchmark:
    """Remove an uploaded benchmark and return what it was; results that were measured with it keep its version.

    Raises:
        RunnerError: `benchmark_not_found`.
    """
    found = {benchmark.name: benchmark for benchmark in read_own()}.get(name)
    if found is None:
        raise RunnerError(
            "benchmark_not_found",
            f"You have no benchmark '{name}'.",
            "Only benchmarks that were uploaded can be removed; GET /benchmarks lists them as source 'own'.",
        )
    shutil.rmtree(own_dir() / name)
    return found


def read_own() -> tuple[Benchmark, ...]:
    """Return the uploaded benchmarks by name; a folder that cannot be read is left out, with a line in the log."""
    found = []
    for folder in sorted(own_dir().glob("[a-z]*")):
        try:
            found.append(_describe(folder))
        except (OSError, ValueError, KeyError) as error:
            log.warning("the benchmark in %s cannot be read: %s", folder, error)
    return tuple(found)


def _describe(folder: Path) -> Benchmark:
    info: dict[str, Any] = json.loads((folder / INFO).read_text(encoding="utf-8"))
    return Benchmark(
        name=info["name"],
        title=info["title"],
        like=info["name"],
        metric=info["metric"],
        filter=info["filter"],
        chance=info["chance"],
        items=info["items"],
        version=info["version"],
        tasks_dir=folder,
        source="own",
        dataset=f"own/{info['name']}",
        files=folder / ITEMS,
    )


def _store(name: str, files: dict[str, str]) -> None:
    # Complete under another name first, so that no reader meets half of it.
    own_dir().mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".tmp-", dir=own_dir()))
    try:
        for file, text in files.items():
            (temporary / file).write_text(text, encoding="utf-8", errors="replace")
        shutil.rmtree(own_dir() / name, ignore_errors=True)
        os.replace(temporary, own_dir() / name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exists(name: str, why: str) -> RunnerError:
    remedy = "Choose another name, or remove the earlier one first: DELETE /benchmarks/{name}."
    return RunnerError("benchmark_exists", f"There is a benchmark '{name}' already. {why}", remedy, field="name")
