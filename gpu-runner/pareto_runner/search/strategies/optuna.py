"""Optuna's samplers over a parametrisation of the pool: the history is replayed as trials, then the next is asked.

A suggestion need not be a legal recipe; the nearest candidate to it is taken.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, NSGAIIISampler, NSGAIISampler, TPESampler
from optuna.study import StudyDirection

from pareto_runner.search.figures import OBJECTIVES, SIGNS
from pareto_runner.search.state import State
from pareto_runner.search.strategies.base import Outlook, Strategy
from pareto_runner.search.traits import Traits

POPULATION = 12
DIRECTIONS = [StudyDirection.MAXIMIZE if sign > 0 else StudyDirection.MINIMIZE for sign in SIGNS]
FLOATS = {"heads_cut": 0.9, "channels_cut": 0.9, "layers_cut": 0.9, "rank_cut": 0.9, "zeros": 0.9, "trained": 1_000.0}


def to_knobs(traits: Traits) -> dict[str, Any]:
    """Return a recipe as values of a flat search space, as one would write it for a sampler."""
    cuts = [name for name in traits.methods if name != traits.packer]
    return {
        "runtime": traits.runtime,
        "first": "+".join(cuts),
        "packer": traits.packer,
        "bits": traits.bits,
        "group": traits.group,
        "head_packed": traits.head_packed,
        "heads_cut": 1 - traits.heads_kept,
        "channels_cut": 1 - traits.channels_kept,
        "layers_cut": 1 - traits.layers_kept,
        "rank_cut": 1 - traits.rank_kept,
        "zeros": traits.zeros,
        "trained": traits.trained,
    }


class OptunaStrategy(Strategy):
    """What the three samplers share."""

    generation_key: ClassVar[str | None] = None

    def make_sampler(self, seed: int) -> BaseSampler:
        """Return the sampler."""
        raise NotImplementedError

    def rank(self, outlook: Outlook, count: int) -> list[int]:
        """Ask for as many trials as are wanted."""
        state = outlook.state
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        knobs = [to_knobs(traits) for traits in state.pool.traits]
        space = _make_space([*knobs, *(to_knobs(traits) for traits in state.tried.traits)])
        sampler = self.make_sampler(int(state.rng().integers(2**31)))
        study = optuna.create_study(sampler=sampler, directions=DIRECTIONS)
        study.add_trials(self._replay(state, space))
        columns = {name: np.array([row[name] for row in knobs]) for name in space}
        chosen: list[int] = []
        for _ in range(min(count, len(state.pool))):
            wish = study.ask(fixed_distributions=space).params
            distance = np.zeros(len(state.pool))
            for name, value in wish.items():
                if name in FLOATS:
                    distance += np.abs(columns[name].astype(float) - value) / FLOATS[name]
                else:
                    distance += columns[name] != value
            distance[chosen] = np.inf
            chosen.append(int(np.argmin(distance)))
        return chosen

    def _replay(self, state: State, space: dict[str, BaseDistribution]) -> list[optuna.trial.FrozenTrial]:
        trials = []
        for number, (traits, ratios, fine) in enumerate(
            zip(state.tried.traits, state.ratios, state.succeeded, strict=True)
        ):
            attrs: dict[str, Any] = {
                f"constraints:{name}": float(sign * (limit - ratio)) if fine else 1.0
                for name, sign, limit, ratio in zip(OBJECTIVES, SIGNS, state.limits, ratios, strict=True)
                if np.isfinite(limit)
            }
            if self.generation_key:
                attrs[self.generation_key] = number // POPULATION
            # A failure counts as a useless solution, so that samplers keep away from it.
            values = ratios if fine else np.where(SIGNS > 0, 0.0, 2.0)
            params = to_knobs(traits)
            for name in FLOATS:
                params[name] = min(float(params[name]), FLOATS[name])
            trials.append(
                optuna.trial.create_trial(
                    params=params, distributions=space, values=[float(x) for x in values], system_attrs=attrs
                )
            )
        return trials


class Tpe(OptunaStrategy):
    """Multi-objective tree-structured Parzen estimator."""

    name = "tpe"
    title = "TPE"
    summary = "Models where good and where bad recipes lie, and draws where good ones are likelier."
    source = "Ozaki et al. 2022, through Optuna's TPESampler"

    def make_sampler(self, seed: int) -> BaseSampler:
        """Return the sampler."""
        return TPESampler(seed=seed, multivariate=True, n_startup_trials=5)


class Nsga2(OptunaStrategy):
    """Genetic algorithm with non-dominated sorting and crowding."""

    name = "nsga2"
    title = "NSGA-II"
    summary = "Crosses and mutates recipes of the best fronts, spread along them."
    source = "Deb et al. 2002, through Optuna's NSGAIISampler"
    generation_key = NSGAIISampler._get_generation_key()

    def make_sampler(self, seed: int) -> BaseSampler:
        """Return the sampler."""
        return NSGAIISampler(population_size=POPULATION, seed=seed)


class Nsga3(OptunaStrategy):
    """Genetic algorithm with reference points, made for many objectives."""

    name = "nsga3"
    title = "NSGA-III"
    summary = "Like NSGA-II, but keeps recipes near reference directions, which suits five objectives better."
    source = "Deb and Jain 2014, through Optuna's NSGAIIISampler"
    generation_key = NSGAIIISampler._get_generation_key()

    def make_sampler(self, seed: int) -> BaseSampler:
        """Return the sampler."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            return NSGAIIISampler(population_size=POPULATION, seed=seed)


def _make_space(rows: list[dict[str, Any]]) -> dict[str, BaseDistribution]:
    """Return the space that holds all these recipes."""
    space: dict[str, BaseDistribution] = {name: FloatDistribution(0.0, high) for name, high in FLOATS.items()}
    for name in rows[0]:
        if name not in FLOATS:
            space[name] = CategoricalDistribution(sorted({row[name] for row in rows}))
    return space
