"""What a strategy is: it puts the state's candidates in an order, best first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import ClassVar

import numpy as np

from pareto_runner.schemas import Availability
from pareto_runner.search.features import GROUPS
from pareto_runner.search.figures import Array
from pareto_runner.search.improvement import Probes, expected_improvement
from pareto_runner.search.reward import reward_of
from pareto_runner.search.schemas import StrategyInfo
from pareto_runner.search.state import State
from pareto_runner.search.surrogate import Prediction, Surrogate


class Outlook:
    """A state and what is expected of its candidates, computed when first asked for and only once."""

    def __init__(self, state: State) -> None:
        self.state = state

    @cached_property
    def surrogate(self) -> Surrogate:
        """What has been learned."""
        return Surrogate(self.state)

    @cached_property
    def prediction(self) -> Prediction:
        """What the candidates are expected to measure."""
        return self.surrogate.predict(self.state.pool)

    @cached_property
    def probes(self) -> Probes:
        """Volume that is still to be won."""
        return Probes(self.state, self.prediction)

    @cached_property
    def gains(self) -> Array:
        """Every candidate's expected improvement, in the goal's measure."""
        return expected_improvement(self.probes, self.prediction)

    @cached_property
    def rewards(self) -> Array:
        """The reward of every tried recipe, 0 for one that failed."""
        state = self.state
        ratios = np.where(state.succeeded[:, None], state.ratios, 9.0)
        rewards: Array = reward_of(ratios, state.weights, state.limits)
        return rewards


class Strategy(ABC):
    """One way to search; a file here and an entry in STRATEGIES."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    source: ClassVar[str]

    @abstractmethod
    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Return up to `count` places in the state's pool, best first, none twice."""

    def availability(self) -> Availability:
        """Tell whether it can be used here."""
        return Availability(available=True)

    def info(self) -> StrategyInfo:
        """Return the wire form."""
        return StrategyInfo(
            name=self.name,
            title=self.title,
            summary=self.summary,
            source=self.source,
            availability=self.availability(),
        )


def nearest(state: State, wish: dict[str, Array], taken: list[int]) -> int:
    """Return the candidate whose features are nearest to a wish (one row per group) and that is not taken."""
    pool = state.pool
    distance = np.asarray(sum(((pool.features[group] - wish[group]) ** 2).sum(axis=1) for group in GROUPS))
    distance[taken] = np.inf
    return int(np.argmin(distance))
