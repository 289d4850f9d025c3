from pathlib import Path
from typing import Any

import pytest

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.measure.answers import add_answers, answers_dir, read_answers
from pareto_runner.measure.scores import accuracy_delta, accuracy_figure, benchmark_score, early_stop, pair


def test_answers_are_merged_and_kept_by_fingerprint(tmp_path: Path) -> None:
    assert read_answers(tmp_path, "arc", "f1") == {}
    add_answers(tmp_path, "arc", "f1", {7: 1.0, 3: 0.0})
    add_answers(tmp_path, "arc", "f1", {3: 0.5, 1: 1.0})
    assert list(read_answers(tmp_path, "arc", "f1").items()) == [(1, 1.0), (3, 0.5), (7, 1.0)]
    assert read_answers(tmp_path, "arc", "other prompting") == {}
    (tmp_path / "arc" / "f1.json").write_text("{half")
    assert read_answers(tmp_path, "arc", "f1") == {}


def test_baseline_and_artifacts_have_folders_of_their_own(data_dir: Path) -> None:
    folders = {
        answers_dir("rev", artifact, runtime, "cpu")
        for artifact in (None, "abc")
        for runtime in ("transformers", "onnxruntime")
    }
    assert len(folders) == 4
    assert all(data_dir.resolve() in folder.parents for folder in folders)


def benchmark(name: str) -> Benchmark:
    return Benchmark(name, name, name, "acc", 0.25, 40, "1", Path())


def answered(scores: list[float], total: int) -> dict[str, Any]:
    return {"ids": list(range(0, 2 * len(scores), 2)), "scores": scores, "total": total, "fingerprint": "f"}


def test_a_part_says_which_and_is_compared_item_by_item() -> None:
    some, every = answered([1.0] * 8 + [0.0] * 2, 40), answered([1.0] * 10, 10)
    differences = [pair(some, dict.fromkeys(range(18), 1.0)), pair(every, dict.fromkeys(range(40), 1.0))]
    assert differences == [[0.0] * 8 + [-1.0], [0.0] * 10]
    part = benchmark_score(benchmark("a"), some, differences[0])
    assert part.item_ids == list(range(0, 20, 2))
    assert "10 of 40 items" in part.score.spread
    assert part.delta is not None
    assert part.delta.value == pytest.approx(-1 / 9)
    assert (part.delta.n, part.delta.extra) == (9, {"won": 0, "lost": 1})
    assert part.delta.low < -1 / 9 < 0.0 < part.delta.high
    whole = benchmark_score(benchmark("b"), every, differences[1])
    assert whole.item_ids == []
    both = accuracy_delta(differences)
    assert both is not None
    assert both.value == pytest.approx(-1 / 18)
    assert both.low < both.value < both.high
    assert both.extra == {"won": 0, "lost": 1}
    assert "on 20 of 50 items" in accuracy_figure([part, whole]).spread


def test_without_the_baselines_answers_there_is_no_difference() -> None:
    alone = pair(answered([1.0, 0.0], 2), {})
    assert benchmark_score(benchmark("a"), answered([1.0, 0.0], 2), alone).delta is None
    assert accuracy_delta([[0.0, 1.0], alone]) is None


def test_an_early_end_says_why_in_words() -> None:
    ended = {"decision": "drop", "against": "floor", "above": -0.15, "used": 48, "wanted": 400}
    stop = early_stop(ended, 0.05)
    assert stop.reason == (
        "surely below the line that the baseline sets: about 15.0 points below it on the 48 items asked"
    )
    assert (stop.decision, stop.items_used, stop.items_total) == ("drop", 48, 400)
