"""The replay of the measured table: every strategy gets through, and nobody is told what was not evaluated."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "bench"))

import peers
import search
from table import FILE

WORLD = search.load_worlds(FILE)["pocket"]


@pytest.mark.parametrize("name", ["random", "tpe", "nsga2", "nsga3", "sms-emoa", "ours", "ours + adversary"])
def test_each_strategy_chooses_new_recipes(name: str) -> None:
    if name == "sms-emoa":
        pytest.importorskip("pymoo")
    choose = search.make_chooser(name, WORLD, 0, FILE)
    tried = list(WORLD.picks)
    for _ in range(6):
        tried.append(choose(tried))
    assert len(set(tried)) == len(tried)


def test_the_same_seed_chooses_the_same() -> None:
    for name in ("tpe", "ours"):
        first, second = (search.make_chooser(name, WORLD, 3, FILE)(list(WORLD.picks)) for _ in range(2))
        assert first == second


def test_memory_holds_nothing_of_the_model_itself() -> None:
    experiences = search.remember(WORLD, FILE, 0)
    assert experiences
    assert all(experience.source != WORLD.model for experience in experiences)


def test_a_recipe_is_nearest_to_its_own_knobs() -> None:
    space = peers.make_space([line.recipe for line in WORLD.lines])
    everything = range(len(space.rows))
    for index in (0, 7, 20):
        assert space.rows[space.nearest(space.rows[index], everything)] == space.rows[index]


def test_a_failure_is_told_as_useless() -> None:
    ratios = WORLD.ratios.copy()
    ratios[0] = np.nan
    failed = search.World(WORLD.model, WORLD.lines, WORLD.baseline, WORLD.pool, ratios, [], 1.0)
    assert failed.values(0) == peers.FAILED
