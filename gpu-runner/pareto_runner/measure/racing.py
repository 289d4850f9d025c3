"""Racing: items are scored in growing blocks, and the scoring ends when more items would not change the decision.

The question is whether the candidate's accuracy on all items in question lies below a line: the baseline's accuracy
less the floor, or that of a rival which costs no more. Both are known from stored answers, so the highest line alone
decides and no error has to be shared between rivals. After each block the candidate's answers are compared with
stored ones item by item.

The test is group-sequential with alpha spending. Items are drawn without replacement from the benchmark's, so the
mean difference over the first n of N items varies by s^2 (1/n - 1/N) about the one over all N, and two looks at n < m
have the covariance s^2 (1/m - 1/N): the canonical joint distribution of group-sequential tests with the information
n / (1 - n/N), which is endless when all items are known and the decision is exact.
Sources: P. Armitage, C. K. McPherson and B. C. Rowe, "Repeated significance tests on accumulating data", 1969 (the
recursion); K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical trials", 1983 (spending).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pareto_runner.measure.stats import guarded_variance, mean

SHARES: tuple[float, ...] = (0.03, 0.045, 0.0675, 0.1, 0.15, 0.225, 0.34, 0.5, 0.7)
"""Parts of the items after which the answers are looked at."""
MIN_ITEMS = 32
"""Fewer answers than this, over all benchmarks, are not looked at: the normal approximation is too rough."""
MIN_PER_BENCHMARK = 3
SPENDING_POWER = 0.5
"""The error spent up to the part t of the last look is alpha * t ** power."""
SLACK = 0.015
KEEP_ERROR = 0.2
"""A candidate is kept early when it lies, with at most this error over all looks, no more than SLACK below the line.

Dropping is final and its error is the caller's to bound; keeping costs a fuller measurement later, and those just
above the line, who are many, would need nearly all items. Chosen with the constants above by scripts/bench/racing.py.
"""

PEER_DEPTH = 0.03
"""Models further than this below the line are another kind of model; their answers say less about the candidate's."""

ROUNDING = 1e-9

Answers = Mapping[str, Sequence[float]]
"""Scores by benchmark, in the order in which the items are scored."""


@dataclass(frozen=True)
class Line:
    """What the candidate must reach: the accuracy of `answers` less `allowed`; `against` names who sets it."""

    against: str
    allowed: float
    answers: Answers

    @property
    def level(self) -> float:
        """Return the accuracy below which a candidate is dropped."""
        return accuracy(self.answers) - self.allowed


def accuracy(answers: Answers) -> float:
    """Return the mean over benchmarks of each one's mean score."""
    return mean([mean(scores) for scores in answers.values()])


def set_line(lines: Sequence[Line]) -> Line | None:
    """Return the line that decides, the highest one: who is above it is above all.

    Its level is known from all items, so whose answers the candidate's are paired with is free to choose. The mean
    answer of all models not far below the line says best how hard an item is: the differences to it vary less than
    those to the one model that sets the line.
    """
    highest = max(lines, key=lambda line: line.level, default=None)
    if highest is None:
        return None
    level = highest.level
    able = [line.answers for line in lines if accuracy(line.answers) >= level - PEER_DEPTH]
    paired = {name: [mean(item) for item in zip(*(own[name] for own in able), strict=True)] for name in highest.answers}
    return Line(highest.against, accuracy(paired) - level, paired)


def plan_looks(totals: Mapping[str, int]) -> list[dict[str, int]]:
    """Return how many items of each benchmark have been scored at each look; the last one has them all."""
    looks: list[dict[str, int]] = []
    asked = MIN_ITEMS - 1
    for share in SHARES:
        look = {name: min(total, max(MIN_PER_BENCHMARK, math.ceil(share * total))) for name, total in totals.items()}
        # Of small benchmarks neighbouring shares are the same numbers of items.
        if asked < sum(look.values()) < sum(totals.values()):
            looks.append(look)
            asked = sum(look.values())
    return [*looks, dict(totals)]


@dataclass(frozen=True)
class Bounds:
    """How many standard errors decide at one look, to drop and to keep."""

    drop: float
    keep: float


def find_bounds(looks: Sequence[Mapping[str, int]], alpha: float) -> list[Bounds]:
    """Return the bounds of each look; none are needed at the last one, where all items are known."""
    total = sum(looks[-1].values())
    shares = [sum(look.values()) / total for look in looks[:-1]]
    information = tuple(share / (1 - share) for share in shares)
    drop, keep = (
        spend(information, tuple(error * (share / shares[-1]) ** SPENDING_POWER for share in shares))
        for error in (alpha, KEEP_ERROR)
    )
    return [*map(Bounds, drop, keep), Bounds(0.0, 0.0)]


def judge(line: Line, scores: Answers, bounds: Bounds) -> Literal["drop", "keep"] | None:
    """Return the decision that the candidate's scores on the first items allow, or None while it is open.

    "drop": it surely lies below the line. "keep": it very likely lies no more than SLACK below it. Where all items
    are known the line itself decides.
    """
    if all(len(own) == len(line.answers[name]) for name, own in scores.items()):
        return "keep" if accuracy(scores) >= line.level - ROUNDING else "drop"
    freedom = sum(len(own) for own in scores.values()) - len(scores)
    if distance(line, scores, 0.0) <= -_student(bounds.drop, freedom):
        return "drop"
    if distance(line, scores, SLACK) >= _student(bounds.keep, freedom):
        return "keep"
    return None


def _student(normal: float, freedom: int) -> float:
    # From the normal quantile to Student's, whose tails are longer, by the first term of its expansion.
    return normal * (1 + (normal * normal + 1) / (4 * freedom))


def distance(line: Line, scores: Answers, slack: float) -> float:
    """Return how far the candidate lies above the line less `slack`, in standard errors of the paired difference.

    It is a score test: the variance is the one that would hold if the candidate lay just on the line. Answers that
    are right or wrong and differ by -d in the mean vary at least by d (1 - d), however few of them have been seen;
    and one item won and one lost, shared between the benchmarks, are added so that equal answers are no certainty.
    """
    weight = 1 / len(scores)
    allowed = line.allowed + slack
    gap, variance, parts = allowed, 0.0, 0.0
    for name, own in scores.items():
        stored = line.answers[name]
        n = len(own)
        differences = [a - b for a, b in zip(own, stored, strict=False)]
        part = weight * weight * (1 / n - 1 / len(stored))
        gap += weight * mean(differences)
        variance += part * guarded_variance(differences, weight)
        parts += part
    expected = abs(allowed)
    variance = max(variance + parts * gap * gap, parts * expected * (1 - expected))
    return gap / math.sqrt(variance)


@lru_cache(maxsize=64)
def spend(information: tuple[float, ...], spent: tuple[float, ...]) -> tuple[float, ...]:
    """Return the boundary of each look in standard errors, one-sided.

    `information` is ascending, in any unit; `spent` is the error allowed up to and with each look.
    """
    import numpy as np
    from scipy.optimize import brentq
    from scipy.special import ndtr

    bounds: list[float] = []
    grid, mass = np.zeros(1), np.ones(1)
    known = used = 0.0
    for total, allowed in zip(information, spent, strict=True):
        scale, step, wanted = math.sqrt(total), math.sqrt(total - known), allowed - used

        def excess(
            score: float,
            wanted: float = wanted,
            grid: np.ndarray = grid,
            mass: np.ndarray = mass,
            step: float = step,
        ) -> float:
            return float((mass * ndtr((grid - score) / step)).sum()) - wanted

        bound = float(brentq(excess, -9 * scale, 9 * scale))
        bounds.append(bound / scale)
        points = np.linspace(-8 * scale, bound, 801)
        density = (mass * np.exp(-0.5 * ((points[:, None] - grid) / step) ** 2)).sum(1) / (
            step * math.sqrt(2 * math.pi)
        )
        weights = np.full(len(points), points[1] - points[0])
        weights[[0, -1]] /= 2
        grid, mass = points, density * weights
        known, used = total, allowed
    return tuple(bounds)
