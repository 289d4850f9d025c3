"""Choosing one option per item under a budget: the multiple-choice knapsack, solved by dynamic programming.

Exact where the costs have a common unit that is coarse enough, as weights of one model mostly do; otherwise each
item's cost is rounded up to 1/20,000 of the range, so that the budget holds and little of it is left unused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 20_000


@dataclass(frozen=True)
class Option:
    """What an item may be: `cost` in whole units, `loss` at least 0."""

    bits: int
    cost: int
    loss: float


def allocate_cost(items: Sequence[Sequence[Option]], budget: int) -> list[Option] | None:
    """Return for each item the option such that the losses' sum is least and the costs' sum is within the budget.

    None when even the cheapest options cost more.
    """
    return _solve(items, budget, None)


def allocate_loss(items: Sequence[Sequence[Option]], allowed: float) -> list[Option] | None:
    """Return for each item the option such that the costs' sum is least and the losses' sum is within `allowed`.

    None when even the best options lose more.
    """
    return _solve(items, sum(max(option.cost for option in options) for options in items), allowed)


def _solve(items: Sequence[Sequence[Option]], budget: int, allowed: float | None) -> list[Option] | None:
    import numpy

    least = [min(option.cost for option in options) for options in items]
    room = budget - sum(least)
    if room < 0:
        return None
    room = min(room, sum(max(o.cost for o in options) - low for options, low in zip(items, least, strict=True)))
    unit = math.gcd(*(o.cost - low for options, low in zip(items, least, strict=True) for o in options)) or 1
    unit = max(unit, -(-room // STEPS))
    # A bound on the losses alone must not fail because of costs that were rounded up.
    size = room // unit + 1 + (len(items) if allowed is not None else 0)
    best = numpy.full(size, numpy.inf)
    best[0] = 0.0
    choices = numpy.zeros((len(items), size), dtype=numpy.int16)
    for row, (options, low) in enumerate(zip(items, least, strict=True)):
        new = numpy.full(size, numpy.inf)
        for index, option in enumerate(options):
            shift = -(-(option.cost - low) // unit)
            if shift >= size:
                continue
            found = numpy.full(size, numpy.inf)
            found[shift:] = best[: size - shift] + option.loss
            better = found < new
            new[better] = found[better]
            choices[row, better] = index
        best = new
    if allowed is None:
        at = int(best.argmin())
    else:
        within = numpy.flatnonzero(best <= allowed)
        if not len(within):
            return None
        at = int(within[0])
    chosen: list[Option] = []
    for row in range(len(items) - 1, -1, -1):
        option = items[row][int(choices[row, at])]
        chosen.append(option)
        at -= -(-(option.cost - least[row]) // unit)
    return chosen[::-1]
