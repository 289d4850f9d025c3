"""Recipes: the ordered steps that make an artifact."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from pareto_runner.schemas.wire import Wire


class PlainStep(Wire):
    """A method of `/methods` and its parameters, valid against that method's schema."""

    method: str
    params: dict[str, Any] = Field(default_factory=dict)


class Condition(Wire):
    """When a step is taken: `figure`, measured on the model as it is before the step, lies below or above `value`.

    All figures are ratios to the uncompressed model, 1.0 where nothing has changed. Where the condition does not
    hold the step is skipped, the recipe stops with what there is, or other steps are taken in its place.
    """

    figure: Literal["perplexity_ratio", "parameters_ratio", "latency_ratio"]
    op: Literal["below", "above"]
    value: float = Field(gt=0)
    otherwise: Literal["skip", "stop"] | Annotated[list[PlainStep], Field(min_length=1, max_length=8)] = "skip"


class RecipeStep(PlainStep):
    """One step of a recipe, taken always or under a condition."""

    when: Condition | None = None


class Recipe(Wire):
    """The ordered, versioned list of steps that makes an artifact, and the runtime it is run in.

    No steps means the uncompressed model.
    """

    version: Literal[1] = 1
    steps: list[RecipeStep] = Field(default_factory=list, max_length=8)
    runtime: str = "transformers"


class Rules(Wire):
    """What recipes may be made of. A name is a method, an action, `training`, or a width such as `4-bit`."""

    allowed: list[str] = Field(
        default_factory=list, max_length=100, description="where not empty, every step answers to one of these"
    )
    forbidden: list[str] = Field(default_factory=list, max_length=100, description="no step answers to any of these")
    pinned: list[str] = Field(
        default_factory=list, max_length=8, description="names that every candidate holds, where that is legal"
    )
