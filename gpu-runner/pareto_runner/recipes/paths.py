"""The ways that a recipe can go, depending on what its conditions find."""

from __future__ import annotations

from collections.abc import Iterator

from pareto_runner.schemas import PlainStep, Recipe, RecipeStep

Way = list[tuple[str, PlainStep]]
"""Steps in the order in which they are applied, each with its place, e.g. `recipe.steps.1.when.otherwise.0`."""


def list_ways(recipe: Recipe) -> Iterator[Way]:
    """Yield every sequence of steps that can come about; at most two to the power of the conditions."""
    yield from _continue([], recipe.steps, 0)


def _continue(before: Way, steps: list[RecipeStep], index: int) -> Iterator[Way]:
    if index == len(steps):
        yield before
        return
    step, place = steps[index], f"recipe.steps.{index}"
    yield from _continue([*before, (place, step)], steps, index + 1)
    if step.when is None:
        return
    if step.when.otherwise == "stop":
        yield before
    elif step.when.otherwise == "skip":
        yield from _continue(before, steps, index + 1)
    else:
        others: Way = [(f"{place}.when.otherwise.{i}", other) for i, other in enumerate(step.when.otherwise)]
        yield from _continue([*before, *others], steps, index + 1)
