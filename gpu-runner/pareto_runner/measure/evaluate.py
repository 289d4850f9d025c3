"""Measures one artifact: all figures from the same files, each part re-loaded from disk in a fresh process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pareto_runner import __version__
from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.registry import resolve_benchmarks
from pareto_runner.device import library_versions
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.jobs.report import Span
from pareto_runner.measure.accuracy import Contender, RacePlan, score_benchmarks
from pareto_runner.measure.answers import Scores, add_answers, answers_dir, read_answers
from pareto_runner.measure.costs import Costs
from pareto_runner.measure.environment import describe_measure_device
from pareto_runner.measure.grid_live import choose_factor
from pareto_runner.measure.perplexity import measure_perplexity, perplexity_figure
from pareto_runner.measure.reference import BASELINE_RUNTIME, device_for, reference_folder
from pareto_runner.measure.scores import accuracy_delta, accuracy_figure, benchmark_score, early_stop, pair
from pareto_runner.measure.size import size_figure, weight_bytes
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.resolve import resolve_model
from pareto_runner.runtimes import require_runtime
from pareto_runner.schemas import BenchmarkScore, EvaluateParams, EvaluateResult, Figure, Race

SCORING = Span("benchmarks", 0.12, 0.5)
PERPLEXITY = Span("perplexity", 0.70, 0.08)


def evaluate(params: EvaluateParams, context: JobContext) -> EvaluateResult:
    """Return the five objectives, perplexity and scores of an artifact, or of the model itself.

    Raises:
        RunnerError: `unknown_benchmark`, `benchmark_unavailable`, `unknown_region`, `unknown_runtime`,
            `runtime_unavailable`, `artifact_not_found`, `artifact_unloadable`, `nonfinite_output`, or one of
            `spawn_measure`.
    """
    return _Evaluation(params, context).run()


class _Evaluation:
    """The parts of one evaluation in order. They never overlap: each would be timed while the other runs."""

    def __init__(self, params: EvaluateParams, context: JobContext) -> None:
        require_runtime(params.runtime)
        self.params = params
        self.context = context
        self.benchmarks: list[Benchmark] = resolve_benchmarks(params.benchmarks)
        model = resolve_model(params.model)
        self.revision = inspect_model(params.model).revision
        factor = choose_factor(params.region, context.live_grid, self.revision)
        self.path = self._find_files(model)
        self.costs = Costs(params, self.path, model, context, factor)
        self.device = device_for(params.runtime, context.device)
        self.target = {
            "runtime": params.runtime,
            "path": str(self.path),
            "device": self.device,
            "is_artifact": params.artifact is not None,
        }
        self.seconds: dict[str, float] = {}

    def _find_files(self, model: Path) -> Path:
        if self.params.artifact is not None:
            return find_artifact(self.params.artifact, self.context)
        if self.params.runtime == BASELINE_RUNTIME:
            return model
        return reference_folder(self.params.runtime, self.revision, model, self.context)

    def run(self) -> EvaluateResult:
        """Measure all parts; the generation rounds lie between the others, so that they see the machine's drift.

        A race needs the costs first: they say which rivals cost no more.
        """
        size = size_figure(weight_bytes(self.path))
        self._round(0.01)
        if self.params.race:
            self._finish_rounds(0.02, SCORING.start)
        asked = self._score(size)
        if not self.params.race:
            self._round(SCORING.start + SCORING.width)
        losses = self._part(PERPLEXITY, measure_perplexity, text=self.params.perplexity_text)
        self._finish_rounds(PERPLEXITY.start + PERPLEXITY.width, 0.99)
        self.context.progress("summary", 0.99)
        scores, delta = self._read_scores(asked["items"])
        costs = self.costs.figures()
        race = self.params.race
        return EvaluateResult(
            artifact=self.params.artifact,
            runtime=self.params.runtime,
            accuracy=accuracy_figure(scores, ended_early=asked["race"] is not None),
            latency_ms=costs.latency_ms,
            memory_gb=costs.memory_gb,
            model_size_gb=size,
            co2_grams=costs.co2_grams,
            perplexity=perplexity_figure(losses),
            benchmarks=scores,
            mode=self.params.mode,
            accuracy_delta=delta,
            reference=costs.reference,
            early_stop=early_stop(asked["race"], race.alpha) if race and asked["race"] else None,
            device=describe_measure_device(self.device),
            seed=self.params.seed,
            versions={"pareto_runner": __version__, **library_versions()},
            labels=costs.labels,
            seconds={name: round(value, 2) for name, value in self.seconds.items()},
        )

    def _part(self, span: Span, target: Any, **options: Any) -> Any:
        self.context.progress(span.stage, span.start)
        start = time.monotonic()
        result = self.context.spawn_measure(target, {**self.target, **options, "span": span})
        self.seconds[span.stage] = self.seconds.get(span.stage, 0.0) + time.monotonic() - start
        return result

    def _round(self, fraction: float) -> None:
        self.context.progress("generation", fraction, f"round {self.costs.rounds + 1}")
        start = time.monotonic()
        self.costs.round()
        self.seconds["generation"] = self.seconds.get("generation", 0.0) + time.monotonic() - start

    def _finish_rounds(self, fraction: float, end: float) -> None:
        while not self.costs.done:
            self._round(fraction)
            # How many are to come is not known: each takes a quarter of what is left.
            fraction += (end - fraction) / 4

    def _score(self, size: Figure) -> dict[str, Any]:
        race = None
        if self.params.race:
            costs = self.costs.figures()
            own = {name: getattr(costs, name).value for name in ("latency_ms", "memory_gb", "co2_grams")}
            race = plan_race(self.params.race, {**own, "model_size_gb": size.value}, self._answers)
        asked: dict[str, Any] = self._part(
            SCORING,
            score_benchmarks,
            benchmarks=self.benchmarks,
            limit=self.params.limit,
            seed=self.params.seed,
            mode=self.params.mode,
            race=race,
        )
        if race and asked["against"] is None:
            self.context.log("No race: nobody to race against has answered all of these items.", "warning")
        return asked

    def _answers(self, artifact: str | None, runtime: str) -> Path:
        return answers_dir(self.revision, artifact, runtime, device_for(runtime, self.context.device))

    def _read_scores(self, items: dict[str, Any]) -> tuple[list[BenchmarkScore], Figure | None]:
        """Store the answers; return the scores and how they differ from the baseline's stored ones."""
        own = self._answers(self.params.artifact, self.params.runtime)
        baseline = self._answers(None, BASELINE_RUNTIME)
        scores, differences = [], []
        for benchmark in self.benchmarks:
            found = items[benchmark.name]
            compared: Scores = {}
            if own != baseline:
                compared = read_answers(baseline, benchmark.name, found["fingerprint"])
            differences.append(pair(found, compared))
            scores.append(benchmark_score(benchmark, found, differences[-1]))
            answered = dict(zip(found["ids"], found["scores"], strict=True))
            add_answers(own, benchmark.name, found["fingerprint"], answered)
        return scores, accuracy_delta(differences)


def plan_race(race: Race, costs: Mapping[str, float], answers: Callable[[str | None, str], Path]) -> RacePlan:
    """Return whom a candidate of these costs (by objective) races against: the floor, and rivals that cost no more.

    `answers` gives the folder of the stored answers of an artifact in a runtime.
    """
    contenders = [
        Contender(rival.artifact or "baseline", answers(rival.artifact, rival.runtime), race.tolerance)
        for rival in race.rivals
        if all(getattr(rival, name) <= value for name, value in costs.items())
    ]
    if race.floor is not None:
        contenders.append(Contender("floor", answers(None, BASELINE_RUNTIME), race.floor))
    return RacePlan(tuple(contenders), race.alpha, race.stop_kept)


def find_artifact(artifact: str, context: JobContext) -> Path:
    """Return the folder of an artifact.

    Raises:
        RunnerError: `artifact_not_found`.
    """
    folder = context.artifacts_dir / artifact
    if not artifact.isalnum() or not (folder / "config.json").is_file():
        raise RunnerError(
            "artifact_not_found",
            f"There is no artifact {artifact} on this runner.",
            "Make it again with the same recipe; artifacts can be removed to free disk space.",
            field="artifact",
        )
    return folder
