"""Population-based training over recipes with trained steps: copy what earns most, and train it longer or otherwise."""

from __future__ import annotations

import numpy as np

from pareto_runner.search.figures import Array
from pareto_runner.search.state import State
from pareto_runner.search.strategies.base import Outlook, Strategy, nearest

MEMBERS = 6
BEST_SHARE = 0.34
PERTURB = 0.8
OTHER_GROUPS = ("bits", "zeros", "cut")


class PopulationBased(Strategy):
    """The last recipes are the population; its best third is exploited, and a perturbed copy explores."""

    name = "pbt"
    title = "Population-based training"
    summary = "For recipes that train: copies one of the best and perturbs how long it trains or how much it cuts."
    source = "Jaderberg et al. 2017 (arXiv 1711.09846)"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Return perturbed copies of the best; random trained recipes until there is a population."""
        state, rng = outlook.state, outlook.state.rng()
        trained = [index for index, traits in enumerate(state.pool.traits) if traits.trained > 0]
        idle = [index for index in range(len(state.pool)) if index not in set(trained)]
        members = [index for index, traits in enumerate(state.tried.traits) if traits.trained > 0][-MEMBERS:]
        members = [index for index in members if outlook.rewards[index] > 0]
        chosen: list[int] = []
        for _ in range(min(count, len(state.pool))):
            forbidden = [*chosen, *(idle if len(chosen) < len(trained) else [])]
            if members:
                chosen.append(nearest(state, _perturb(state, _pick(outlook, members, rng), rng), forbidden))
            else:
                free = sorted(set(range(len(state.pool))) - set(forbidden))
                chosen.append(int(rng.choice(free)))
        return chosen


def _pick(outlook: Outlook, members: list[int], rng: np.random.Generator) -> int:
    ranked = sorted(members, key=lambda index: -outlook.rewards[index])
    return int(rng.choice(ranked[: max(1, round(BEST_SHARE * len(ranked)))]))


def _perturb(state: State, parent: int, rng: np.random.Generator) -> dict[str, Array]:
    """Return the parent's features with its training stretched or shortened, and sometimes another group changed."""
    wish = {group: matrix[parent].copy() for group, matrix in state.tried.features.items()}
    wish["training"][0] *= 1 + PERTURB * rng.choice([-0.5, 1.0])
    group = str(rng.choice(OTHER_GROUPS))
    wish[group] = wish[group] + rng.normal(0.0, PERTURB, len(wish[group])) * (np.abs(wish[group]) > 0)
    return wish
