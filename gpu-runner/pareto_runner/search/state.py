"""What a strategy sees when it decides: candidates, what was tried, what other experiments found, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pareto_runner.search.figures import SIGNS, SMALLEST, Array, front_of, to_gains, to_row
from pareto_runner.search.pool import Pool, make_pool
from pareto_runner.search.reward import limits_of, meets, weights_of
from pareto_runner.search.schemas import Constraint, Experience, Figures, Objective, Observation

UNKNOWN_SPREAD = 0.03
"""Half of the 95 % interval, as a share of the figure, where none is given."""
PARTIAL_SPREAD = 0.08
"""The same for an accuracy whose scoring ended early."""
MOST_EXPERIENCES = 150
"""Of other experiments' outcomes so many are used, the most similar ones, so that a decision stays fast."""


@dataclass(frozen=True)
class State:
    """All that is known. Ratios are to the baseline of the experiment they come from; rows of failures are NaN.

    `tried`, `ratios` and `spread` go together row by row, as do `memory` and what starts with it.
    """

    pool: Pool
    tried: Pool
    ratios: Array
    spread: Array
    memory: Pool
    memory_ratios: Array
    memory_spread: Array
    similarity: Array
    sources: tuple[str, ...]
    weights: Array
    limits: Array
    seed: int

    @property
    def succeeded(self) -> NDArray[np.bool_]:
        """Which of the tried recipes came to figures, [tried]."""
        return np.asarray(np.isfinite(self.ratios).all(axis=1))

    @property
    def front(self) -> Array:
        """Gains of the solutions that meet the constraints and are covered by no other, [front, 5]."""
        measured = self.ratios[self.succeeded]
        return front_of(to_gains(measured[meets(measured, self.limits)]))

    def rng(self, salt: int = 0) -> np.random.Generator:
        """Return the chance of this decision: the same for the same seed and the same number of tried recipes."""
        return np.random.default_rng([self.seed, len(self.tried), salt])


def make_state(
    pool: Pool,
    history: Sequence[Observation],
    baseline: Figures,
    constraints: Sequence[Constraint] = (),
    weights: dict[Objective, float] | None = None,
    memory: Sequence[Experience] = (),
    seed: int = 0,
) -> State:
    """Put the state together; candidates of the pool that are in the history are taken out of it."""
    base = to_row(baseline)
    tried = make_pool(pool.facts, [observation.recipe for observation in history])
    known = set(tried.keys)
    experiences = sorted(memory, key=lambda each: -each.similarity)[:MOST_EXPERIENCES]
    nothing = np.full(5, np.nan)
    return State(
        pool=pool.take([i for i, key in enumerate(pool.keys) if key not in known]),
        tried=tried,
        ratios=_rows([_ratios(seen.figures, base) if seen.figures else nothing for seen in history]),
        spread=_rows([_spread_of(seen, base) for seen in history]),
        memory=make_pool(pool.facts, [each.recipe for each in experiences]),
        memory_ratios=_rows([np.maximum(SMALLEST, to_row(each.ratios)) for each in experiences]),
        memory_spread=_rows([_relative(each.spread, each.ratios) for each in experiences]),
        similarity=np.array([each.similarity for each in experiences]),
        sources=tuple(each.source for each in experiences),
        weights=weights_of(weights or {}),
        limits=limits_of(list(constraints), base),
        seed=seed,
    )


def _rows(rows: list[Array]) -> Array:
    return np.array(rows, dtype=float).reshape(-1, len(SIGNS))


def _ratios(figures: Figures, base: Array) -> Array:
    return np.maximum(SMALLEST, to_row(figures) / base)


def _spread_of(seen: Observation, base: Array) -> Array:
    """Return half of the 95 % interval of each ratio's logarithm."""
    if seen.figures is None:
        return np.full(5, np.nan)
    spread = _relative(seen.spread, seen.figures)
    if seen.partial:
        spread[0] = max(spread[0], PARTIAL_SPREAD)
    return spread


def _relative(spread: Figures | None, figures: Figures) -> Array:
    if spread is None:
        return np.full(5, UNKNOWN_SPREAD)
    return np.clip(np.abs(to_row(spread)) / np.maximum(SMALLEST, np.abs(to_row(figures))), 1e-3, 1.0)
