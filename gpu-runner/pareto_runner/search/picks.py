"""What is tried first where nothing is known: few recipes of different kinds, from which the rest can be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pareto_runner.schemas import Recipe, RecipeStep
from pareto_runner.search.pool import Pool, make_pool
from pareto_runner.search.state import State
from pareto_runner.search.surrogate import nearness

PACKED_RUNTIMES = ("onnxruntime", "openvino", "llamacpp")
"""Runtimes that compute with packed weights, so that fewer bits are truly faster; the first that is here is taken."""
ALIKE = 0.15
"""A recipe that is less near than this to a pick is another kind of thing."""


@dataclass(frozen=True)
class Pick:
    """A recipe to try early, and why."""

    steps: tuple[tuple[str, dict[str, Any]], ...]
    why: str


HEAD = {"quantize_head": True}
"""The output layer is read for every token and stands eight bits well, so usual presets pack it too."""

PICKS: tuple[Pick, ...] = (
    Pick(
        (("rtn", {"bits": 8, "group_size": 128, **HEAD}),),
        "Eight bits usually cost next to no accuracy, so this shows how small and fast the model gets for free.",
    ),
    Pick(
        (("gptq", {"bits": 4, "group_size": 128, **HEAD}),),
        "Four bits with error correction is the usual best trade of size against accuracy.",
    ),
    Pick(
        (("structured", {"ffn_ratio": 0.25}), ("gptq", {"bits": 4, "group_size": 32, **HEAD})),
        "Pruning saves time and quantization saves bytes; together they reach what neither does alone.",
    ),
)


def default_picks(pool: Pool) -> list[tuple[int, str]]:
    """Return the recipes of a pool that are nearest to the picks, in order, each with why it is tried."""
    runtimes = {traits.runtime for traits in pool.traits}
    packed = next((name for name in PACKED_RUNTIMES if name in runtimes), "transformers")
    found: list[tuple[int, str]] = []
    for pick in PICKS:
        steps = [RecipeStep(method=method, params=params) for method, params in pick.steps]
        wish = make_pool(pool.facts, [Recipe(steps=steps, runtime=packed)])
        near = nearness(wish, pool)[0]
        near[[index for index, _ in found]] = 0.0
        best = int(np.argmax(near)) if len(pool) else -1
        if best >= 0 and near[best] >= ALIKE:
            found.append((best, pick.why))
    return found


def next_picks(state: State) -> list[tuple[int, str]]:
    """Return the picks that nothing tried so far is like, best first, as places in the state's pool."""
    everything = state.pool.joined(state.tried)
    return [(index, why) for index, why in default_picks(everything) if index < len(state.pool)]
