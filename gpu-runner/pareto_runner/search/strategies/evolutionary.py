"""An evolutionary search: parents by tournament, children by crossing groups of features and changing one."""

from __future__ import annotations

from pareto_runner.search.features import GROUPS
from pareto_runner.search.strategies.base import Outlook, Strategy, nearest

TOURNAMENT = 3
MUTATION = 0.6
ELDERS = 24


class Evolutionary(Strategy):
    """Steady state over the last recipes; fitness is the goal's reward."""

    name = "evolutionary"
    title = "Evolutionary"
    summary = "Crosses two of the recipes that earn most (bits of one, cut of the other) and changes one thing."
    source = "Real et al. 2019 (arXiv 1802.01548), with crossover of what recipes decide on"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Return children of winners; random recipes until there are two parents."""
        state, rng = outlook.state, outlook.state.rng()
        alive = list(range(len(state.tried)))[-ELDERS:]
        chosen: list[int] = []
        for _ in range(min(count, len(state.pool))):
            stranger = int(rng.integers(len(state.pool)))
            wish = {group: state.pool.features[group][stranger] for group in GROUPS}
            if len(alive) >= 2:
                parents = [
                    max(rng.choice(alive, size=TOURNAMENT), key=lambda index: outlook.rewards[index]) for _ in range(2)
                ]
                changed = str(rng.choice(list(GROUPS))) if rng.random() < MUTATION else None
                for group in GROUPS:
                    if group != changed:
                        wish[group] = state.tried.features[group][parents[int(rng.integers(2))]]
            chosen.append(nearest(state, wish, chosen))
        return chosen
