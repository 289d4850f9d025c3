"""Bringing data sets from the hub before a job starts; the real client library runs against a double of the hub."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pareto_runner.benchmarks import list_benchmarks, online, resolve_benchmarks
from pareto_runner.benchmarks.files import read_dataset
from pareto_runner.errors import RunnerError
from pareto_runner.models.hub import HubAccess
from pareto_runner.settings import Settings
from tests.dataset_hub_double import COMMIT, DatasetHub, serve_datasets

ITEM = {"question": "How many?", "answer": "One.\n#### 1"}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatasetHub]:
    folder = tmp_path / "hub"
    gsm8k = folder / "openai" / "gsm8k"
    for place in ("main/test-00000-of-00002", "main/test-00001-of-00002", "main/train-00000-of-00001"):
        path = gsm8k / f"{place}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(ITEM) + "\n")
    (gsm8k / "socratic").mkdir()
    (gsm8k / "socratic" / "test-00000-of-00001.jsonl").write_text("{}")
    (gsm8k / "loader.py").write_text("raise SystemExit")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_DATASETS_CACHE", raising=False)
    monkeypatch.delenv("PARETO_BENCHMARK_FILES", raising=False)
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    with serve_datasets(folder) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def bring(names: list[str], tmp_path: Path) -> list[str]:
    said: list[str] = []
    settings = Settings(data_dir=tmp_path / "data", host="127.0.0.1", port=0, environment="test")
    HubAccess(settings, None).bring_items(
        names, lambda stage, fraction, message: said.append(message), threading.Event(), time.monotonic() + 60
    )
    return said


def test_only_what_is_needed_is_brought_once(hub: DatasetHub, tmp_path: Path) -> None:
    shown = {info.name: info.availability for info in list_benchmarks()}
    assert shown["gsm8k_cot"].available
    assert "brought from the hub" in shown["gsm8k_cot"].reason
    with pytest.raises(RunnerError, match="benchmark_unavailable"):
        resolve_benchmarks(["gsm8k_cot"])  # in a job, which is offline
    assert "gsm8k_cot" in bring(["gsm8k_cot", "pocket_code"], tmp_path)[0]
    assert hub.delivered == ["main/test-00000-of-00002.jsonl", "main/test-00001-of-00002.jsonl"]
    (benchmark,) = resolve_benchmarks(["gsm8k_cot"])
    assert read_dataset(benchmark, "main")["test"].to_list() == [ITEM, ITEM]
    assert benchmark.files is not None
    assert (benchmark.files / "REVISION").read_text() == COMMIT
    bring(["gsm8k"], tmp_path)
    assert hub.delivered[2:] == ["main/train-00000-of-00001.jsonl"]
    assert bring(["gsm8k", "gsm8k_cot"], tmp_path) == []


def test_part_of_a_split_is_not_taken_for_the_whole(hub: DatasetHub, tmp_path: Path) -> None:
    bring(["gsm8k_cot"], tmp_path)
    (tmp_path / "data" / "benchmarks" / "openai--gsm8k" / "main" / "test-00001-of-00002.jsonl").unlink()
    with pytest.raises(RunnerError, match="benchmark_unavailable"):
        resolve_benchmarks(["gsm8k_cot"])


def test_what_goes_wrong_has_a_code(hub: DatasetHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.damage = "main/test-00001-of-00002.jsonl"
    with pytest.raises(RunnerError, match="dataset_corrupt"):
        bring(["gsm8k_cot"], tmp_path)
    with pytest.raises(RunnerError, match="dataset_not_found"):
        bring(["piqa"], tmp_path)
    (hub.folder / "baber" / "piqa").mkdir(parents=True)
    with pytest.raises(RunnerError, match="dataset_incomplete"):
        bring(["piqa"], tmp_path)
    hub.gated = True
    with pytest.raises(RunnerError, match="dataset_gated") as caught:
        bring(["piqa"], tmp_path)
    assert "/datasets/baber/piqa" in caught.value.remedy
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RunnerError, match="benchmark_unavailable") as caught:
        bring(["piqa"], tmp_path)
    assert "the hub cannot be reached" in caught.value.message
    monkeypatch.setattr(online, "_known", {"http://127.0.0.1:9": (time.monotonic(), True)})
    with pytest.raises(RunnerError, match="hub_unreachable") as caught:
        bring(["piqa"], tmp_path)
    assert caught.value.retryable
