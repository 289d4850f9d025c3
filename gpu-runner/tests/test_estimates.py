"""Estimates: counted bytes, corrections that history teaches, refusals, and the estimator's own error."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.estimates.history import (
    Record,
    append_record,
    correct,
    estimate_errors,
    history_path,
    read_records,
)
from pareto_runner.estimates.model import estimate
from pareto_runner.estimates.size import artifact_size
from pareto_runner.jobs.context import LocalContext
from pareto_runner.schemas import CompressParams, ModelFacts, Recipe

BIG = ModelFacts(
    model="owner/big",
    source="hub",
    revision="0" * 40,
    architecture="LlamaForCausalLM",
    family="llama",
    parameters=8_030_261_248,
    size_gb=16.06,
    layers=32,
    hidden_size=4096,
    intermediate_size=14336,
    heads=32,
    kv_heads=8,
    vocabulary=128256,
    context=8192,
    dtype="bfloat16",
    linear_in_features=[4096, 14336],
)


@pytest.fixture
def own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARETO_DATA", str(tmp_path))
    return tmp_path


def recipe(*steps: tuple[str, dict[str, Any]], runtime: str = "transformers") -> Recipe:
    return Recipe.model_validate({"steps": [{"method": m, "params": p} for m, p in steps], "runtime": runtime})


def record(fact: float, key: str = "k", raw: float = 10.0, given: list[float] | None = None) -> Record:
    return Record(key, "cpu", {"seconds": raw}, {"seconds": given or [raw, raw / 2, raw * 2]}, {"seconds": fact})


def test_the_estimate_stands_beside_the_fact_and_its_size_is_right(tiny: Path, own_history: Path) -> None:
    params = {"bits": 4, "group_size": 32}
    made = compress(
        CompressParams(model=str(tiny), recipe=recipe(("rtn", params))),
        LocalContext("job", "request", own_history / "artifacts", own_history / "work", "cpu"),
    )
    check = made.estimate
    assert check is not None
    assert check.artifact_gb == made.artifact.size_bytes / 1e9
    assert check.estimate.artifact_gb.value == pytest.approx(check.artifact_gb, rel=0.03)
    assert check.seconds > 0
    assert check.memory_gb > 0.1
    assert [r.key for r in read_records()] == ["rtn+transformers"]
    assert {error.quantity for error in estimate_errors().errors} == {"memory_gb", "seconds", "artifact_gb"}


def test_sizes_are_counted_from_widths_where_the_files_are_not_here() -> None:
    four = artifact_size(BIG, recipe(("gptq", {"bits": 4, "group_size": 128})))
    # 6.98e9 weights of the blocks at 4.125 bits, the rest (embedding, head, norms) at 16.
    assert four.bytes == pytest.approx(6.98e9 * 4.125 / 8 + 1.05e9 * 2, rel=0.01)
    assert artifact_size(BIG, recipe()).bytes == pytest.approx(16.06e9, rel=0.01)


def test_what_cannot_fit_is_refused_with_the_numbers(own_history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pareto_runner.estimates.model._available_gb", lambda device: 4.0)
    reply = estimate(BIG, recipe(("gptq", {})), "cpu")
    assert not reply.fits
    assert next(p.code for p in reply.problems) == "does_not_fit"
    assert reply.memory_gb.low > 4.0


def test_compress_refuses_what_cannot_fit(tiny: Path, own_history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pareto_runner.estimates.model._available_gb", lambda device: 0.01)
    context = LocalContext("job", "request", own_history / "artifacts", own_history / "work", "cpu")
    with pytest.raises(RunnerError, match="does_not_fit"):
        compress(CompressParams(model=str(tiny), recipe=recipe()), context)


def test_history_corrects_and_narrows() -> None:
    raw = 10.0
    unknown, none = correct([], "k", "cpu", "seconds", raw, 0.9)
    assert (unknown.value, none) == (raw, 0)
    assert unknown.low < raw / 3 < raw * 3 < unknown.high
    learned, count = correct([record(30.0 + i) for i in range(10)], "k", "cpu", "seconds", raw, 0.9)
    assert count == 10
    assert learned.value == pytest.approx(34, rel=0.15)
    assert learned.high / learned.low < unknown.high / unknown.low / 3
    other, _ = correct([record(30.0 + i) for i in range(10)], "else", "cpu", "seconds", raw, 0.9)
    assert raw * 1.5 < other.value < learned.value * 1.1


def test_ranges_hold_the_truth_nine_times_in_ten() -> None:
    chance = random.Random(0)  # noqa: S311
    records: list[Record] = []
    inside = 0
    for _ in range(400):
        given, _count = correct(records, "k", "cpu", "seconds", 10.0, 0.9)
        fact = 25.0 * math.exp(chance.gauss(0, 0.3))
        inside += given.low <= fact <= given.high
        records.append(record(fact))
    assert 0.86 <= inside / 400 <= 0.96


def test_a_half_written_line_is_passed_over(own_history: Path) -> None:
    append_record(record(20.0, given=[20, 10, 40]))
    with history_path().open("a") as file:
        file.write('{"key": "k", "dev')
    assert len(read_records()) == 1
    (error,) = estimate_errors().errors
    assert (error.jobs, error.median_error, error.within) == (1, 0.0, 1.0)
