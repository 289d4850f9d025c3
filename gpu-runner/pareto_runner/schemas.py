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
    families: list[str] = Field(default_factory=list, description="model families it knows; empty means all")
    packs: bool = Field(default=False, description="it packs the weights, so no step can follow it")
    needs_calibration: bool
    availability: Availability


class RuntimeInfo(Wire):
    """One way to run a model, as listed by `/runtimes`."""

    name: str
    title: str
    summary: str
    source: str
    formats: list[str] = Field(description="formats of weights that it loads")
    devices: list[Literal["cpu", "cuda"]]
    availability: Availability


class TemplateInfo(Wire):
    """A ready-made recipe, as listed by `/templates`."""

    name: str
    title: str
    summary: str
    recipe: Recipe
    mode: Literal["full", "proxy"] = "full"


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
    source: Literal["pocket", "hub", "own"] = "hub"
    availability: Availability


class BenchmarkUpload(Wire):
    """A benchmark of the user's own: items as JSON lines, or an lm-eval task as YAML with its items inside."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    title: str = Field(default="", max_length=120)
    format: Literal["jsonl", "yaml"]
    content: str = Field(min_length=1, max_length=5_000_000)


# ---------------------------------------------------------------- estimates


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


# ---------------------------------------------------------------- jobs


class CompressParams(Wire):
    """Make an artifact: load `model`, apply the recipe's steps in order, write it, re-load it and generate once."""

    model: str
    recipe: Recipe
    seed: int = 0


class Rival(Wire):
    """A solution that is measured already. Its answers are stored with the runner, its costs come with it."""

    artifact: str | None
    runtime: str
    latency_ms: float
    memory_gb: float
    model_size_gb: float
    co2_grams: float


class Race(Wire):
    """Stop scoring a candidate that is surely worse: than the floor, or than a rival that costs no more than it.

    `alpha` bounds the chance of dropping, over all looks at the answers together, a candidate that should be kept.
    With `stop_kept` one that lies more than 1.5 points below the line is kept with a chance of at most 0.2. Only those
    whose answers to all items are stored are raced against.
    """

    floor: float | None = Field(default=None, ge=0, le=1, description="largest loss of accuracy against the baseline")
    rivals: list[Rival] = Field(default_factory=list, max_length=100)
    tolerance: float = Field(default=0.01, ge=0, le=1, description="loss against a rival that still counts as equal")
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    stop_kept: bool = Field(
        default=False, description="also stop where the candidate is very likely kept; its accuracy stays rough"
    )


class EvaluateParams(Wire):
    """Measure an artifact. `artifact` is its content hash; None measures the uncompressed model itself."""

    model: str
    artifact: str | None = None
    runtime: str = "transformers"
    benchmarks: list[str] = Field(min_length=1)
    limit: int | None = Field(default=None, ge=1, description="items per benchmark; None means all")
    mode: Literal["full", "proxy"] = Field(default="full", description="proxy: a tenth of the items, stratified")
    race: Race | None = Field(default=None, description="stop the scoring early where the outcome is sure")
    perplexity_text: str | None = Field(default=None, max_length=500_000, description="None: the built-in text")
    seed: int = 0
    region: str = Field(default="WORLD", description="grid region of the CO2 factor")


class ExportParams(Wire):
    """Write an artifact (or, with None, the uncompressed model) in another format, as an artifact of its own."""

    model: str
    artifact: str | None = None
    format: Literal["gguf", "onnx", "openvino", "safetensors"]


class PushParams(Wire):
    """Upload an artifact with its model card to the hub; needs HF_TOKEN in the runner's environment."""

    artifact: str
    repo: str = Field(pattern=r"^[\w.-]+/[\w.-]+$", max_length=200)
    private: bool = True


class Bundle(Wire):
    """All that another machine needs to make an artifact again and compare."""

    version: Literal[1] = 1
    model: str
    revision: str
    recipe: Recipe
    seed: int
    artifact: str
    weight_files: dict[str, str] = Field(description="SHA-256 by path")
    versions: dict[str, str]


class ReproduceParams(Wire):
    """Make the artifact of a bundle again and compare it with what the bundle says."""

    bundle: Bundle


class GenerateParams(Wire):
    """Continue a prompt with an artifact, or with the uncompressed model: for a person to read."""

    model: str
    artifact: str | None = Field(default=None, description="hash; null is the uncompressed model")
    runtime: str = "transformers"
    prompt: str = Field(min_length=1, max_length=8000)
    max_tokens: int = Field(default=64, ge=1, le=512)


class CompressJob(Wire):
    """Body of a job that makes an artifact."""

    kind: Literal["compress"] = "compress"
    params: CompressParams


class EvaluateJob(Wire):
    """Body of a job that measures one."""

    kind: Literal["evaluate"] = "evaluate"
    params: EvaluateParams


class ExportJob(Wire):
    """Body of a job that writes another format."""

    kind: Literal["export"] = "export"
    params: ExportParams


class PushJob(Wire):
    """Body of a job that uploads to the hub."""

    kind: Literal["push"] = "push"
    params: PushParams


class ReproduceJob(Wire):
    """Body of a job that makes an artifact again from its bundle."""

    kind: Literal["reproduce"] = "reproduce"
    params: ReproduceParams


class GenerateJob(Wire):
    """Body of a job that continues a prompt."""

    kind: Literal["generate"] = "generate"
    params: GenerateParams


JobBody = Annotated[
    CompressJob | EvaluateJob | ExportJob | PushJob | ReproduceJob | GenerateJob, Field(discriminator="kind")
]


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


class StepOutcome(Wire):
    """What became of one step of a recipe; `figure` is the condition's figure as it was measured."""

    method: str
    taken: bool
    reason: str = ""
    figure: float | None = None


class RuntimeLoad(Wire):
    """Whether an artifact was loaded and generated in a runtime, tried in a fresh process."""

    runtime: str
    loaded: bool
    reason: str = ""


class CompressResult(Wire):
    """Outcome of a compress job."""

    kind: Literal["compress"] = "compress"
    artifact: Artifact
    parameters: int
    seconds: dict[str, float] = Field(description="per phase: load, <method>, save, verify")
    notes: list[str] = Field(default_factory=list)
    versions: dict[str, str]
    steps: list[StepOutcome] = Field(default_factory=list)
    loads: list[RuntimeLoad] = Field(default_factory=list)
    estimate: EstimateCheck | None = None
    retries: list[str] = Field(default_factory=list, description="what was made smaller after memory ran out")


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
    item_ids: list[int] = Field(default_factory=list, description="the items' numbers; empty means all, in order")
    delta: Figure | None = Field(default=None, description="paired difference to the baseline, item by item")


class RuntimeReference(Wire):
    """The uncompressed model in the same runtime, measured in turns with the candidate.

    What lies between it and the baseline is the runtime's doing, what lies between it and the candidate the recipe's.
    """

    runtime: str
    dtype: str
    latency_ms: Figure
    memory_gb: Figure
    model_size_gb: Figure


class EarlyStop(Wire):
    """Why the scoring of a candidate ended before its last item; its accuracy then rests on the items used.

    `items_total` counts the items that would have been used: fewer than all with `limit` or in proxy mode.
    """

    reason: str
    decision: Literal["drop", "keep"] = "drop"
    against: str = Field(description='"floor" or the hash of the rival')
    items_used: int
    items_total: int
    alpha: float


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
    mode: Literal["full", "proxy"] = "full"
    accuracy_delta: Figure | None = Field(default=None, description="paired difference to the baseline")
    reference: RuntimeReference | None = None
    early_stop: EarlyStop | None = None
    device: str
    seed: int
    versions: dict[str, str]
    labels: list[str]
    seconds: dict[str, float]


class ExportResult(Wire):
    """Outcome of an export job."""

    kind: Literal["export"] = "export"
    artifact: Artifact
    notes: list[str] = Field(default_factory=list)
    loads: list[RuntimeLoad] = Field(default_factory=list)


class PushResult(Wire):
    """Outcome of a push job."""

    kind: Literal["push"] = "push"
    repo: str
    revision: str
    url: str


class GenerateResult(Wire):
    """What a model wrote, greedily: the likeliest token each time, so that two runs of one artifact agree."""

    kind: Literal["generate"] = "generate"
    text: str
    prompt_tokens: int
    new_tokens: int
    ended: bool = Field(description="it ended by itself, and not at the limit of tokens or of its context")
    seconds: float = Field(description="wall time of the generation, without loading; not a measurement")


class ReproduceResult(Wire):
    """Outcome of a reproduce job: the artifact as made here, and how it differs from the bundle's."""

    kind: Literal["reproduce"] = "reproduce"
    artifact: Artifact
    identical: bool
    differences: list[str]


JobResult = Annotated[
    CompressResult | EvaluateResult | ExportResult | PushResult | ReproduceResult | GenerateResult,
    Field(discriminator="kind"),
]


class JobEnergy(Wire):
    """What a job drew from its start to its end, see jobs/energy.py; `source` names what was read or estimated."""

    wh: float
    source: str


class JobView(Wire):
    """A job as it is seen from outside."""

    id: str
    key: str
    kind: Literal["compress", "evaluate", "export", "push", "reproduce", "generate"]
    state: JobState
    attempt: int
    progress: Progress
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    heartbeat_at: str | None = None
    request_id: str = ""
    energy: JobEnergy | None = Field(default=None, description="None until it has ended, or where it never ran")
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
