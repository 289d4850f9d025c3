"""One method on one family through the real compress job, with the smallest parameters that still do everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.methods.base import Method
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import CompressParams, Recipe
from pareto_runner.validation import check_recipe

SMALL: dict[str, Any] = {"calibration_samples": 8, "group_size": 32, "iters": 1, "steps": 2, "keep_layers": 1}
RATIOS: dict[str, dict[str, Any]] = {"depth": {"ratio": 0.5}}
"""The tiny models have two blocks, so a default share of one in four would remove none."""


@dataclass(frozen=True)
class Outcome:
    """What became of it: made, refused before time was spent, not available here, or failed, and why."""

    status: Literal["made", "refused", "unavailable", "failed"]
    reason: str = ""


def run_on_family(method: Method, folder: Path, context: JobContext) -> Outcome:
    """Compress the model in `folder` by one step; every artifact is re-loaded and generates in a fresh process."""
    availability = method.availability()
    if not availability.available:
        return Outcome("unavailable", availability.reason)
    known = method.params_type.model_fields
    params = {name: value for name, value in SMALL.items() if name in known} | RATIOS.get(method.name, {})
    recipe = Recipe.model_validate({"steps": [{"method": method.name, "params": params}]})
    if problems := check_recipe(recipe, inspect_model(str(folder))):
        return Outcome("refused", problems[0].message)
    try:
        compress(CompressParams(model=str(folder), recipe=recipe), context)
    except RunnerError as error:
        return Outcome("failed", f"{error.code}: {error.message}")
    return Outcome("made")
