"""A recipe as a point in space, so that recipes which do alike things lie near each other."""

from __future__ import annotations

import math

import numpy as np

from pareto_runner.methods import METHODS
from pareto_runner.runtimes import RUNTIMES
from pareto_runner.search.figures import Array
from pareto_runner.search.traits import OWN_KERNELS, Traits

_PACKERS = (*(method.name for method in METHODS if method.final), "qlora")
_RUNTIMES = tuple(runtime.name for runtime in RUNTIMES)
GROUPS = {"runtime": len(_RUNTIMES), "bits": 2, "packing": len(_PACKERS) + 6, "zeros": 3, "cut": 5, "training": 2}
"""What a recipe decides on, with the number of columns; each is a part of its own in the surrogate's kernel."""


def to_features(traits: Traits) -> dict[str, list[float]]:
    """Return the columns of each group; a step of 1 is about the smallest change that one would call another kind."""
    group = math.log2(traits.group / 128) / 2 if traits.group else (0.5 if traits.packed else 0.0)
    return {
        "runtime": [float(traits.runtime == name) for name in _RUNTIMES],
        "bits": [1.5 * math.log2(16 / traits.bits), float(traits.head_packed)],
        "packing": [
            *(0.5 * (traits.packer == name) for name in _PACKERS),
            float(traits.packer in OWN_KERNELS),
            float(traits.packed),
            traits.learned,
            group,
            0.3 * (not traits.symmetric),
            float(traits.rounds_inputs),
        ],
        "zeros": [2 * traits.zeros, float(traits.pattern), 0.5 * traits.informed],
        "cut": [
            *(1.5 * math.log2(max(0.05, share)) for share in (traits.heads_kept, traits.channels_kept)),
            *(1.5 * math.log2(max(0.05, share)) for share in (traits.layers_kept, traits.rank_kept)),
            float(traits.low_rank),
        ],
        "training": [math.log1p(traits.trained / 30), float(traits.adapter_apart)],
    }


def stack(features: list[dict[str, list[float]]]) -> dict[str, Array]:
    """Return one matrix [recipes, columns] per group."""
    return {
        group: np.array([row[group] for row in features], dtype=float).reshape(len(features), width)
        for group, width in GROUPS.items()
    }
