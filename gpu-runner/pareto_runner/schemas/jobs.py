"""Jobs as they are asked for, and as they are seen from outside."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from pareto_runner.schemas.recipes import Recipe
from pareto_runner.schemas.results import JobResult
from pareto_runner.schemas.wire import ErrorInfo, Wire


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


class LogLine(Wire):
    """One line of a job's log; `level` is info, warning, error, output (what a library printed) or state."""

    at: str
    level: str
    stage: str = ""
    message: str


class LogPage(Wire):
    """A part of a job's log. `next` is where to go on; nothing is left out between two pages."""

    lines: list[LogLine]
    next: int
    more: bool = Field(description="further lines are there already")
    ended: bool = Field(description="the job has ended, so none will be added")
    kept: bool = Field(description="false where the log of an old job was removed to free the disk")
