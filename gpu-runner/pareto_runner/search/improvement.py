"""Expected hypervolume improvement of every candidate, by one set of probe points for all of them.

A probe is a point of the objective space that no solution covers yet. A recipe is worth the sum of the volumes that
the probes stand for, each times the chance that the recipe's figures reach it. The chances are exact; only the volume
is drawn at random, and from where candidates may reach, so that a few thousand probes tell candidates apart. A goal's
weights stretch the space: volume at the good end of an objective with a weight above 1 counts for more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from pareto_runner.search.figures import REFERENCE, SIGNS, Array, front_of, to_gains
from pareto_runner.search.reward import meets
from pareto_runner.search.state import State
from pareto_runner.search.surrogate import Prediction

Indices = NDArray[np.int_]
PROBES = 6_000
COARSE_PROBES = 150
SHORTLIST = 200
BOXES = 64
ROOM = np.abs(np.where(SIGNS > 0, 1.0, 0.0) - REFERENCE)


class Probes:
    """Points in logarithms of ratios [probes, 5], and the volume that each stands for [probes]."""

    def __init__(self, state: State, prediction: Prediction, count: int = PROBES) -> None:
        """Draw probes from the boxes that the most hopeful candidates span, and drop those that are covered."""
        rng = state.rng()
        hopeful = to_gains(np.exp(prediction.mean + SIGNS * 1.5 * prediction.sd))
        boxes = front_of(np.minimum(hopeful, 1.2))
        if len(boxes) > BOXES:
            boxes = boxes[np.argsort(-boxes.prod(axis=1))[:BOXES]]
        if len(boxes) == 0:
            boxes = np.array([ROOM])
        sizes = boxes.prod(axis=1)
        gains = boxes[rng.integers(len(boxes), size=count)] * rng.random((count, 5))
        inside = (gains[:, None, :] <= boxes[None, :, :]).all(axis=2)
        volume = 1.0 / ((inside / sizes[None, :]).mean(axis=1) * count)
        covered = np.asarray((gains[:, None, :] <= state.front[None, :, :]).all(axis=2)).any(axis=1)
        ratios = REFERENCE + SIGNS * gains
        # A solution must meet the limits to count, so a probe beyond them is reached by meeting them.
        bounded = np.where(SIGNS > 0, np.maximum(ratios, state.limits), np.minimum(ratios, state.limits))
        open_ = ~covered & (bounded > 0).all(axis=1)
        self.points = np.log(bounded[open_])
        self.plain = volume[open_]
        self.volume = self.plain * ((gains[open_] / ROOM) ** (state.weights - 1)).prod(axis=1)

    def __len__(self) -> int:
        return len(self.points)

    def reach(self, prediction: Prediction, rows: Indices, probes: slice = slice(None)) -> Array:
        """Return the chance of each recipe in `rows` to reach each probe, [rows, probes]."""
        points = self.points[probes].astype(np.float32)
        mean, sd = prediction.mean[rows].astype(np.float32), prediction.sd[rows].astype(np.float32)
        chances = [
            ndtr(np.float32(SIGNS[k]) / sd[:, k][:, None] * (mean[:, k][:, None] - points[:, k][None, :]))
            for k in range(5)
        ]
        # Latency and energy come from the same time: who reaches one nearly always reaches the other.
        together = np.minimum(chances[1], chances[4])
        reached: Array = (
            chances[0] * chances[2] * chances[3] * together * prediction.success[rows].astype(np.float32)[:, None]
        )
        return reached


def expected_improvement(probes: Probes, prediction: Prediction) -> Array:
    """Return every recipe's expected improvement; exact for the best by a coarse look, rough for the others."""
    everyone = np.arange(len(prediction.mean))
    if len(probes) == 0:
        return np.zeros(len(everyone))
    few = slice(0, COARSE_PROBES)
    coarse = probes.reach(prediction, everyone, few) @ probes.volume[few]
    gains: Array = coarse * (len(probes) / min(COARSE_PROBES, len(probes)))
    best = np.argsort(-gains)[:SHORTLIST]
    worst_of_best = gains[best[-1]]
    gains = np.minimum(gains, worst_of_best)
    gains[best] = np.maximum(probes.reach(prediction, best) @ probes.volume, 0.0)
    return gains


def choose_batch(probes: Probes, prediction: Prediction, gains: Array, count: int) -> list[int]:
    """Return recipes one after another, each the best in what those before it are not expected to reach already."""
    shortlist = np.argsort(-gains, kind="stable")[: max(SHORTLIST, count)]
    if len(probes) == 0:
        return [int(i) for i in shortlist[:count]]
    reached = probes.reach(prediction, shortlist)
    volume = probes.volume.copy()
    left = list(range(len(shortlist)))
    chosen: list[int] = []
    while left and len(chosen) < count:
        worth = reached[left] @ volume
        best = left.pop(int(np.argmax(worth)))
        chosen.append(int(shortlist[best]))
        volume = volume * (1 - reached[best])
    return chosen


def feasible(prediction: Prediction, limits: Array) -> Array:
    """Return every recipe's chance to come to figures that meet all limits."""
    with np.errstate(divide="ignore"):
        bounds = np.log(np.maximum(limits, 0.0))
    chances = ndtr(SIGNS * (prediction.mean - bounds) / prediction.sd)
    met: Array = np.where(np.isfinite(limits), chances, 1.0).prod(axis=1) * prediction.success
    return met


def spread_of_gain(state: State, prediction: Prediction, row: int, samples: int = 64) -> tuple[float, float]:
    """Return mean and standard deviation of the plain normalised hypervolume that one recipe would add."""
    import moocore

    rng = state.rng(1)
    draws = rng.standard_normal((samples, 5))
    draws[:, 4] = draws[:, 1]
    ratios = np.exp(prediction.mean[row] + prediction.sd[row] * draws)
    front = state.front
    before = float(moocore.hypervolume(-front, ref=np.zeros(5))) if len(front) else 0.0
    added = np.zeros(samples)
    alive = rng.random(samples) < prediction.success[row]
    for i in np.flatnonzero(alive & meets(ratios, state.limits)):
        gains = to_gains(ratios[i])
        if (gains > 0).all():
            added[i] = float(moocore.hypervolume(-np.vstack([front, gains]), ref=np.zeros(5))) - before
    return float(added.mean()), float(added.std())
