import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pareto_runner.benchmarks import list_benchmarks, resolve_benchmarks
from pareto_runner.benchmarks.__main__ import main
from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.files import read_configs
from pareto_runner.benchmarks.hub import HUB_BENCHMARKS
from pareto_runner.benchmarks.pocket import read_pocket_benchmarks
from pareto_runner.errors import RunnerError


@pytest.fixture
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_DATASETS_CACHE", raising=False)
    monkeypatch.delenv("PARETO_BENCHMARK_FILES", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    return tmp_path


def test_hub_benchmarks_name_existing_task_files() -> None:
    for benchmark in HUB_BENCHMARKS:
        assert list(benchmark.tasks_dir.rglob("*.yaml")), benchmark.name


class AnyTag(yaml.SafeLoader):
    """Reads lm-eval's task files without the functions that they name."""


AnyTag.add_constructor("!function", lambda loader, node: str(node.value))


def read_task(benchmark: Benchmark) -> dict[str, Any]:
    tasks = {path: yaml.load(path.read_text(), AnyTag) for path in benchmark.tasks_dir.glob("*.yaml")}  # noqa: S506
    (task,) = [task for task in tasks.values() if benchmark.name in (task.get("task"), task.get("group"))]
    while "include" in task:
        included = benchmark.tasks_dir / task.pop("include")
        task = {**yaml.load(included.read_text(), AnyTag), **task}  # noqa: S506
    return task


@pytest.mark.parametrize("name", [benchmark.name for benchmark in HUB_BENCHMARKS])
def test_metadata_are_those_of_the_task_file(name: str) -> None:
    benchmark = next(benchmark for benchmark in HUB_BENCHMARKS if benchmark.name == name)
    task = read_task(benchmark)
    parts = {part.version for part in HUB_BENCHMARKS if part.part_of == name}
    version = task.get("metadata", {}).get("version", *(parts or {"lm-eval 0.4.13"}))
    assert benchmark.version == str(version)
    if "group" in task:
        assert benchmark.metric == task["aggregate_metric_list"][0]["metric"]
        return
    assert benchmark.dataset == task["dataset_path"]
    assert benchmark.metric in [entry["metric"] for entry in task["metric_list"]]
    assert benchmark.splits[0] == (task.get("test_split") or task["validation_split"])
    assert benchmark.filter in [entry["name"] for entry in task.get("filter_list", [{"name": "none"}])]
    assert task.get("dataset_name") in (None, *read_configs(benchmark))


def test_uncached_benchmark_is_unavailable_with_reason_and_remedy(no_cache: Path) -> None:
    infos = {info.name: info for info in list_benchmarks()}
    gsm8k = infos["gsm8k"].availability
    assert not gsm8k.available
    assert "openai/gsm8k" in gsm8k.reason
    assert "pareto_runner.benchmarks gsm8k" in gsm8k.remedy
    with pytest.raises(RunnerError) as caught:
        resolve_benchmarks(["gsm8k"])
    assert (caught.value.code, caught.value.field) == ("benchmark_unavailable", "benchmarks")


def test_cached_data_set_makes_it_available(no_cache: Path) -> None:
    folder = no_cache / "datasets" / "baber___piqa" / "default"
    folder.mkdir(parents=True)
    assert not {i.name: i for i in list_benchmarks()}["piqa"].availability.available
    (folder / "piqa-validation.arrow").write_bytes(b"x")
    assert [b.name for b in resolve_benchmarks(["piqa", "piqa"])] == ["piqa"]


def test_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(RunnerError) as caught:
        resolve_benchmarks(["arc_hard", "hellaswag"])
    assert (caught.value.code, caught.value.field) == ("unknown_benchmark", "benchmarks")
    assert "arc_challenge" in caught.value.remedy or "arc_easy" in caught.value.remedy


def test_no_names_is_an_error() -> None:
    with pytest.raises(RunnerError, match="unknown_benchmark"):
        resolve_benchmarks([])


def test_pocket_index_is_read(tmp_path: Path) -> None:
    assert read_pocket_benchmarks(tmp_path) == ()
    entry = {
        "name": "pocket_x",
        "title": "X",
        "like": "arc",
        "metric": "acc",
        "unit": "fraction",
        "direction": "max",
        "chance": 0.25,
        "items": 200,
        "version": 1.0,
    }
    (tmp_path / "index.json").write_text(json.dumps([entry]))
    (benchmark,) = read_pocket_benchmarks(tmp_path)
    assert (benchmark.name, benchmark.version, benchmark.source) == ("pocket_x", "1.0", "pocket")


def test_fetch_command_refuses_unknown_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "gsm8k" in capsys.readouterr().out
