"""Chance alone, which every other strategy has to beat."""

from __future__ import annotations

from pareto_runner.search.strategies.base import Outlook, Strategy


class Random(Strategy):
    """Every candidate is as likely as any other."""

    name = "random"
    title = "Random"
    summary = "Draws from all legal recipes with equal chance; the yardstick for the others."
    source = "Bergstra and Bengio 2012, Random search for hyper-parameter optimization"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Return a random order."""
        state = outlook.state
        return [int(i) for i in state.rng().permutation(len(state.pool))[:count]]
