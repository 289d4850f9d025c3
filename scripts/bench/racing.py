"""Racing on stored answers: how many items it saves, and how often its decision is not that of all items.

The answers are those of real recipes (`recipes_table.py`). Each is raced, with the runner's own code, against several
floors, alone and beside rivals, in several orders of the items. Rivals are drawn from the recipes of the same model
whose artifacts are no larger. A decision is wrong where all items would have decided otherwise. The constants of
`measure/racing.py` were chosen on half of the recipes of an earlier, smaller table (`--tune`); the other half gives the
figures printed here. Beside them stand plain peers that ask the same items but decide once, by the sign.

    cd gpu-runner && .venv/bin/python ../scripts/bench/racing.py
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "gpu-runner"), str(REPO / "scripts" / "bench")]

from pareto_runner.measure import racing  # noqa: E402
from pareto_runner.measure.proxy import count_wanted, order_items  # noqa: E402
from pareto_runner.measure.racing import Line, accuracy, find_bounds, judge, plan_looks, set_line  # noqa: E402
from table import FILE  # noqa: E402

FLOORS = (0.01, 0.02, 0.05, 0.1, 0.2)
EARLIER = 10
"""So many recipes, drawn by chance, count as measured before; the ones that are no larger are the rivals."""
TOLERANCE = 0.01
ALPHA = 0.05

Items = dict[str, list[float]]
Outcome = tuple[str, int]
"""The decision and the number of items it took."""


@dataclass(frozen=True)
class Solution:
    """One recipe's answers by benchmark, and the bytes of its artifact."""

    name: str
    size_bytes: int
    items: Items


@dataclass
class Tally:
    """What a policy did over many races."""

    shares: list[float] = field(default_factory=list)
    wrong_drops: int = 0
    wrong_keeps: int = 0
    far: int = 0
    """Wrong decisions where the truth lay more than one point from the line."""

    def line(self, name: str) -> str:
        """Return one row of the table."""
        races = len(self.shares)
        share = sum(self.shares) / races
        wrong = (self.wrong_drops + self.wrong_keeps) / races
        return (
            f"{name:34s} {races:6d} {share:8.1%} {1 / share:7.1f}x {wrong:8.1%} {self.wrong_drops / races:8.1%} "
            f"{self.wrong_keeps / races:8.1%} {self.far / races:8.1%}"
        )


HEAD = f"{'':34s} {'races':>6s} {'items':>8s} {'fewer':>8s} {'wrong':>8s} {'drops':>8s} {'keeps':>8s} {'> 1 pt':>8s}"


def read_solutions(file: Path) -> list[list[Solution]]:
    """Read the table, one list per model; its first solution is the uncompressed model."""
    from table import read_table

    table = read_table(file)
    models = []
    for model in table.models:
        lines = sorted((line for line in table.of(model) if line.figures), key=lambda line: not line.is_baseline)
        models.append(
            [
                Solution(
                    json.dumps([model, line.recipe]),
                    int(1e9 * line.figures["model_size_gb"][0]),
                    {name: [float(score) for score in scores] for name, scores in line.answers.items()},
                )
                for line in lines
                if line.figures
            ]
        )
    return models


def split(solutions: list[Solution], tune: bool) -> list[Solution]:
    """Return one half of the recipes; a recipe stays in its half however long the table grows."""
    return [one for one in solutions if (hashlib.sha256(one.name.encode()).digest()[0] % 2 == 0) == tune]


def race(line: Line, items: Items, stop_kept: bool = True) -> Outcome:
    """Hold a race as the runner does; `items` and the line's answers lie in the order in which they are asked."""
    looks = plan_looks({name: len(scores) for name, scores in items.items()})
    for look, bounds in zip(looks, find_bounds(looks, ALPHA), strict=True):
        decision = judge(line, first(items, look), bounds)
        if decision == "drop" or (decision == "keep" and (stop_kept or look == looks[-1])):
            return decision, sum(look.values())
    raise AssertionError("all items leave nothing open")


def proxy(line: Line, items: Items) -> Outcome:
    """Decide by the sign of the paired difference on the proxy mode's items."""
    return sign(line, items, {name: count_wanted(len(scores), None, "proxy") for name, scores in items.items()})


def fixed(share: float, paired: bool = True) -> Callable[[Line, Items], Outcome]:
    """Return the policy that decides once, by the sign of the difference on a fixed share of the items."""

    def decide(line: Line, items: Items) -> Outcome:
        return sign(line, items, {name: max(1, round(share * len(scores))) for name, scores in items.items()}, paired)

    return decide


def sign(line: Line, items: Items, counts: dict[str, int], paired: bool = True) -> Outcome:
    """Decide by the sign; unpaired, the line's own level on all items is compared with."""
    level = line.level
    if paired:
        level = accuracy({name: line.answers[name][:count] for name, count in counts.items()}) - line.allowed
    return "keep" if accuracy(first(items, counts)) >= level else "drop", sum(counts.values())


def first(items: Items, counts: dict[str, int]) -> Items:
    """Return the first items of each benchmark."""
    return {name: scores[: counts[name]] for name, scores in items.items()}


def situations(solutions: list[Solution], baseline: Solution, orders: int) -> Iterator[tuple[str, Line, Items]]:
    """Yield what is raced: the group it is counted in, the line, and the candidate's answers in the order asked."""
    for number, candidate in enumerate(solutions):
        for seed in range(orders):
            order = {
                name: order_items([0] * len(scores), f"{seed}:{number}:{name}")
                for name, scores in candidate.items.items()
            }
            chance = random.Random(f"{seed}:{number}")  # noqa: S311
            others = [other for other in solutions if other is not candidate]
            earlier = chance.sample(others, min(EARLIER, len(others)))
            rivals = [
                Line(other.name, TOLERANCE, arrange(other.items, order))
                for other in earlier
                if other.size_bytes <= candidate.size_bytes
            ]
            items = arrange(candidate.items, order)
            stored = arrange(baseline.items, order)
            for floor in FLOORS:
                alone = Line("floor", floor, stored)
                yield f"floor {floor:.2f}", alone, items
                line = set_line([alone, *rivals])
                if line is not None and rivals:
                    yield f"floor {floor:.2f} and rivals", line, items


def arrange(items: Items, order: dict[str, list[int]]) -> Items:
    """Return the scores in the order in which the items are asked."""
    return {name: [scores[number] for number in order[name]] for name, scores in items.items()}


def tally(
    cases: list[tuple[str, Line, Items]], policies: dict[str, Callable[[Line, Items], Outcome]]
) -> dict[str, dict[str, Tally]]:
    """Return, per policy and group and over all, what came of it."""
    found: dict[str, dict[str, Tally]] = {name: {} for name in policies}
    for group, line, items in cases:
        distance = accuracy(items) - line.level
        truth = "keep" if distance >= -racing.ROUNDING else "drop"
        total = sum(len(scores) for scores in items.values())
        for name, policy in policies.items():
            decision, used = policy(line, items)
            for key in ("all", group):
                one = found[name].setdefault(key, Tally())
                one.shares.append(used / total)
                one.wrong_drops += decision == "drop" != truth
                one.wrong_keeps += decision == "keep" != truth
                one.far += decision != truth and abs(distance) > 0.01
    return found


def report(cases: list[tuple[str, Line, Items]], groups: bool) -> None:
    """Print the table."""
    policies: dict[str, Callable[[Line, Items], Outcome]] = {
        "race, drop and keep": race,
        "race, drop only": lambda line, items: race(line, items, stop_kept=False),
        "proxy mode, by the sign": proxy,
        "20 % of the items, by the sign": fixed(0.2),
        "20 % of the items, not paired": fixed(0.2, paired=False),
    }
    found = tally(cases, policies)
    print(HEAD)
    for name in policies:
        print(found[name]["all"].line(name))
    if groups:
        print("\nrace, drop and keep:")
        for group in sorted(key for key in found["race, drop and keep"] if key != "all"):
            print(found["race, drop and keep"][group].line(f"  {group}"))


SCHEDULES: dict[str, tuple[float, ...]] = {
    "from 2 %": (0.02, 0.03, 0.045, 0.0675, 0.1, 0.15, 0.225, 0.34, 0.5, 0.7),
    "from 3 %": (0.03, 0.045, 0.0675, 0.1, 0.15, 0.225, 0.34, 0.5, 0.7),
    "from 5 %, doubling": (0.05, 0.1, 0.2, 0.4, 0.7),
}


POWERS, SLACKS, KEEP_ERRORS = (0.3, 0.5, 1.0), (0.005, 0.01, 0.015, 0.02), (0.05, 0.1, 0.2, 0.3)


def tune(cases: list[tuple[str, Line, Items]]) -> None:
    """Print what other constants would give: schedule of looks, spending power, slack and error of keeping."""
    print(HEAD)
    for (name, shares), power, slack, error in itertools.product(SCHEDULES.items(), POWERS, SLACKS, KEEP_ERRORS):
        racing.SHARES, racing.SPENDING_POWER, racing.SLACK, racing.KEEP_ERROR = shares, power, slack, error
        racing.spend.cache_clear()

        print(tally(cases, {"race": race})["race"]["all"].line(f"{name}, {power}, {slack}, {error}"), flush=True)


def main() -> None:
    """Print the figures of the held-out half, or of the other one for many constants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=FILE, help="the exported table, or a table.jsonl")
    parser.add_argument("--orders", type=int, default=5, help="orders of the items per recipe")
    parser.add_argument("--tune", action="store_true", help="try other constants on the other half")
    options: Any = parser.parse_args()
    cases = []
    for baseline, *recipes in read_solutions(options.data):
        half = split(recipes, options.tune)
        cases += list(situations(half, baseline, options.orders))
        items = sum(map(len, baseline.items.values()))
        print(f"{json.loads(baseline.name)[0]}: {len(half)} of {len(recipes)} recipes, {items} items")
    print(f"{len(cases)} races\n")
    if options.tune:
        tune(cases)
    else:
        report(cases, groups=True)


if __name__ == "__main__":
    main()
