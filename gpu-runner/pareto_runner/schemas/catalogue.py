"""What there is to choose from: models, methods, runtimes, templates and benchmarks."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.schemas.recipes import Recipe, Rules
from pareto_runner.schemas.wire import ErrorInfo, Wire


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
    rules: Rules = Field(default_factory=Rules, description="of the experiment; the recipe must keep them")


class ValidateReply(Wire):
    """`problems` is empty when the job may start; each names its field, e.g. `recipe.steps.0.params.group_size`."""

    problems: list[ErrorInfo]
    facts: ModelFacts | None = None


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
