"""What a person lets the search do: names that each step of a recipe answers to, and lists of such names.

A step answers to its method, its action (`pruning`, `quantization`, …), `training` where it trains weights, and the
width that it packs all of them to (`4-bit`). What mixes widths answers to none of them.
"""

from __future__ import annotations

import json
from functools import lru_cache

from pydantic import ValidationError

from pareto_runner.errors import RunnerError
from pareto_runner.methods import METHODS, find_method
from pareto_runner.schemas import ErrorInfo, PlainStep, Recipe, Rules
from pareto_runner.search.space import GRID
from pareto_runner.search.traits import bits_of

MIXED = ("mixed", "autoscheme")
KNOWN = (
    *dict.fromkeys(method.action for method in METHODS),
    "training",
    *(f"{bits}-bit" for bits in GRID["bits"]),
    *dict.fromkeys(method.name for method in METHODS),
)


def names_of(recipe: Recipe) -> list[frozenset[str]]:
    """Return what each step answers to; steps that would take the place of another count as steps."""
    steps: list[PlainStep] = []
    for step in recipe.steps:
        steps.append(step)
        if step.when is not None and isinstance(step.when.otherwise, list):
            steps += step.when.otherwise
    return [_names_of(step.method, json.dumps(step.params)) for step in steps]


@lru_cache(maxsize=20_000)
def _names_of(name: str, params: str) -> frozenset[str]:
    try:
        method = find_method(name)
        given = method.params_type.model_validate_json(params)
    except (RunnerError, ValidationError):
        return frozenset({name})
    values = given.model_dump()
    names = {name, method.action}
    if values.get("steps", 0) or values.get("recovery_steps", 0):
        names.add("training")
    if (method.ends(given) or method.action == "quantization") and name not in MIXED:
        names.add(f"{bits_of(method.name, values):g}-bit")
    return frozenset(names)


def broken_rule(recipe: Recipe, rules: Rules) -> ErrorInfo | None:
    """Return which rule a recipe breaks; pins are wishes, which no recipe breaks."""
    if not rules.allowed and not rules.forbidden:
        return None
    for names in names_of(recipe):
        forbidden = names.intersection(rules.forbidden)
        if forbidden:
            return _broken(f"A person forbade {', '.join(sorted(forbidden))}.")
        if rules.allowed and names.isdisjoint(rules.allowed):
            return _broken(f"A person allowed only {', '.join(rules.allowed)}.")
    return None


def _broken(message: str) -> ErrorInfo:
    return ErrorInfo(code="method_forbidden", message=message, remedy="Choose other methods.", field="recipe")


def pins_held(recipe: Recipe, rules: Rules) -> int:
    """Return how many of the pinned names a recipe's steps answer to."""
    return len(set(rules.pinned) & frozenset().union(*names_of(recipe)))


def unknown_names(rules: Rules) -> list[ErrorInfo]:
    """Return a problem for each name that no step could answer to."""
    return [
        ErrorInfo(
            code="unknown_method",
            message=f"There is no method or kind of step '{name}'.",
            remedy=f"Choose from: {', '.join(KNOWN)}.",
            field=f"rules.{field}.{index}",
        )
        for field, names in rules.model_dump().items()
        for index, name in enumerate(names)
        if name not in KNOWN
    ]
