"""The lab's own search, and its default: what is known beforehand, what others found, and what this experiment shows.

The surrogate starts from counted sizes and rules of thumb, takes over what other experiments measured as far as that
fits, and learns the rest from this one. A recipe is worth the hypervolume that it should add to the solutions that
meet the constraints; of several, each the most beside those before it.
"""

from __future__ import annotations

from pareto_runner.search.improvement import choose_batch
from pareto_runner.search.strategies.base import Outlook, Strategy


class Hybrid(Strategy):
    """Prior, memory and Gaussian processes under one expected improvement."""

    name = "hybrid"
    title = "Hybrid"
    summary = "Joins counted sizes, rules of thumb, other experiments' outcomes and this one's in one expectation."
    source = "own; the parts: Bonilla et al. 2007, Emmerich et al. 2006, Hvarfner et al. 2022 (arXiv 2204.11051)"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Rank by expected hypervolume improvement."""
        return choose_batch(outlook.probes, outlook.prediction, outlook.gains, count)
