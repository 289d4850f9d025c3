"""Checking a job's inputs before any time is spent on it; nothing is loaded."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pareto_runner.errors import RunnerError
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Method
from pareto_runner.recipes.paths import Way, list_ways
from pareto_runner.runtimes import find_runtime
from pareto_runner.schemas import ErrorInfo, ModelFacts, Recipe, RecipeStep

SPARE_BYTES = 500_000_000
COPIES = 3
"""Room for the artifact, one dense copy between steps, and the temporary folder."""


def check_recipe(recipe: Recipe, facts: ModelFacts | None) -> list[ErrorInfo]:
    """Return what speaks against a recipe, whichever way its conditions send it.

    Fields are as in `recipe.steps.0.params.group_size`.
    """
    problems: list[ErrorInfo] = []
    _add_new(problems, check_runtime(recipe, facts))
    if facts is not None and recipe.steps and is_packed(facts):
        problems.append(
            ErrorInfo(
                code="already_compressed",
                message=f"The model's weights are already packed ({facts.dtype}), so no step can change them.",
                remedy="Start from the model with its original weights.",
                field="model",
            )
        )
        facts = None
    for way in list_ways(recipe):
        _add_new(problems, _check_way(way, recipe.runtime, facts))
    return problems


def _add_new(problems: list[ErrorInfo], found: list[ErrorInfo]) -> None:
    """Add what is not known yet; ways share most of their steps and so their problems."""
    for problem in found:
        if not any((known.code, known.field) == (problem.code, problem.field) for known in problems):
            problems.append(problem)


def check_runtime(recipe: Recipe, facts: ModelFacts | None) -> list[ErrorInfo]:
    """Return what speaks against the recipe's runtime: unknown, not here, or unable to hold what comes out."""
    try:
        runtime = find_runtime(recipe.runtime)
    except RunnerError as error:
        return [_at(error.to_info(), "recipe.runtime")]
    availability = runtime.availability()
    if not availability.available:
        return [
            ErrorInfo(
                code="runtime_unavailable",
                message=f"{runtime.title} cannot run here: {availability.reason}",
                remedy=availability.remedy,
                field="recipe.runtime",
            )
        ]
    if facts is None:
        return []
    problems = []
    for way in list_ways(recipe):
        taken = [RecipeStep(method=step.method, params=step.params) for _, step in way]
        # A way may have more steps than a recipe, by those that stand in for others.
        plain = Recipe.model_construct(steps=taken, runtime=recipe.runtime)
        problems += [_at(problem, _place(problem.field, way)) for problem in runtime.check(facts, plain)]
    return problems


def _place(field: str | None, way: Way) -> str:
    """Return a field that is numbered along a way as it is numbered in the recipe."""
    found = re.match(r"recipe\.steps\.(\d+)(.*)", field or "")
    return f"{way[int(found[1])][0]}{found[2]}" if found else field or "recipe.runtime"


def _check_way(way: Way, runtime: str, facts: ModelFacts | None) -> list[ErrorInfo]:
    problems: list[ErrorInfo] = []
    ended_by: Method | None = None
    for field, step in way:
        try:
            method = find_method(step.method)
        except RunnerError as error:
            problems.append(_at(error.to_info(), f"{field}.method"))
            facts = None
            continue
        problems += _check_place(method, ended_by, field)
        if facts is not None and method.families and facts.family not in method.families:
            problems.append(_unknown_family(method, facts, field))
            facts = None
        try:
            params = method.params_type.model_validate(step.params)
        except ValidationError as error:
            problems += explain_validation(error, f"{field}.params")
            ended_by = ended_by or (method if method.final else None)
            facts = None
            continue
        problems += _check_outcome(method, params, runtime)
        ended_by = ended_by or (method if method.ends(params) else None)
        if facts is not None:
            found = method.check(facts, params)
            problems += [
                _at(problem, f"{field}.params.{problem.field}" if problem.field else f"{field}.method")
                for problem in found
            ]
            facts = method.shape_after(facts, params) if not found else None
    return problems


def is_packed(facts: ModelFacts) -> bool:
    """Tell whether a model was quantized before; its `dtype` then names the format."""
    return facts.dtype not in ("bfloat16", "float16", "float32", "unknown")


def check_disk(folder: Path, size_gb: float) -> list[ErrorInfo]:
    """Return a problem when the disk has no room for the job."""
    while not folder.exists():
        folder = folder.parent
    free, needed = shutil.disk_usage(folder).free, int(COPIES * size_gb * 1e9) + SPARE_BYTES
    if free >= needed:
        return []
    return [
        ErrorInfo(
            code="disk_full",
            message=f"The job needs {needed / 1e9:.1f} GB of disk and {free / 1e9:.1f} GB are free.",
            remedy="Free space in the data folder, for example by removing old artifacts.",
            retryable=True,
            details={"free_bytes": free, "needed_bytes": needed},
        )
    ]


def explain_validation(error: ValidationError, prefix: str) -> list[ErrorInfo]:
    """Turn Pydantic's errors into ours."""
    return [
        ErrorInfo(
            code="invalid_params",
            message=f"{'.'.join(map(str, item['loc'])) or 'The parameters'}: {item['msg']}.",
            remedy="See the method's params_schema in /methods.",
            field=".".join([prefix, *map(str, item["loc"])]),
            details={"given": _short(item.get("input"))},
        )
        for item in error.errors(include_url=False)
    ]


def raise_first(problems: list[ErrorInfo]) -> None:
    """Raise the first problem as an error, with the number of the others."""
    if problems:
        first = problems[0].model_copy(deep=True)
        if len(problems) > 1:
            first.details["more_problems"] = [problem.model_dump(mode="json") for problem in problems[1:]]
        raise RunnerError.from_info(first)


def _unknown_family(method: Method, facts: ModelFacts, field: str) -> ErrorInfo:
    return ErrorInfo(
        code="family_unsupported",
        message=f"{method.title} does not know the structure of models of the family '{facts.family}'.",
        remedy=f"It knows: {', '.join(method.families)}.",
        field=f"{field}.method",
    )


def _check_place(method: Method, ended_by: Method | None, field: str) -> list[ErrorInfo]:
    problems = []
    availability = method.availability()
    if not availability.available:
        problems.append(
            ErrorInfo(
                code="method_unavailable",
                message=f"{method.title} cannot run here: {availability.reason}",
                remedy=availability.remedy,
                field=f"{field}.method",
            )
        )
    if ended_by is not None:
        problems.append(
            ErrorInfo(
                code="step_after_packed",
                message=f"{method.title} cannot follow {ended_by.title}, which packs the weights.",
                remedy=f"Put {ended_by.title} last.",
                field=f"{field}.method",
            )
        )
    return problems


def _check_outcome(method: Method, params: Any, runtime: str) -> list[ErrorInfo]:
    runtimes = method.runtimes_of(params)
    if runtime in runtimes:
        return []
    return [
        ErrorInfo(
            code="runtime_unsupported",
            message=f"What {method.title} writes is not loaded by the runtime '{runtime}'.",
            remedy=f"Use one of: {', '.join(runtimes)}.",
            field="recipe.runtime",
        )
    ]


def _at(problem: ErrorInfo, field: str) -> ErrorInfo:
    return problem.model_copy(update={"field": field})


def _short(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | None) else str(value)[:200]
