"""From a state to an ordered list of candidates, with reasons: the one way in for the lab and for its benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pareto_runner.schemas import Recipe
from pareto_runner.search.figures import OBJECTIVES, hypervolume
from pareto_runner.search.improvement import feasible, spread_of_gain
from pareto_runner.search.picks import PICKS, next_picks
from pareto_runner.search.pool import make_pool
from pareto_runner.search.reward import meets, reward_of
from pareto_runner.search.schemas import Candidate, Evidence, Expected, Gain, StopAdvice
from pareto_runner.search.state import State
from pareto_runner.search.strategies.base import Outlook, Strategy
from pareto_runner.search.surrogate import nearness

NORMAL_80 = 1.2816
MEMORY_ENOUGH, MEMORY_SIMILARITY = 10, 0.3
"""With so many outcomes of experiments at least so similar, the first picks come from memory."""
TOLERANCE = 0.05
"""How much less than the search's best, as a share, a proposal may be expected to bring and still come first."""
STOP_SHARE, STALE = 0.005, 5
"""An end is advised when the last so many recipes brought less than this share, and so should the next."""
EVIDENCE_SHOWN, EVIDENCE_LEAST = 3, 0.2


@dataclass(frozen=True)
class Ranking:
    """Candidates, best first, the candidate of each proposal (None: tried, refused or not allowed), and advice."""

    candidates: list[Candidate]
    proposals: list[Candidate | None]
    pool: int
    stop: StopAdvice


def propose(state: State, strategy: Strategy, count: int, proposals: Sequence[Recipe] = ()) -> Ranking:
    """Rank the state's pool and the proposals, which must be legal; tried ones among them are left out."""
    offered = make_pool(state.pool.facts, proposals)
    new = _new_places(state, offered.keys)
    outlook = Outlook(replace(state, pool=state.pool.joined(offered.take(new))) if new else state)
    state = outlook.state
    if len(state.pool) == 0:
        nothing_left = StopAdvice(advised=True, reason="Every legal recipe that is allowed has been tried.")
        return Ranking([], [None] * len(proposals), 0, nothing_left)
    places = {key: index for index, key in enumerate(state.pool.keys)}
    proposed = [places.get(key) for key in offered.keys]
    picks = dict(_first_picks(state, strategy))
    found = strategy.rank(outlook, count)
    order = [*picks, *(index for index in found if index not in picks)]
    trusted = _trusted(outlook, found, [index for index in proposed if index is not None])
    order = [*trusted, *(index for index in order if index not in trusted)][:count]
    writer = _Writer(outlook, picks, {index for index in proposed if index is not None})
    candidates = [writer.write(index) for index in order]
    return Ranking(
        candidates,
        [None if index is None else writer.write(index) for index in proposed],
        len(state.pool),
        _advise(state, max(candidate.gain.mean for candidate in candidates)),
    )


def _new_places(state: State, keys: Sequence[str]) -> list[int]:
    """Return which of the proposed recipes are neither in the pool nor tried, each once."""
    known = {*state.pool.keys, *state.tried.keys}
    new = []
    for index, key in enumerate(keys):
        if key not in known:
            known.add(key)
            new.append(index)
    return new


def _first_picks(state: State, strategy: Strategy) -> list[tuple[int, str]]:
    remembered = int((state.similarity >= MEMORY_SIMILARITY).sum())
    if len(state.tried) >= len(PICKS) or (strategy.name == "hybrid" and remembered >= MEMORY_ENOUGH):
        return []
    return next_picks(state)


def _trusted(outlook: Outlook, found: list[int], proposed: list[int]) -> list[int]:
    """Return the proposals that may come before what the search found, best first.

    Who proposed them is not asked: they come first only where the surrogate expects as much of them as of the best
    recipe it knows. So a proposer that knows nothing, or means harm, cannot cost more than the tolerance.
    """
    best = max(float(outlook.gains[index]) for index in found)
    good = [index for index in dict.fromkeys(proposed) if outlook.gains[index] >= (1 - TOLERANCE) * best > 0]
    return sorted(good, key=lambda index: -outlook.gains[index])


class _Writer:
    """Writes candidates with what is expected of them and why."""

    def __init__(self, outlook: Outlook, picks: dict[int, str], proposed: set[int]) -> None:
        self._outlook, self._picks, self._proposed = outlook, picks, proposed
        self._state = outlook.state
        measured = self._state.ratios[self._state.succeeded]
        self._volume = hypervolume(measured[meets(measured, self._state.limits)])
        self._feasible = feasible(outlook.prediction, self._state.limits)
        self._written: dict[int, Candidate] = {}

    def write(self, index: int) -> Candidate:
        if index not in self._written:
            self._written[index] = self._write(index)
        return self._written[index]

    def _write(self, index: int) -> Candidate:
        state, prediction = self._state, self._outlook.prediction
        mean, sd = prediction.mean[index], prediction.sd[index]
        gain, spread = spread_of_gain(state, prediction, index)
        evidence, own = self._evidence(index)
        origin = "search"
        if index in self._proposed:
            origin = "model"
        elif index in self._picks:
            origin = "default"
        elif evidence and evidence[0][1] > own:
            origin = "memory"
        ratios = np.exp(mean)
        return Candidate.model_validate(
            {
                "recipe": state.pool.recipes[index],
                "origin": origin,
                "reason": self._picks.get(index) or self._explain(ratios, gain, evidence if origin == "memory" else []),
                "expected": {
                    name: Expected(
                        ratio=float(np.exp(mean[k])),
                        low=float(np.exp(mean[k] - NORMAL_80 * sd[k])),
                        high=float(np.exp(mean[k] + NORMAL_80 * sd[k])),
                    )
                    for k, name in enumerate(OBJECTIVES)
                },
                "gain": Gain(mean=gain, sd=spread),
                "feasible": float(np.clip(self._feasible[index], 0.0, 1.0)),
                "reward": float(reward_of(ratios, state.weights, state.limits)),
                "evidence": [Evidence(source=source, similarity=near) for source, near in evidence],
            }
        )

    def _evidence(self, index: int) -> tuple[list[tuple[str, float]], float]:
        """Return the experiences most like a recipe with how alike they are, and the same of what was tried here."""
        state = self._state
        one = state.pool.take([index])
        own = float(nearness(one, state.tried).max()) if len(state.tried) else 0.0
        near = nearness(one, state.memory)[0] * state.similarity
        best = [int(i) for i in np.argsort(-near)[:EVIDENCE_SHOWN] if near[i] >= EVIDENCE_LEAST]
        return [(state.sources[i], float(near[i])) for i in best], own

    def _explain(self, ratios: np.ndarray, gain: float, evidence: list[tuple[str, float]]) -> str:
        figures = (
            f"{ratios[0]:.0%} of the accuracy, {ratios[3]:.2f} of the size, {ratios[2]:.2f} of the memory and "
            f"{ratios[1]:.2f} of the latency"
        )
        basis = f"From {evidence[0][0]} and what is alike" if evidence else "From what was measured so far"
        if len(self._state.tried) == 0 and not evidence:
            basis = "From rules of thumb alone"
        return (
            f"{basis} it is expected at {figures}, which would add {gain:.2g} to the hypervolume of {self._volume:.2g}."
        )


def _advise(state: State, gain: float) -> StopAdvice:
    """Return whether the best candidate is still worth an episode."""
    measured = state.ratios[state.succeeded]
    volume = hypervolume(measured[meets(measured, state.limits)])
    earlier = state.ratios[:-STALE][state.succeeded[:-STALE]]
    before = hypervolume(earlier[meets(earlier, state.limits)])
    share = gain / volume if volume > 0 else 1.0
    if len(state.tried) <= STALE or volume == 0:
        return StopAdvice(advised=False, reason="Too little is known yet to say that nothing more is to be won.")
    recent = (volume - before) / volume
    if recent < STOP_SHARE and share < STOP_SHARE:
        return StopAdvice(
            advised=True,
            reason=f"The last {STALE} recipes added {recent:.1%} to the hypervolume, and the best one left is expected "
            f"to add {share:.2%}.",
        )
    return StopAdvice(advised=False, reason=f"The best recipe left is expected to add {share:.1%} to the hypervolume.")
