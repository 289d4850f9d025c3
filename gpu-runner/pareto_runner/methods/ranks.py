"""Which rank each layer gets, so that the expected loss is smallest under a budget of parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BISECTIONS = 100


@dataclass(frozen=True)
class Choice:
    """One way to store a layer: its rank (None: dense), its parameters, and the loss that it is expected to add."""

    rank: int | None
    parameters: int
    loss: float


def saving_ranks(shape: Sequence[int], multiple: int) -> list[int]:
    """Return the ranks, multiples of `multiple`, with which a layer of that shape becomes smaller, in rising order."""
    out, width = shape
    return [rank for rank in range(multiple, min(out, width), multiple) if rank * (out + width) < out * width]


def list_choices(shape: Sequence[int], multiple: int, left_out: Any, scale: float) -> list[Choice]:
    """Return how a layer of that shape may be stored.

    `left_out[r]` is the squared error that rank r leaves, `scale` the loss of the model per unit of it.
    """
    pairs = [Choice(rank, rank * sum(shape), scale * float(left_out[rank])) for rank in saving_ranks(shape, multiple)]
    return [*pairs, Choice(None, math.prod(shape), 0.0)]


def allocate_ranks(layers: dict[str, list[Choice]], budget: int) -> dict[str, Choice]:
    """Choose one way per layer, with the least sum of losses, such that all parameters together fit the budget.

    By Lagrange multipliers (Everett 1963): each layer minimizes its loss + price x parameters, and the price is
    bisected to the lowest that fits. What the budget leaves over then goes where it helps most per parameter.
    The budget must hold every layer's smallest choice.
    """

    def choose(price: float) -> dict[str, Choice]:
        return {
            name: min(ways, key=lambda c: (c.loss + price * c.parameters, c.parameters))
            for name, ways in layers.items()
        }

    def spent(chosen: dict[str, Choice]) -> int:
        return sum(choice.parameters for choice in chosen.values())

    low, high = 0.0, 1.0
    while spent(choose(high)) > budget:
        high *= 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if spent(choose(middle)) <= budget else (middle, high)
    chosen = choose(high)
    room = budget - spent(chosen)
    while True:
        steps = [
            ((chosen[name].loss - way.loss) / (way.parameters - chosen[name].parameters), name, way)
            for name, ways in layers.items()
            for way in ways
            if 0 < way.parameters - chosen[name].parameters <= room and way.loss < chosen[name].loss
        ]
        if not steps:
            return chosen
        _, name, way = max(steps, key=lambda step: step[0])
        room -= way.parameters - chosen[name].parameters
        chosen[name] = way
