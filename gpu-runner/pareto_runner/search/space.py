"""The finite pool of recipes that are legal for a model on this machine, built from the methods' own schemas.

A pool holds every method over a grid of the parameters that matter, in every runtime that loads what it leaves; and
pairs, of which the first step makes the model smaller or trains it and the second packs its weights. Recipes carry
all their parameters, so that the same recipe said in two ways has one key.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from pareto_runner.device import find_device
from pareto_runner.errors import RunnerError
from pareto_runner.methods import METHODS, find_method
from pareto_runner.methods.base import Method
from pareto_runner.runtimes import RUNTIMES
from pareto_runner.schemas import ModelFacts, PlainStep, Recipe, RecipeStep
from pareto_runner.validation import check_recipe

GRID: dict[str, tuple[Any, ...]] = {
    "bits": (2, 3, 4, 8),
    "group_size": (32, 64, 128, 0),
    "quantize_head": (False, True),
    "average_bits": (2.5, 3.0, 3.5, 4.0, 5.0, 6.0),
    "value": (2.5, 3.0, 3.5, 4.0, 5.0, 6.0),
    "smoothing_strength": (0.3, 0.5, 0.8),
    "kind": ("int8_weight_only", "int8_dynamic", "int4_weight_only"),
    "activations": (False, True),
    "sparsity": (0.3, 0.5, 0.6, 0.7),
    "pattern": ("unstructured", "2:4"),
    "heads_ratio": (0.0, 0.25, 0.5),
    "ffn_ratio": (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75),
    "ratio": (0.17, 0.25, 0.34, 0.5),
    "rank_ratio": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "rank": (8, 32),
    "recovery_steps": (0, 100, 300),
    "student": ("depth", "width"),
    "keep_every": (2, 3),
}
"""Values of parameters, by name, that move a figure by more than its interval; all others keep their defaults."""

PAIR_GRID: dict[str, tuple[Any, ...]] = {
    **GRID,
    "bits": (3, 4, 8),
    "group_size": (32,),
    "average_bits": (3.0, 4.0),
    "value": (3.0, 4.0),
    "smoothing_strength": (0.5,),
    "kind": ("int8_weight_only",),
    "activations": (False,),
    "sparsity": (0.5,),
    "heads_ratio": (0.0, 0.5),
    "ffn_ratio": (0.0, 0.25, 0.375, 0.5, 0.625, 0.75),
    "rank_ratio": (0.6, 0.8),
    "rank": (8,),
    "recovery_steps": (0, 100),
}
"""The same within pairs, coarser: groups of 32 divide the widths that a cut leaves."""


def complete(recipe: Recipe) -> Recipe:
    """Return the recipe with every default written out; a step that is not valid stays as it is."""
    steps = []
    for step in recipe.steps:
        try:
            params = find_method(step.method).params_type.model_validate(step.params).model_dump(mode="json")
        except (RunnerError, ValidationError):
            params = step.params
        steps.append(step.model_copy(update={"params": params}))
    return recipe.model_copy(update={"steps": steps})


def key_of(recipe: Recipe) -> str:
    """Return what names a complete recipe, whatever the order of its parameters."""
    return json.dumps(recipe.model_dump(mode="json"), sort_keys=True)


def available() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the methods and of the runtimes that can be used on this machine."""
    device = find_device()
    return (
        tuple(method.name for method in METHODS if method.availability().available),
        tuple(r.name for r in RUNTIMES if r.availability().available and device in r.devices),
    )


def list_recipes(facts: ModelFacts, methods: Sequence[str], runtimes: Sequence[str]) -> list[Recipe]:
    """Return the legal recipes for a model, in a fixed order; the uncompressed model itself is none of them."""
    found: dict[str, Recipe] = {}
    for steps in _list_steps(facts, [find_method(name) for name in methods]):
        for runtime in runtimes:
            recipe = Recipe(steps=[RecipeStep(**step.model_dump()) for step in steps], runtime=runtime)
            makes_something = steps or runtime != "transformers"
            if makes_something and not check_recipe(recipe, facts):
                found.setdefault(key_of(recipe), recipe)
    return list(found.values())


def _list_steps(facts: ModelFacts, methods: list[Method]) -> Iterator[tuple[PlainStep, ...]]:
    """Yield the sequences of steps, legal or not."""
    yield ()
    first = [method for method in methods if not method.final]
    last = [method for method in methods if method.final]
    for method in methods:
        for step in list_steps(method, facts, GRID):
            yield (step,)
    packing = [step for method in last for step in list_steps(method, None, PAIR_GRID)]
    for method in first:
        for step in list_steps(method, facts, PAIR_GRID):
            for pack in packing:
                yield step, pack


def list_steps(method: Method, facts: ModelFacts | None, grid: dict[str, tuple[Any, ...]]) -> list[PlainStep]:
    """Return the steps of one method over a grid; those that leave the same shape as another only once."""
    properties = method.params_type.model_json_schema().get("properties", {})
    names = [name for name in properties if name in grid]
    steps: dict[str, PlainStep] = {}
    for values in itertools.product(*(grid[name] for name in names)):
        given = dict(zip(names, values, strict=True))
        try:
            params = method.params_type.model_validate(given)
        except ValidationError:
            continue
        if is_needless(method.name, given) or (facts is not None and method.check(facts, params)):
            continue
        step = PlainStep(method=method.name, params=params.model_dump(mode="json"))
        steps.setdefault(_signature(method, facts, params, step), step)
    return list(steps.values())


def is_needless(method: str, params: dict[str, Any]) -> bool:
    """Tell whether a parameter is set that the others make meaningless, so that the same model would come twice."""
    if params.get("pattern") == "2:4":
        return bool(params["sparsity"] != 0.5)
    if method != "distill":
        return False
    cuts = {"depth": ("keep_every",), "width": ("heads_ratio", "ffn_ratio")}[params["student"]]
    others = {"keep_every": 2, "heads_ratio": 0.0, "ffn_ratio": 0.5}
    return any(params[name] != usual for name, usual in others.items() if name not in cuts)


def _signature(method: Method, facts: ModelFacts | None, params: Any, step: PlainStep) -> str:
    """Return what the step does: the shape that it leaves where it cuts, and the other parameters."""
    shape = facts if facts is None else method.shape_after(facts, params)
    if shape is facts or method.name == "asvd":
        return step.model_dump_json()
    rest = {name: value for name, value in step.params.items() if not name.endswith("ratio") and name != "keep_every"}
    return json.dumps([shape.model_dump(mode="json") if shape else None, rest], sort_keys=True)
