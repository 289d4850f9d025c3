"""What comes of jobs: artifacts and figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from pareto_runner.schemas.estimates import EstimateCheck
from pareto_runner.schemas.wire import Wire


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
