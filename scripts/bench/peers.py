"""The best samplers elsewhere, used as their own users would: on a flat space of what a recipe is made of.

Their settings are the best of a few that were tried on a part of the table (docs/LOG.md).

Each is a generator that yields a suggestion and is sent what was evaluated in its place: the nearest untried recipe of
the table, with that recipe's own values of the knobs, so that no sampler is told a figure under a wrong name. A recipe
that failed is told as one without accuracy and of twice the costs. Only accuracy is to be maximised.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Knobs = dict[str, Any]
Told = tuple[Knobs, list[float]]
Peer = Generator[Knobs, Told, None]
FAILED = [0.0, 2.0, 2.0, 2.0, 2.0]
MISSING = "pymoo is not here. Install it with: gpu-runner/.venv/bin/pip install -r gpu-runner/requirements-bench.txt"
PACKING_BITS = {"int8": 8, "nf4": 4, "fp8": 8, "mxfp4": 4, "nvfp4": 4, "smoothquant": 8, "torchao": 8}
USUAL: Knobs = {
    "runtime": "",
    "changer": "none",
    "packer": "none",
    "bits": 16.0,
    "group_size": 0.0,
    "symmetric": True,
    "quantize_head": False,
    "rounding": "none",
    "smoothing_strength": 0.0,
    "heads_ratio": 0.0,
    "ffn_ratio": 0.0,
    "ratio": 0.0,
    "rank_ratio": 1.0,
    "sparsity": 0.0,
    "trained": 0.0,
}


def read_knobs(recipe: dict[str, Any]) -> Knobs:
    """Return a recipe's values of all knobs; one that it does not have stands where it does nothing."""
    knobs = {**USUAL, "runtime": recipe["runtime"]}
    changers = []
    for step in recipe["steps"]:
        name, params = step["method"], step["params"]
        packs = name in PACKING_BITS or "bits" in params or "value" in params or "average_bits" in params
        if packs:
            knobs["packer"] = name
            bits = [params[key] for key in ("bits", "value", "average_bits") if key in params]
            knobs["bits"] = float(bits[0] if bits else PACKING_BITS[name])
        else:
            changers.append(name)
        for key, value in params.items():
            if key in ("heads_ratio", "ffn_ratio") and name == "distill" and params["student"] != "width":
                continue
            if key in knobs and key not in ("bits", "runtime"):
                knobs[key] = float(value) if isinstance(USUAL[key], float) else value
        knobs["trained"] += float(params.get("steps", 0)) + float(params.get("recovery_steps", 0))
    knobs["changer"] = "+".join(changers) or "none"
    return knobs


@dataclass(frozen=True)
class Space:
    """The knobs of the table's recipes, [recipes], and what values each can take: choices, or a range."""

    rows: list[Knobs]
    choices: dict[str, list[Any]]
    ranges: dict[str, tuple[float, float]]

    def nearest(self, wish: Knobs, untried: Sequence[int]) -> int:
        """Return the untried recipe that differs least: 1 for another choice, the share of its range for a number."""

        def distance(index: int) -> float:
            row = self.rows[index]
            apart = float(sum(row[name] != wish[name] for name in self.choices))
            return apart + sum(abs(row[name] - wish[name]) / (high - low) for name, (low, high) in self.ranges.items())

        return min(untried, key=distance)


def make_space(recipes: Sequence[dict[str, Any]]) -> Space:
    """Return the space of a table's recipes."""
    rows = [read_knobs(recipe) for recipe in recipes]
    values = {name: sorted({row[name] for row in rows}) for name in USUAL}
    numbers = [name for name, usual in USUAL.items() if isinstance(usual, float) and len(values[name]) > 1]
    choices = {name: found for name, found in values.items() if name not in numbers and len(found) > 1}
    return Space(rows, choices, {name: (values[name][0], values[name][-1]) for name in numbers})


def optuna_peer(name: str, space: Space, seed: int, start: Sequence[Told]) -> Peer:
    """Ask one of Optuna's samplers: "tpe", "nsga2", "nsga3" or "gp"."""
    import optuna
    from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
    from optuna.samplers import GPSampler, NSGAIIISampler, NSGAIISampler, TPESampler
    from optuna.trial import TrialState, create_trial

    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    samplers: dict[str, Any] = {
        "tpe": lambda: TPESampler(seed=seed, n_startup_trials=8),
        "nsga2": lambda: NSGAIISampler(seed=seed, population_size=12),
        "nsga3": lambda: NSGAIIISampler(seed=seed, population_size=12),
        "gp": lambda: GPSampler(seed=seed, n_startup_trials=8, deterministic_objective=True),
    }
    sampler = samplers[name]()
    study = optuna.create_study(sampler=sampler, directions=["maximize", *["minimize"] * 4])
    fixed: dict[str, BaseDistribution] = {
        **{knob: CategoricalDistribution(found) for knob, found in space.choices.items()},
        **{knob: FloatDistribution(*limits) for knob, limits in space.ranges.items()},
    }

    def tell(told: Told, attributes: dict[str, Any]) -> None:
        knobs, values = told
        params = {knob: knobs[knob] for knob in fixed}
        study.add_trial(create_trial(params=params, distributions=fixed, values=values, system_attrs=attributes))

    generation = {sampler._get_generation_key(): 0} if hasattr(sampler, "_get_generation_key") else {}
    for told in start:
        tell(told, generation)
    while True:
        trial = study.ask(fixed_distributions=fixed)
        told = yield trial.params
        # The suggestion itself was not evaluated; the recipe in its place belongs to its generation.
        tell(told, dict(study.get_trials(deepcopy=False)[trial.number].system_attrs))
        study.tell(trial, state=TrialState.FAIL)


def sms_emoa(space: Space, seed: int, start: Sequence[Told], population: int = 12) -> Peer:
    """Ask pymoo's SMS-EMOA, one offspring at a time as in its paper; choices are coded as numbers from 0 to 1."""
    try:
        from pymoo.algorithms.moo.sms import SMSEMOA
        from pymoo.core.problem import Problem
    except ImportError as error:
        raise SystemExit(MISSING) from error
    names = [*space.choices, *space.ranges]
    chance = np.random.default_rng(seed)

    def code(knobs: Knobs) -> list[float]:
        chosen = [(found.index(knobs[name]) + 0.5) / len(found) for name, found in space.choices.items()]
        return chosen + [(knobs[name] - low) / (high - low) for name, (low, high) in space.ranges.items()]

    def decode(numbers: Any) -> Knobs:
        knobs = dict(USUAL)
        for name, number in zip(names, numbers, strict=True):
            if name in space.choices:
                found = space.choices[name]
                knobs[name] = found[min(len(found) - 1, int(number * len(found)))]
            else:
                low, high = space.ranges[name]
                knobs[name] = low + float(number) * (high - low)
        return knobs

    first = [code(knobs) for knobs, _ in start]
    sampling = np.array(first + chance.random((population - len(first), len(names))).tolist())
    problem = Problem(n_var=len(names), n_obj=5, xl=0.0, xu=1.0)
    algorithm = SMSEMOA(pop_size=population, n_offsprings=1, sampling=sampling, eliminate_duplicates=False)
    algorithm.setup(problem, termination=("n_eval", 10**6), seed=seed, verbose=False)
    known = list(start)
    while True:
        asked = algorithm.ask()
        for individual in asked:
            told = known.pop(0) if known else (yield decode(individual.X))
            knobs, values = told
            individual.X = np.array(code(knobs))
            individual.F = np.array([-values[0], *values[1:]])
            individual.G, individual.H = np.zeros(0), np.zeros(0)
            individual.evaluated = {"F", "G", "H"}
        algorithm.tell(infills=asked)
