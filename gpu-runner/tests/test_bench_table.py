"""The committed table of measured recipes: whole, of the promised size, with figures that can be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pareto_runner.schemas import Recipe
from pareto_runner.search.figures import OBJECTIVES

BENCH = Path(__file__).parents[2] / "scripts" / "bench"
sys.path.insert(0, str(BENCH))

import table as measured  # noqa: E402

TABLE = measured.read_table()


def test_it_holds_many_recipes_of_two_models() -> None:
    assert len(TABLE.models) >= 2
    assert len(TABLE.lines) >= 330
    assert measured.FILE.stat().st_size < 3_000_000
    assert measured.OBJECTIVES == OBJECTIVES


def test_no_recipe_occurs_twice_for_a_model() -> None:
    keys = [(line.model, Recipe.model_validate(line.recipe).model_dump_json()) for line in TABLE.lines]
    assert len(set(keys)) == len(keys)


def test_all_answers_are_there_and_agree_with_the_accuracy() -> None:
    for line in TABLE.lines:
        if line.figures is None:
            continue
        assert sum(map(len, line.answers.values())) == 1600
        mean = sum(sum(items) / len(items) for items in line.answers.values()) / len(line.answers)
        assert line.figures["accuracy"][0] == pytest.approx(mean, abs=1e-5)


def test_every_figure_lies_in_its_interval_and_is_possible() -> None:
    for line in TABLE.lines:
        if line.figures is None:
            assert line.error
            continue
        for value, low, high in line.figures.values():
            assert 0 <= low <= value <= high
        accuracy, latency_ms, memory_gb, size_gb, co2_grams = line.values
        assert 0.1 < accuracy < 0.6
        assert 0.01 < latency_ms < 50
        assert 0 <= memory_gb < 0.1
        assert 0.0004 < size_gb < 0.01
        assert 0 < co2_grams < 0.05


def test_each_model_has_its_baseline() -> None:
    for model in TABLE.models:
        assert sum(line.is_baseline for line in TABLE.of(model)) == 1


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    answers = {"a": "0110", "b": "00001"}
    figures = {name: [1.0, 0.5, 2.0] for name in OBJECTIVES}
    rows = [
        {"model": "m", "recipe": {"steps": [], "runtime": "transformers"}, "figures": figures, "answers": answers},
        {"model": "m", "recipe": {"steps": [], "runtime": "x"}, "error": {"code": "no", "message": ""}},
    ]
    measured.write_table({"device": "d"}, rows, tmp_path / "t.json.xz")
    table = measured.read_table(tmp_path / "t.json.xz")
    assert table.about == {"device": "d"}
    assert table.lines[0].answers == {"a": [0, 1, 1, 0], "b": [0, 0, 0, 0, 1]}
    assert table.lines[0].is_baseline
    assert table.lines[1].error == "no"
    assert not table.lines[1].figures
