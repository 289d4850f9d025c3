"""Everything the runner says and hears, as Pydantic models.

These models are the source of the wire types: `openapi.json` is generated from them and the web app's
TypeScript types from that. Units stand in the names; times are ISO 8601 in UTC.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Base of all wire models: an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


# ---------------------------------------------------------------- errors


class ErrorInfo(Wire):
    """A typed error. `code` is stable, `message` says what happened and why, `remedy` what to do."""

    code: str
    message: str
    remedy: str = ""
    field: str | None = None
    retryable: bool = False
    details: dict[str, Any] = Field(default_factory=dict)


class ErrorReply(Wire):
    """The body of every reply with a status of 400 or more."""

    error: ErrorInfo
    request_id: str


# ---------------------------------------------------------------- recipes


class RecipeStep(Wire):
    """One step of a recipe: a method of `/methods` and its parameters, valid against that method's schema."""

    method: str
    params: dict[str, Any] = Field(default_factory=dict)


class Recipe(Wire):
    """The ordered, versioned list of steps that makes an artifact, and the runtime it is run in.

    No steps means the uncompressed model.
    """

    version: Literal[1] = 1
    steps: list[RecipeStep] = Field(default_factory=list, max_length=8)
    runtime: str = "transformers"


# ---------------------------------------------------------------- models


class InspectRequest(Wire):
    """Which model to look at: `pocket`, a local path, or a hub id (`owner/name`, optionally `@revision`)."""

    model: str = Field(min_length=1, max_length=500)


class ModelFacts(Wire):
    """What is known of a model from its own files (config.json and the safetensors header), before it is loaded."""

    model: str
    source: Literal["pocket", "path", "hub"]
    revision: str = Field(description="commit on the hub, or content hash of the files")
    architecture: str
    family: str
    parameters: int
    size_gb: float = Field(description="bytes of the weights on disk / 1e9")
    layers: int
    hidden_size: int
    intermediate_size: int
    heads: int
    kv_heads: int
    vocabulary: int
    context: int
    dtype: str
    license: str | None = None
    linear_in_features: list[int] = Field(
        default_factory=list, description="distinct input widths of the layers that quantization touches"
    )


class ValidateRequest(Wire):
    """A job's inputs, checked before any time is spent."""

    model: str
    recipe: Recipe | None = None
    benchmarks: list[str] | None = None


class ValidateReply(Wire):
    """`problems` is empty when the job may start; each names its field, e.g. `recipe.steps.0.params.group_size`."""

    problems: list[ErrorInfo]
    facts: ModelFacts | None = None


# ---------------------------------------------------------------- methods and benchmarks


class Availability(Wire):
    """Whether something can run here and, if not, why and how to enable it."""

    available: bool
    reason: str = ""
    remedy: str = ""


class MethodInfo(Wire):
    """One compression method as listed by `/methods`."""

    name: str
    title: str
    action: Literal["quantization", "pruning", "lora", "qlora", "asvd", "distillation"]
    summary: str
    source: str = Field(description="paper or library")
    saves: str = Field(description="what it really saves, and where")
    params_schema: dict[str, Any] = Field(description="JSON Schema of the parameters")
    runtimes: list[str]
    needs_calibration: bool
    availability: Availability


class BenchmarkInfo(Wire):
    """One benchmark as listed by `/benchmarks`."""

    name: str
    title: str
    like: str = Field(description="the well-known benchmark in whose style it is, or its own name")
    metric: str
    unit: str
    direction: Literal["max", "min"]
    chance: float | None
    items: int
    version: str
    availability: Availability


# ---------------------------------------------------------------- jobs


class CompressParams(Wire):
    """Make an artifact: load `model`, apply the recipe's steps in order, write it, re-load it and generate once."""

    model: str
    recipe: Recipe
    seed: int = 0


class EvaluateParams(Wire):
    """Measure an artifact. `artifact` is its content hash; None measures the uncompressed model itself."""

    model: str
    artifact: str | None = None
    runtime: str = "transformers"
    benchmarks: list[str] = Field(min_length=1)
    limit: int | None = Field(default=None, ge=1, description="items per benchmark; None means all")
    seed: int = 0
    region: str = Field(default="WORLD", description="grid region of the CO2 factor")


class CompressJob(Wire):
    """Body of a job that makes an artifact."""

    kind: Literal["compress"] = "compress"
    params: CompressParams


class EvaluateJob(Wire):
    """Body of a job that measures one."""

    kind: Literal["evaluate"] = "evaluate"
    params: EvaluateParams


JobBody = Annotated[CompressJob | EvaluateJob, Field(discriminator="kind")]


class JobRequest(Wire):
    """`POST /jobs`. The same key always names the same job: a second request returns the first one.

    A job that ended as `interrupted` (the runner was killed under it) is started again by the same request.
    """

    key: str = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9:._-]+$")
    job: JobBody
    time_limit_s: int = Field(default=3600, ge=1, le=86_400)
    callback_url: str | None = Field(
        default=None, description="POSTed, signed, with the JobView once the job has ended"
    )


class JobState(str, Enum):
    """queued → running → succeeded | failed | cancelled; interrupted when the runner died under it."""

    queued = "queued"
    running = "running"
    succeeded = "succeeded"
    failed = "failed"
    cancelled = "cancelled"
    interrupted = "interrupted"


class Progress(Wire):
    """Where a running job is. `fraction` is 0 to 1 over the whole job, `eta_s` the estimated seconds left."""

    stage: str = ""
    message: str = ""
    fraction: float = 0.0
    eta_s: float | None = None


class Artifact(Wire):
    """A loadable model on disk, named by the hash of its content; lies under `<data>/artifacts/<hash>/`."""

    hash: str
    path: str = Field(description="relative to the runner's data folder")
    size_bytes: int = Field(description="bytes of the weight files")
    format: str = Field(description="e.g. safetensors, compressed-tensors, bitsandbytes")
    labels: list[str] = Field(default_factory=list, description='e.g. "stored packed, computed dense"')


class CompressResult(Wire):
    """Outcome of a compress job."""

    kind: Literal["compress"] = "compress"
    artifact: Artifact
    parameters: int
    seconds: dict[str, float] = Field(description="per phase: load, <method>, save, verify")
    notes: list[str] = Field(default_factory=list)
    versions: dict[str, str]


class Figure(Wire):
    """One measured figure. `low`..`high` is a 95 % interval of `value`; `spread` says of what the interval is made."""

    value: float
    low: float
    high: float
    n: int
    unit: str
    spread: str
    extra: dict[str, Any] = Field(
        default_factory=dict, description="figures beside it: p95, time to first token, energy, region, factor …"
    )


class BenchmarkScore(Wire):
    """Score of one benchmark. `items` holds one score per item in the benchmark's order, for paired deltas."""

    name: str
    metric: str
    version: str
    score: Figure
    items: list[float] = Field(default_factory=list)


class EvaluateResult(Wire):
    """Outcome of an evaluate job: the five objectives of one artifact, each measured in a fresh process."""

    kind: Literal["evaluate"] = "evaluate"
    artifact: str | None
    runtime: str
    accuracy: Figure
    latency_ms: Figure
    memory_gb: Figure
    model_size_gb: Figure
    co2_grams: Figure
    perplexity: Figure
    benchmarks: list[BenchmarkScore]
    device: str
    seed: int
    versions: dict[str, str]
    labels: list[str]
    seconds: dict[str, float]


JobResult = Annotated[CompressResult | EvaluateResult, Field(discriminator="kind")]


class JobView(Wire):
    """A job as it is seen from outside."""

    id: str
    key: str
    kind: Literal["compress", "evaluate"]
    state: JobState
    attempt: int
    progress: Progress
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    heartbeat_at: str | None = None
    request_id: str = ""
    result: JobResult | None = None
    error: ErrorInfo | None = None


# ---------------------------------------------------------------- health


class GpuInfo(Wire):
    """One CUDA device."""

    index: int
    name: str
    memory_total_gb: float
    memory_used_gb: float
    memory_utilization: float
    compute_capability: str


class GpuReply(Wire):
    """`GET /gpu`."""

    available: bool
    gpus: list[GpuInfo]


class Health(Wire):
    """`GET /health`. `ready` turns true when the libraries are loaded and jobs start without delay."""

    status: Literal["ok"] = "ok"
    ready: bool
    version: str
    device: str
    cpu_count: int
    memory_total_gb: float
    memory_available_gb: float
    disk_free_gb: float
    jobs_queued: int
    jobs_running: int
    versions: dict[str, str]
