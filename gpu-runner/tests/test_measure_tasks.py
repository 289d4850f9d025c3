import json
from pathlib import Path
from typing import Any

import pytest
from lm_eval.api.model import LM

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.jobs.report import Span, connect, report_progress
from pareto_runner.measure.accuracy import ItemProgress
from pareto_runner.measure.tasks import LoadedTasks

LEAF = """\
task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}, train: {file}}}}}
test_split: test
fewshot_split: train
num_fewshot: {shots}
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: [mat, dog]
doc_to_target: answer
metric_list: [{{metric: acc, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
"""
GROUP = "group: toy_group\ntask: [leaf_a, leaf_b]\n"


class Recorder(LM):
    """Stands in for a model: keeps what it is asked and finds the first answer likelier."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, str] = {}

    def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
        for request in requests:
            context = request.args[0]
            self.asked[context.rsplit("\n\n", 1)[-1]] = context
        return [(-float(" dog" in request.args[1]), False) for request in requests]

    def loglikelihood_rolling(self, requests: list[Any]) -> Any:
        raise NotImplementedError

    def generate_until(self, requests: list[Any]) -> Any:
        raise NotImplementedError


def write_group(folder: Path, shots: int) -> list[Benchmark]:
    for name in ("leaf_a", "leaf_b"):
        items = [{"question": f"{name} {i}?", "answer": i % 2} for i in range(12)]
        file = folder / f"{name}.jsonl"
        file.write_text("\n".join(json.dumps(item) for item in items))
        (folder / f"{name}.yaml").write_text(LEAF.format(name=name, file=file, shots=shots))
    (folder / "group.yaml").write_text(GROUP)
    return [Benchmark("toy_group", "T", "mmlu", "acc", 0.5, 24, "1", folder)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_items_are_numbered_through_the_sub_tasks(folder: Path) -> None:
    tasks = LoadedTasks(write_group(folder, 0), 0)
    assert [str(stratum) for stratum in tasks.strata("toy_group")[11:13]] == ["('leaf_a', 1)", "('leaf_b', 0)"]
    lm = Recorder()
    found = tasks.score(lm, {"toy_group": [23, 0, 12, 1]})["toy_group"]
    assert found == {0: 1.0, 1: 0.0, 12: 1.0, 23: 0.0}
    assert set(lm.asked) == {"leaf_a 0?", "leaf_a 1?", "leaf_b 0?", "leaf_b 11?"}
    assert tasks.score(lm, {"toy_group": list(range(12))})["toy_group"].keys() == set(range(12))


def test_an_items_prompt_does_not_depend_on_the_others_asked(folder: Path) -> None:
    benchmarks = write_group(folder, 3)
    tasks = LoadedTasks(benchmarks, 1)
    alone, among, other = Recorder(), Recorder(), Recorder()
    tasks.score(alone, {"toy_group": [7]})
    tasks.score(among, {"toy_group": list(range(24))})
    LoadedTasks(benchmarks, 2).score(other, {"toy_group": list(range(24))})
    assert alone.asked["leaf_a 7?"] == among.asked["leaf_a 7?"]
    assert len(set(among.asked.values())) == 24
    assert among.asked["leaf_a 7?"].count("?") == 4
    assert other.asked != among.asked


def test_the_fingerprint_tells_what_is_comparable(folder: Path) -> None:
    def fingerprint(shots: int, seed: int) -> str:
        return LoadedTasks(write_group(folder, shots), seed).fingerprint("toy_group")

    assert fingerprint(0, 0) == fingerprint(0, 1)
    assert fingerprint(3, 0) == fingerprint(3, 0) != fingerprint(3, 1)
    assert fingerprint(0, 0) != fingerprint(3, 0)


def test_progress_is_placed_in_the_whole_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pareto_runner.jobs.report._send", None)
    report_progress(Span("benchmarks", 0.2, 0.5), 0.5)  # outside of a job: nothing to tell
    sent: list[dict[str, Any]] = []
    connect(sent.append)
    report_progress(Span("benchmarks", 0.2, 0.5), 0.5, "800 of 1600 items")
    report_progress(None, 1.0)
    assert sent == [{"type": "progress", "stage": "benchmarks", "fraction": 0.45, "message": "800 of 1600 items"}]


def test_items_count_within_a_block_and_never_past_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("pareto_runner.jobs.report._send", sent.append)
    progress = ItemProgress(Span("benchmarks", 0.0, 0.5), 10)
    for items in (2.5, 2.5, 9.0):
        progress.add(items)
    assert [message["fraction"] for message in sent] == [0.125, 0.25, 0.5]
    assert sent[1]["message"] == "5 of 10 items"
    progress.reach(8)
    assert sent[-1]["message"] == "8 of 10 items"
