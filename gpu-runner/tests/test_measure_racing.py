import random
from itertools import pairwise

import pytest

from pareto_runner.measure.proxy import count_wanted, order_items
from pareto_runner.measure.racing import (
    KEEP_ERROR,
    SLACK,
    Bounds,
    Line,
    distance,
    find_bounds,
    judge,
    plan_looks,
    set_line,
    spend,
)

Population = dict[str, list[float]]


def test_every_first_part_of_an_order_is_spread_over_the_strata() -> None:
    strata = ["a"] * 60 + ["b"] * 30 + ["c"] * 10
    order = order_items(strata, "0:task")
    assert sorted(order) == list(range(100))
    for part in (10, 20, 50):
        counts = [sum(strata[i] == key for i in order[:part]) for key in "abc"]
        assert all(abs(count - share * part) <= 1 for count, share in zip(counts, (0.6, 0.3, 0.1), strict=True))
    assert order_items(strata, "0:task") == order != order_items(strata, "1:task")


def test_many_small_strata_share_the_beginning() -> None:
    order = order_items([i // 4 for i in range(200)], "0:mmlu")
    assert 15 <= len({i // 4 for i in order[:20]}) <= 20


def test_proxy_takes_a_tenth_but_enough() -> None:
    assert count_wanted(1000, None, "full") == 1000
    assert count_wanted(1000, None, "proxy") == 100
    assert count_wanted(100, None, "proxy") == 16
    assert count_wanted(1000, 50, "proxy") == 50
    assert count_wanted(10, None, "proxy") == 10


def test_looks_grow_and_end_with_all_items() -> None:
    looks = plan_looks({"a": 200, "b": 20})
    assert looks[-1] == {"a": 200, "b": 20}
    assert all(sum(x.values()) < sum(y.values()) for x, y in pairwise(looks))
    assert sum(looks[0].values()) >= 32
    assert plan_looks({"a": 20}) == [{"a": 20}]
    small = plan_looks({f"b{i}": 2 + i for i in range(20)})
    assert all(sum(x.values()) < sum(y.values()) for x, y in pairwise(small))
    assert all(bounds.drop > bounds.keep > 0 for bounds in find_bounds(small, 0.05)[:-1])


def test_boundaries_agree_with_published_ones() -> None:
    # Lan and DeMets 1983: five equal looks, one-sided 0.025 spent in proportion to the information.
    bounds = spend((1.0, 2.0, 3.0, 4.0, 5.0), (0.005, 0.01, 0.015, 0.02, 0.025))
    assert [round(bound, 2) for bound in bounds] == [2.58, 2.49, 2.41, 2.34, 2.28]
    assert spend((0.5,), (0.05,))[0] == pytest.approx(1.6449, abs=1e-3)


def population(lost: float, won: float, size: int) -> tuple[Population, Population]:
    """Baseline and candidate on 4 benchmarks: shares of the items lost and won, the rest answered alike."""
    a, b = round(lost * size), round(won * size)
    same = [float(i % 2) for i in range(size - a - b)]
    return (
        {name: [1.0] * a + [0.0] * b + same for name in "wxyz"},
        {name: [0.0] * a + [1.0] * b + same for name in "wxyz"},
    )


def run_race(baseline: Population, candidate: Population, allowed: float, seed: int) -> tuple[str, int]:
    generator = random.Random(seed)  # noqa: S311
    orders = {name: generator.sample(range(len(items)), len(items)) for name, items in baseline.items()}
    line = Line("floor", allowed, {name: [baseline[name][i] for i in order] for name, order in orders.items()})
    looks = plan_looks({name: len(order) for name, order in orders.items()})
    for look, bounds in zip(looks, find_bounds(looks, 0.05), strict=True):
        scores = {name: [candidate[name][i] for i in order[: look[name]]] for name, order in orders.items()}
        if decision := judge(line, scores, bounds):
            return decision, sum(look.values())
    raise AssertionError("all items leave nothing open")


@pytest.mark.parametrize(("lost", "won"), [(0.05, 0.0), (0.06, 0.01), (0.2, 0.15), (0.3, 0.1)])
@pytest.mark.parametrize("wrong", ["drop", "keep"])
def test_errors_stay_below_the_stated_ones_where_they_are_greatest(lost: float, won: float, wrong: str) -> None:
    baseline, candidate = population(lost, won, 100)
    # By a hair on the side on which this decision is wrong, where the error is greatest.
    allowed = lost - won + (1e-6 if wrong == "drop" else -SLACK - 1e-6)
    errors = sum(run_race(baseline, candidate, allowed, seed)[0] == wrong for seed in range(300))
    # The stated error and three standard errors of 300 races.
    stated = 0.05 if wrong == "drop" else KEEP_ERROR
    assert errors / 300 <= stated + 3 * (stated * (1 - stated) / 300) ** 0.5


def test_what_is_clear_ends_early() -> None:
    baseline, candidate = population(0.4, 0.02, 200)
    assert run_race(baseline, candidate, 0.05, 0) == ("drop", 36)
    decision, used = run_race(baseline, baseline, 0.05, 0)
    assert decision == "keep"
    assert used <= 120


def test_with_all_items_the_decision_is_exact() -> None:
    baseline, candidate = population(0.05, 0.0, 100)
    assert judge(Line("floor", 0.05, baseline), candidate, Bounds(9.9, 9.9)) == "keep"
    assert judge(Line("floor", 0.0499, baseline), candidate, Bounds(9.9, 9.9)) == "drop"


def test_equal_answers_are_no_certainty() -> None:
    stored = {"a": [1.0] * 1000}
    few, more = {"a": [1.0] * 20}, {"a": [1.0] * 500}
    assert distance(Line("rival", 0.01, stored), few, SLACK) < 1
    assert distance(Line("rival", 0.01, stored), more, SLACK) > 2


def test_the_highest_line_decides_and_all_near_it_say_how_hard_an_item_is() -> None:
    good, near, bad = {"a": [1.0, 1.0, 0.0, 1.0]}, {"a": [0.0, 1.0, 1.0, 1.0]}, {"a": [1.0, 0.0, 0.0, 0.0]}
    line = set_line([Line("bad", 0.0, bad), Line("floor", 0.05, good), Line("near", 0.1, near)])
    assert line is not None
    assert line.against == "floor"
    assert line.level == pytest.approx(0.7)
    assert line.answers == {"a": [0.5, 1.0, 0.5, 1.0]}
    assert set_line([]) is None
