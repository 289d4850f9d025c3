"""`POST /search`: from the request to the reply."""

from __future__ import annotations

import time
from collections.abc import Callable

from pareto_runner.device import find_device
from pareto_runner.errors import RunnerError
from pareto_runner.estimates.model import check_fit, most_memory_fits
from pareto_runner.schemas import ErrorInfo, ModelFacts, Recipe
from pareto_runner.search.pool import Pool, legal_pool
from pareto_runner.search.propose import propose
from pareto_runner.search.rules import broken_rule, pins_held, unknown_names
from pareto_runner.search.schemas import Figures, Proposal, SearchReply, SearchRequest
from pareto_runner.search.space import complete, key_of
from pareto_runner.search.state import make_state
from pareto_runner.search.strategies import find_strategy
from pareto_runner.validation import check_recipe


def answer(request: SearchRequest, facts: ModelFacts) -> SearchReply:
    """Rank what may come next.

    Raises:
        RunnerError: `unknown_strategy`, `unknown_method`, `invalid_baseline`.
    """
    start = time.monotonic()
    strategy = find_strategy(request.strategy)
    for problem in unknown_names(request.rules):
        raise RunnerError.from_info(problem)
    _check_baseline(request.baseline)
    pool, pins = _allowed(legal_pool(facts), request)
    state = make_state(
        pool, request.history, request.baseline, request.constraints, request.weights, request.memory, request.seed
    )
    offered = [complete(recipe) for recipe in request.proposals]
    problems = [_problems(recipe, facts, request, set(state.tried.keys)) for recipe in offered]
    good = [recipe for recipe, found in zip(offered, problems, strict=True) if not found]
    ranking = propose(state, strategy, request.count, good)
    placed = iter(ranking.proposals)
    return SearchReply(
        candidates=ranking.candidates,
        proposals=[
            Proposal(recipe=recipe, candidate=None if found else next(placed), problems=found)
            for recipe, found in zip(offered, problems, strict=True)
        ],
        pool=ranking.pool,
        pins=pins,
        stop=ranking.stop,
        seconds=round(time.monotonic() - start, 4),
    )


def _check_baseline(baseline: Figures) -> None:
    for name, value in baseline:
        if value <= 0:
            raise RunnerError(
                "invalid_baseline",
                f"The uncompressed model's {name} is {value}; every other figure is divided by it.",
                "Measure the uncompressed model again: each of its figures must be above zero.",
                field=f"baseline.{name}",
            )


def _allowed(pool: Pool, request: SearchRequest) -> tuple[Pool, int]:
    """Return the recipes that are not refused, break no rule, and hold most of what is pinned, and how much that is."""
    refused = {key_of(complete(recipe)) for recipe in request.refused}
    rules, fits = request.rules, _fitter(pool.facts)
    kept = [
        index
        for index, recipe in enumerate(pool.recipes)
        if pool.keys[index] not in refused and not broken_rule(recipe, rules) and fits(recipe)
    ]
    held = [pins_held(pool.recipes[index], rules) for index in kept]
    most = max(held, default=0)
    return pool.take([index for index, pins in zip(kept, held, strict=True) if pins == most]), most


def _fitter(facts: ModelFacts) -> Callable[[Recipe], bool]:
    """Return a test of whether a recipe's job fits this machine; one by one only where not all surely do."""
    device = find_device()
    if most_memory_fits(facts, device):
        return lambda recipe: True
    return lambda recipe: not check_fit(facts, recipe, device)


def _problems(recipe: Recipe, facts: ModelFacts, request: SearchRequest, tried: set[str]) -> list[ErrorInfo]:
    """Return why a proposed recipe cannot come next."""
    found = check_recipe(recipe, facts)
    if found:
        return found
    key = key_of(recipe)
    broken = broken_rule(recipe, request.rules)
    if not recipe.steps and recipe.runtime == "transformers":
        return [_problem("nothing_to_make", "The uncompressed model is measured already.", "Add a step.")]
    if broken:
        return [broken]
    if key in tried:
        return [_problem("already_tried", "This recipe was tried in this experiment.", "Choose another recipe.")]
    if any(key == key_of(complete(refused)) for refused in request.refused):
        return [_problem("refused", "This recipe was refused in this experiment.", "Choose another recipe.")]
    return [] if _fitter(facts)(recipe) else check_fit(facts, recipe, find_device())


def _problem(code: str, message: str, remedy: str) -> ErrorInfo:
    return ErrorInfo(code=code, message=message, remedy=remedy, field="recipe")
