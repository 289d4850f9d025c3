"""`POST /validate`: everything that can be wrong with a job's inputs, found without spending time on them."""

from __future__ import annotations

from pareto_runner.benchmarks import resolve_benchmarks
from pareto_runner.device import find_device
from pareto_runner.errors import RunnerError
from pareto_runner.estimates.model import estimate
from pareto_runner.models.hub import HubAccess
from pareto_runner.schemas import ErrorInfo, ModelFacts, ValidateReply, ValidateRequest
from pareto_runner.search.rules import broken_rule, unknown_names
from pareto_runner.settings import Settings
from pareto_runner.validation import check_disk, check_recipe


def validate(request: ValidateRequest, settings: Settings, hub: HubAccess) -> ValidateReply:
    """Return all problems at once, each with its field."""
    problems: list[ErrorInfo] = []
    facts: ModelFacts | None = None
    try:
        facts = hub.inspect(request.model)
        problems += check_disk(settings.data_dir, facts.size_gb)
    except RunnerError as error:
        problems.append(error.to_info().model_copy(update={"field": "model"}))
    if request.recipe is not None:
        found = check_recipe(request.recipe, facts)
        if facts is not None and not found:
            found = [p for p in estimate(facts, request.recipe, find_device()).problems if p.code == "does_not_fit"]
        broken = broken_rule(request.recipe, request.rules)
        problems += found or ([broken] if broken else [])
    problems += unknown_names(request.rules)
    for index, name in enumerate(request.benchmarks or []):
        try:
            resolve_benchmarks([name], may_fetch=True)
        except RunnerError as error:
            problems.append(error.to_info().model_copy(update={"field": f"benchmarks.{index}"}))
    if request.benchmarks is not None and not request.benchmarks:
        problems.append(
            ErrorInfo(
                code="no_benchmarks",
                message="No benchmark is chosen.",
                remedy="Choose at least one of /benchmarks.",
                field="benchmarks",
            )
        )
    return ValidateReply(problems=problems, facts=facts)
