"""Bayesian optimisation as in the textbooks: a Gaussian process per objective and expected hypervolume improvement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pareto_runner.search.improvement import choose_batch
from pareto_runner.search.pool import Pool
from pareto_runner.search.state import State
from pareto_runner.search.strategies.base import Outlook, Strategy

DOUBT = 0.35


class GpEhvi(Strategy):
    """Knows of a recipe only its parameters: no priors, no memory."""

    name = "gp_ehvi"
    title = "GP with EHVI"
    summary = "Learns each objective from this experiment alone and takes the recipe that should widen the front most."
    source = "Emmerich et al. 2006, Daulton et al. 2020 (arXiv 2006.05078); own code over a finite pool"

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Rank by a surrogate that starts from nothing."""
        blank = Outlook(_forget(outlook.state))
        return choose_batch(blank.probes, blank.prediction, blank.gains, count)


def _forget(state: State) -> State:
    nobody = state.memory.take([])
    return replace(
        state,
        pool=_flatten(state.pool),
        tried=_flatten(state.tried),
        memory=_flatten(nobody),
        memory_ratios=state.memory_ratios[:0],
        memory_spread=state.memory_spread[:0],
        similarity=state.similarity[:0],
        sources=(),
    )


def _flatten(pool: Pool) -> Pool:
    return replace(pool, mean=np.zeros_like(pool.mean), doubt=np.full_like(pool.doubt, DOUBT))
