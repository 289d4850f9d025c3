"""Figures as arrays, and the hypervolume in which the search counts.

Columns are accuracy, latency, memory, size, CO2. As in the web app's lib/domain/hypervolume.ts: each figure is divided
by the baseline's; the reference point is half of its accuracy and 1.1 times each of its costs.
"""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from pareto_runner.search.schemas import Figures, Objective

Array = NDArray[np.float64]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
SIGNS = np.array([1.0, -1.0, -1.0, -1.0, -1.0])
"""Whether more is better."""
REFERENCE = np.array([0.5, 1.1, 1.1, 1.1, 1.1])
SMALLEST = 1e-6


def to_row(figures: Figures) -> Array:
    """Return figures in the columns' order, [5]."""
    return np.array([getattr(figures, name) for name in OBJECTIVES], dtype=float)


def to_gains(ratios: Array) -> Array:
    """Return how far ratios [..., 5] lie inside of the reference, negative where they do not."""
    return SIGNS * (ratios - REFERENCE)


def hypervolume(ratios: Array) -> float:
    """Return the normalised hypervolume of points [n, 5] given as ratios to the baseline."""
    gains = to_gains(np.atleast_2d(ratios)) if len(ratios) else np.zeros((0, 5))
    gains = gains[(gains > 0).all(axis=1)]
    if len(gains) == 0:
        return 0.0
    import moocore

    return float(moocore.hypervolume(-gains, ref=np.zeros(5)))


def front_of(gains: Array) -> Array:
    """Return the rows of gains [n, 5] that lie inside of the reference and are not covered by another row."""
    inside = gains[(gains > 0).all(axis=1)]
    if len(inside) == 0:
        return inside
    import moocore

    kept: Array = inside[moocore.is_nondominated(-inside)]
    return kept
