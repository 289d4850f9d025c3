"""What a search is asked and what it answers. Figures are in the objectives' units, ratios are to the baseline's."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, FiniteFloat

from pareto_runner.schemas import Availability, ErrorInfo, Recipe, Rules, Wire

Objective = Literal["accuracy", "latency_ms", "memory_gb", "model_size_gb", "co2_grams"]


class Figures(Wire):
    """One value for each objective."""

    accuracy: FiniteFloat
    latency_ms: FiniteFloat
    memory_gb: FiniteFloat
    model_size_gb: FiniteFloat
    co2_grams: FiniteFloat


class Observation(Wire):
    """One recipe of this experiment and what came of it; where `partial` its scoring ended early: a rough accuracy."""

    recipe: Recipe
    figures: Figures | None = None
    spread: Figures | None = Field(default=None, description="half of the 95 % interval")
    error: str | None = None
    partial: bool = False


class Experience(Wire):
    """What a recipe came to in another experiment, in ratios to that experiment's baseline."""

    recipe: Recipe
    ratios: Figures
    spread: Figures | None = Field(default=None, description="half of the 95 % interval, as a ratio")
    similarity: float = Field(ge=0, le=1)
    source: str = Field(max_length=500)


class Constraint(Wire):
    """A bound: accuracy at least, a cost at most. With `relative` it is a ratio to the baseline's figure.

    An accuracy loss of at most 2 % is `{accuracy, 0.98, relative}`, memory of at most 8 GB `{memory_gb, 8}`.
    """

    objective: Objective
    bound: float = Field(gt=0)
    relative: bool = False


class SearchRequest(Wire):
    """`POST /search`: what is known, and how many candidates are wanted. Nothing is kept between requests."""

    model: str = Field(min_length=1, max_length=500)
    strategy: str = "hybrid"
    history: list[Observation] = Field(
        default_factory=list, max_length=2_000, description="this experiment in order, without the baseline"
    )
    baseline: Figures
    constraints: list[Constraint] = Field(default_factory=list, max_length=20)
    weights: dict[Objective, float] = Field(default_factory=dict, description="the goal's; a missing one is 1")
    memory: list[Experience] = Field(
        default_factory=list, max_length=2_000, description="other experiments' outcomes, the most similar first"
    )
    rules: Rules = Field(default_factory=Rules)
    refused: list[Recipe] = Field(default_factory=list, max_length=2_000, description="never propose these")
    proposals: list[Recipe] = Field(
        default_factory=list, max_length=20, description="of a language model or a person; ranked with the rest"
    )
    count: int = Field(default=8, ge=1, le=100)
    seed: int = Field(default=0, ge=0)


class Expected(Wire):
    """An expected ratio to the baseline's figure with its 80 % interval."""

    ratio: float
    low: float
    high: float


class Gain(Wire):
    """What a recipe is expected to add to the front's normalised hypervolume, with the standard deviation of that."""

    mean: float
    sd: float


class Evidence(Wire):
    """An experience that the expectation rests on."""

    source: str
    similarity: float


class Candidate(Wire):
    """A recipe that could come next, with what is expected of it and why it stands where it does."""

    recipe: Recipe
    origin: Literal["default", "memory", "model", "search"]
    reason: str
    expected: dict[Objective, Expected]
    gain: Gain
    feasible: float = Field(ge=0, le=1, description="chance that it succeeds and meets all constraints")
    reward: float = Field(description="the goal's reward of the expected figures, see search/reward.py")
    evidence: list[Evidence] = Field(default_factory=list)


class Proposal(Wire):
    """What became of a proposed recipe: its place as a candidate, or the problems for which it cannot come next."""

    recipe: Recipe
    candidate: Candidate | None = None
    problems: list[ErrorInfo] = Field(default_factory=list)


class StopAdvice(Wire):
    """Whether going on is still worth it."""

    advised: bool
    reason: str


class SearchReply(Wire):
    """Candidates, best first: legal, available, untried, not refused."""

    candidates: list[Candidate]
    proposals: list[Proposal] = Field(default_factory=list, description="in the order given")
    pool: int = Field(description="how many legal recipes were ranked")
    pins: int = Field(description="how many of the pinned names each of the pool's recipes holds")
    stop: StopAdvice
    seconds: float


class StrategyInfo(Wire):
    """One way to search, as listed by `/strategies`."""

    name: str
    title: str
    summary: str
    source: str = Field(description="paper or library")
    availability: Availability
