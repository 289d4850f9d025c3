"""Hub benchmarks read from files: the layouts they are published in, and real items scored by lm-eval's own tasks."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.benchmarks import list_benchmarks, resolve_benchmarks
from pareto_runner.benchmarks.files import find_files, read_configs, read_dataset
from pareto_runner.benchmarks.hub import HUB_BENCHMARKS
from pareto_runner.benchmarks.pocket import POCKET_TASKS_DIR
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.supervise import call_fresh
from pareto_runner.measure.accuracy import score_benchmarks
from pareto_runner.sandbox import check_sandbox
from tests.shared_data import find_shared

POCKET = POCKET_TASKS_DIR.parent / "model"
OWN_TASKS = Path(__file__).parent / "attacks" / "tasks.jsonl"
BY_NAME = {benchmark.name: benchmark for benchmark in HUB_BENCHMARKS}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_DATASETS_CACHE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PARETO_BENCHMARK_FILES", str(tmp_path / "files"))
    return tmp_path / "files"


def write(path: Path, items: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(item) + "\n" for item in items)
    if path.suffix == ".parquet":
        from datasets import Dataset

        Dataset.from_list(items).to_parquet(str(path))
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif path.suffix == ".json":
        path.write_text(json.dumps({"canary": "x", "examples": items}))
    else:
        path.write_text(text)


ITEM = [{"input": "x", "target": "y"}]


@pytest.mark.parametrize(
    ("name", "paths", "split"),
    [
        ("gsm8k_cot", ["gsm8k/test.jsonl"], "test"),
        ("gsm8k", ["gsm8k/main/train-00000-of-00001.parquet", "gsm8k/main/test-00000-of-00001.parquet"], "train"),
        ("humaneval", ["humaneval/HumanEval.jsonl.gz"], "test"),
        ("humaneval", ["openai_humaneval/openai_humaneval/test-00000-of-00001.parquet"], "test"),
        ("leaderboard_bbh_navigate", ["bbh/navigate.json"], "test"),
        ("hellaswag", ["hellaswag/data/validation-00000-of-00001.parquet"], "validation"),
        ("winogrande", ["allenai--winogrande/winogrande_xl/validation/0000.parquet"], "validation"),
        ("arc_easy", ["ai2_arc/ARC-Easy/test.jsonl"], "test"),
    ],
)
def test_published_layouts_are_read(files: Path, name: str, paths: list[str], split: str) -> None:
    assert find_files(BY_NAME[name]) is None
    for path in paths:
        write(files / path, ITEM)
    (benchmark,) = resolve_benchmarks([name])
    config = read_configs(benchmark)[0]
    assert read_dataset(benchmark, config)[split].to_list() == ITEM


def test_files_of_another_configuration_do_not_serve(files: Path) -> None:
    write(files / "bbh" / "navigate.json", ITEM)
    write(files / "gsm8k" / "test.jsonl", ITEM)
    write(files / "ai2_arc" / "ARC-Challenge" / "test.jsonl", ITEM)
    shown = {info.name: info.availability for info in list_benchmarks()}
    assert not shown["gsm8k"].available
    assert "main/train are missing" in shown["gsm8k"].reason  # which its five examples are drawn from
    assert shown["gsm8k_cot"].available
    assert not shown["arc_easy"].available
    assert [name for name in shown if "bbh" in name] == ["leaderboard_bbh", "leaderboard_bbh_navigate"]
    assert not shown["leaderboard_bbh"].available


def test_all_subjects_are_needed_for_the_whole(files: Path) -> None:
    subjects = read_configs(BY_NAME["mmlu"])
    assert len(subjects) == 57
    for subject in subjects[1:]:
        write(files / "mmlu" / subject / "test.jsonl", ITEM)
    assert find_files(BY_NAME["mmlu"]) is None
    write(files / "mmlu" / subjects[0] / "test.jsonl", ITEM)
    assert find_files(BY_NAME["mmlu"]) == files / "mmlu"


def test_damaged_file_is_named(files: Path) -> None:
    write(files / "gsm8k" / "test.jsonl", ITEM)
    (files / "gsm8k" / "test.jsonl").write_text("{")
    (benchmark,) = resolve_benchmarks(["gsm8k_cot"])
    with pytest.raises(RunnerError, match="benchmark_files_invalid") as caught:
        read_dataset(benchmark, "main")
    assert "test.jsonl" in caught.value.message


@pytest.mark.skipif(not check_sandbox().available, reason=check_sandbox().reason)
def test_humaneval_is_scored_by_the_sandbox(files: Path) -> None:
    (files / "humaneval").mkdir(parents=True)
    (files / "humaneval" / "HumanEval.jsonl").write_text(OWN_TASKS.read_text())
    scored = call_fresh(score_known_answers, {"benchmarks": resolve_benchmarks(["humaneval"])})
    assert scored == {"humaneval": [1.0] * 11 + [0.0]}


def score_known_answers(benchmarks: list[Any]) -> dict[str, list[float]]:
    """Answer each item as its file does, but the last one, which is cut short."""
    from lm_eval.api.model import LM

    from pareto_runner.measure.tasks import LoadedTasks

    items = [json.loads(line) for line in OWN_TASKS.read_text().splitlines()]
    answers = {item["prompt"]: item["canonical_solution"] for item in items}
    answers[items[-1]["prompt"]] = "    return 0\n"

    class Knowing(LM):
        def generate_until(self, requests: Any, disable_tqdm: bool = False) -> list[str]:
            return [answers[request.args[0]] for request in requests]

        def loglikelihood(self, requests: Any) -> Any:
            raise NotImplementedError

        loglikelihood_rolling = loglikelihood

    found = LoadedTasks(benchmarks, 0).score(Knowing(), {"humaneval": range(len(items))})
    return {name: [scores[number] for number in sorted(scores)] for name, scores in found.items()}


def test_real_items_are_scored_by_lm_evals_own_tasks(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARETO_BENCHMARK_FILES", str(find_shared("gsm8k").parent))
    names = ["gsm8k_cot", "leaderboard_bbh_navigate", "leaderboard_bbh_object_counting"]
    target = {"runtime": "transformers", "path": str(POCKET), "device": "cpu", "is_artifact": False}
    chosen = {"benchmarks": resolve_benchmarks(names), "limit": 5, "seed": 0}
    found = call_fresh(score_benchmarks, {**target, **chosen})["items"]
    assert {name: (entry["total"], len(entry["scores"])) for name, entry in found.items()} == {
        "gsm8k_cot": (1319, 5),
        "leaderboard_bbh_navigate": (250, 5),
        "leaderboard_bbh_object_counting": (250, 5),
    }
    assert all(score in (0.0, 1.0) for entry in found.values() for score in entry["scores"])
