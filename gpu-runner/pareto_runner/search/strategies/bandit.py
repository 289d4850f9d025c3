"""A multi-armed bandit over pipelines: which methods in which runtime earn the most reward."""

from __future__ import annotations

import numpy as np

from pareto_runner.search.strategies.base import Outlook, Strategy
from pareto_runner.search.traits import Traits

PRIOR_REWARD, PRIOR_SD, NOISE = 0.4, 0.3, 0.12

Arm = tuple[str, ...]


class Bandit(Strategy):
    """Thompson sampling with a Gaussian reward per arm; within an arm the recipe next to its best one."""

    name = "bandit"
    title = "Bandit over methods"
    summary = "Learns which methods earn the goal's reward, and tries those most that may still be the best."
    source = "Thompson 1933; Russo et al. 2018, A tutorial on Thompson sampling"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Draw an arm's reward for every place, and take the next recipe of the best one."""
        state, rng = outlook.state, outlook.state.rng()
        places: dict[Arm, list[int]] = {}
        for index, traits in enumerate(state.pool.traits):
            places.setdefault(_arm(traits), []).append(index)
        earned: dict[Arm, list[tuple[float, int]]] = {arm: [] for arm in places}
        for index, traits in enumerate(state.tried.traits):
            earned.setdefault(_arm(traits), []).append((float(outlook.rewards[index]), index))
        chosen: list[int] = []
        while places and len(chosen) < count:
            best = max(places, key=lambda arm: _draw([reward for reward, _ in earned[arm]], rng))
            place = self._next(outlook, places[best], earned[best], rng)
            places[best].remove(place)
            if not places[best]:
                del places[best]
            chosen.append(place)
        return chosen

    def _next(
        self, outlook: Outlook, places: list[int], earned: list[tuple[float, int]], rng: np.random.Generator
    ) -> int:
        """Return the recipe nearest to the arm's best one, or one by chance where none was tried."""
        if not earned:
            return int(rng.choice(places))
        pool, tried = outlook.state.pool, outlook.state.tried
        best = max(earned)[1]
        distance = sum(
            ((matrix[places] - tried.features[group][best]) ** 2).sum(axis=1) for group, matrix in pool.features.items()
        )
        return places[int(np.argmin(np.asarray(distance) + 0.5 * rng.random(len(places))))]


def _arm(traits: Traits) -> Arm:
    return (*traits.methods, traits.runtime)


def _draw(rewards: list[float], rng: np.random.Generator) -> float:
    precision = PRIOR_SD**-2 + len(rewards) * NOISE**-2
    mean = (PRIOR_REWARD * PRIOR_SD**-2 + sum(rewards) * NOISE**-2) / precision
    return float(rng.normal(mean, precision**-0.5))
