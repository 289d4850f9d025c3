"""What the runner can do and what a job would take: methods, runtimes, templates, checks, estimates."""

from __future__ import annotations

from fastapi import APIRouter

from pareto_runner.api.validate import validate
from pareto_runner.device import find_device
from pareto_runner.estimates.history import estimate_errors
from pareto_runner.estimates.model import estimate
from pareto_runner.methods import METHODS
from pareto_runner.models.hub import HubAccess
from pareto_runner.recipes.templates import TEMPLATES
from pareto_runner.runtimes import RUNTIMES
from pareto_runner.schemas import (
    EstimateErrors,
    EstimateReply,
    EstimateRequest,
    InspectRequest,
    MethodInfo,
    ModelFacts,
    Recipe,
    RuntimeInfo,
    TemplateInfo,
    ValidateReply,
    ValidateRequest,
)
from pareto_runner.settings import Settings
from pareto_runner.validation import check_recipe, raise_first


def make_lab_router(settings: Settings, hub: HubAccess) -> APIRouter:
    """Make the router."""
    router = APIRouter(tags=["models"])

    @router.get("/methods")
    def get_methods() -> list[MethodInfo]:
        """List the compression methods with their parameters' schemas; also those that cannot run here, and why."""
        return [method.info() for method in METHODS]

    @router.get("/runtimes")
    def get_runtimes() -> list[RuntimeInfo]:
        """List the ways to run a model; also those that cannot be used here, and why."""
        return [runtime.info() for runtime in RUNTIMES]

    @router.get("/templates")
    def get_templates() -> list[TemplateInfo]:
        """List the ready-made recipes."""
        return list(TEMPLATES)

    @router.post("/models/inspect")
    def inspect(body: InspectRequest) -> ModelFacts:
        """Read a model's facts from its config and the safetensors headers; loads no weights."""
        return hub.inspect(body.model)

    @router.post("/validate")
    def validate_job(body: ValidateRequest) -> ValidateReply:
        """Check a job's inputs before any time is spent."""
        return validate(body, settings, hub)

    @router.post("/estimate")
    def estimate_job(body: EstimateRequest) -> EstimateReply:
        """Estimate memory, disk, time and size of a job, and say whether it fits."""
        facts, recipe = hub.inspect(body.model), body.recipe or Recipe()
        raise_first(check_recipe(recipe, facts))
        return estimate(facts, recipe, find_device(), body.benchmarks)

    @router.get("/estimate/errors")
    def get_estimate_errors() -> EstimateErrors:
        """Say how far the estimates of past jobs were from the facts."""
        return estimate_errors()

    return router
