"""Applying a recipe's steps in order, with the conditions between them."""

from __future__ import annotations

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Work
from pareto_runner.recipes.fingerprint import fingerprint
from pareto_runner.recipes.probe import probe
from pareto_runner.schemas import Condition, PlainStep, Recipe, StepOutcome

STEPS_FROM, STEPS_TO = 0.1, 0.7
UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)


def apply_recipe(recipe: Recipe, work: Work) -> list[StepOutcome]:
    """Apply the steps to the model; return what became of each, those taken in another's place included.

    Raises:
        RunnerError: of a step; `method_failed` for what its library throws, `nothing_changed` when the weights
            are the same after a step, `artifact_unloadable` never (that is found on re-load).
    """
    outcomes: list[StepOutcome] = []
    width = (STEPS_TO - STEPS_FROM) / max(1, len(recipe.steps))
    for index, step in enumerate(recipe.steps):
        field, start = f"recipe.steps.{index}", STEPS_FROM + index * width
        if step.when is None:
            outcomes.append(_take(step, field, work, start, width))
            continue
        work.place_step("condition", start, width)
        work.report(0.0, f"measuring {step.when.figure} before {step.method}")
        with work.context.phase("conditions", start):
            figure = probe(work, step.when.figure)
        reason = _describe(step.when, figure)
        if holds(step.when, figure):
            outcome = _take(step, field, work, start, width)
            outcomes.append(outcome.model_copy(update={"reason": reason, "figure": figure}))
            continue
        outcomes.append(StepOutcome(method=step.method, taken=False, reason=reason, figure=figure))
        if step.when.otherwise == "stop":
            outcomes += [
                StepOutcome(method=later.method, taken=False, reason="the recipe stopped before it")
                for later in recipe.steps[index + 1 :]
            ]
            break
        if step.when.otherwise != "skip":
            others = step.when.otherwise
            for number, other in enumerate(others):
                place = f"{field}.when.otherwise.{number}"
                outcome = _take(other, place, work, start + number * width / len(others), width / len(others))
                outcomes.append(outcome.model_copy(update={"reason": f"in place of {step.method}"}))
    return outcomes


def holds(condition: Condition, figure: float) -> bool:
    """Tell whether a condition is met; a figure that is exactly the value is neither below nor above."""
    return figure < condition.value if condition.op == "below" else figure > condition.value


def _describe(condition: Condition, figure: float) -> str:
    return f"{condition.figure} is {figure:.4g}, asked for {condition.op} {condition.value:g}"


def _take(step: PlainStep, field: str, work: Work, start: float, width: float) -> StepOutcome:
    method = find_method(step.method)
    work.place_step(method.name, start, width)
    params = method.params_type.model_validate(step.params)
    before = fingerprint(work.model) if work.is_loaded else None
    with work.context.phase(method.name, start, method.title):
        if method.ends(params) and work.is_loaded:
            work.parameters = int(work.model.num_parameters())
        try:
            method.apply(work, params)
        except UNFORESEEN as error:
            if as_runner_error(error).code in ("out_of_memory", "disk_full"):
                raise
            raise RunnerError(
                "method_failed",
                f"{method.title} stopped with {type(error).__name__}: {str(error)[:300]}",
                "Try other parameters; the job's log has the details.",
                field=field,
                details={"method": method.name},
            ) from error
    if before is not None and work.is_loaded and before == fingerprint(work.model):
        raise nothing_changed(method.title, field)
    return StepOutcome(method=step.method, taken=True)


def nothing_changed(title: str, field: str) -> RunnerError:
    """Return the error of a step that left every weight as it was, which must not look like a success."""
    return RunnerError(
        "nothing_changed",
        f"{title} left every weight as it was: it found nothing in this model that it can change.",
        "Choose another method for this model, or stronger parameters.",
        field=field,
    )
