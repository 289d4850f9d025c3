"""The lab's one reward of a solution, with the goal's weights; the bandit and the population learn from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pareto_runner.search.figures import OBJECTIVES, REFERENCE, SIGNS, Array, to_gains
from pareto_runner.search.schemas import Constraint, Objective

LEAST_WEIGHT = 0.05
"""So that no objective may be ruined for nothing."""
BEYOND = 1.2
"""Accuracy above the baseline's counts up to this ratio."""


def weights_of(weights: dict[Objective, float]) -> Array:
    """Return the weights in the columns' order, [5]; a missing one is 1."""
    return np.maximum(LEAST_WEIGHT, [float(weights.get(name, 1.0)) for name in OBJECTIVES])


def limits_of(constraints: list[Constraint], baseline: Array) -> Array:
    """Return the bounds as ratios to the baseline, [5]; infinite where there is none."""
    limits = np.where(SIGNS > 0, -np.inf, np.inf)
    for constraint in constraints:
        k = OBJECTIVES.index(constraint.objective)
        ratio = constraint.bound if constraint.relative else constraint.bound / baseline[k]
        limits[k] = max(limits[k], ratio) if SIGNS[k] > 0 else min(limits[k], ratio)
    return limits


def meets(ratios: Array, limits: Array) -> NDArray[np.bool_]:
    """Tell for rows of ratios [..., 5] whether they meet all limits."""
    return np.asarray((SIGNS * (ratios - limits) >= 0).all(axis=-1))


def reward_of(ratios: Array, weights: Array, limits: Array) -> Array:
    """Return the reward of rows of ratios [..., 5], 0 to about 1.

    It is the weighted geometric mean of how far each figure lies on the way from the reference point to the best that
    can be thought of (the baseline's accuracy, no cost at all): with equal weights the fifth root of the box that the
    point spans in the normalised hypervolume. 0 for a point outside of the reference or beyond a constraint.
    """
    room = np.abs(np.where(SIGNS > 0, 1.0, 0.0) - REFERENCE)
    shares = np.clip(to_gains(ratios) / room, 0.0, BEYOND)
    with np.errstate(divide="ignore"):
        rewards = np.exp((weights * np.log(shares)).sum(axis=-1) / weights.sum())
    return np.where(meets(ratios, limits), rewards, 0.0)
