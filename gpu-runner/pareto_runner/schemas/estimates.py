"""What a job would take, and how far that was off."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pareto_runner.schemas.recipes import Recipe
from pareto_runner.schemas.wire import ErrorInfo, Wire


class Range(Wire):
    """An estimated figure: the truth is expected within `low`..`high` nine times in ten."""

    value: float
    low: float
    high: float


class EstimateRequest(Wire):
    """What a job would take. Without a recipe the uncompressed model; with benchmarks the evaluation too."""

    model: str = Field(min_length=1, max_length=500)
    recipe: Recipe | None = None
    benchmarks: list[str] | None = None


class EstimateReply(Wire):
    """Estimated needs of a job before it starts. `basis` says what the numbers rest on."""

    memory_gb: Range = Field(description="peak of the runner's memory, or of the GPU's")
    disk_gb: Range = Field(description="free disk needed while the job runs")
    seconds: Range
    artifact_gb: Range = Field(description="bytes of the artifact's weights / 1e9")
    fits: bool
    problems: list[ErrorInfo] = Field(default_factory=list)
    basis: str


class EstimateCheck(Wire):
    """An estimate beside the fact, written after each job."""

    estimate: EstimateReply
    memory_gb: float
    seconds: float
    artifact_gb: float


class EstimateError(Wire):
    """How far the estimates of one quantity were off, over the jobs that have ended."""

    quantity: Literal["memory_gb", "seconds", "artifact_gb"]
    jobs: int
    median_error: float = Field(description="median of |estimate - fact| / fact")
    within: float = Field(description="share of jobs whose fact lay in the given range; 0.9 is promised")


class EstimateErrors(Wire):
    """`GET /estimate/errors`: the estimator's own error, measured."""

    errors: list[EstimateError]
