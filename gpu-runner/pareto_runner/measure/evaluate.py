"""Measures one artifact: all figures from the same files, each part re-loaded from disk in a fresh process."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from pareto_runner import __version__
from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.registry import resolve_benchmarks
from pareto_runner.device import library_versions
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.measure.accuracy import accuracy_figure, benchmark_score, score_benchmarks
from pareto_runner.measure.energy import find_grid_factor
from pareto_runner.measure.environment import describe_measure_device
from pareto_runner.measure.figures import co2_figure, latency_figure, memory_figure
from pareto_runner.measure.perplexity import measure_perplexity, perplexity_figure
from pareto_runner.measure.rounds import measure_round
from pareto_runner.measure.size import size_figure, weight_bytes
from pareto_runner.models.resolve import resolve_model
from pareto_runner.runtimes import require_runtime
from pareto_runner.schemas import EvaluateParams, EvaluateResult

ROUNDS = 5
SLOW_ROUNDS = 3
# A round this long is mostly loading; its process-to-process spread is small beside the hours that more would take.
SLOW_ROUND_S = 30.0
LABEL_DENSE = "stored packed, computed dense"
LABEL_ESTIMATE = "energy: estimate"


def evaluate(params: EvaluateParams, context: JobContext) -> EvaluateResult:
    """Return the five objectives, perplexity and scores of an artifact, or of the model itself.

    Raises:
        RunnerError: `unknown_benchmark`, `benchmark_unavailable`, `unknown_region`, `unknown_runtime`,
            `artifact_not_found`, `artifact_unloadable`, `nonfinite_output`, or one of `spawn_measure`.
    """
    return _Evaluation(params, context).run()


class _Evaluation:
    """The parts of one evaluation in order. They never overlap: each would be timed while the other runs."""

    def __init__(self, params: EvaluateParams, context: JobContext) -> None:
        require_runtime(params.runtime)
        self.params = params
        self.context = context
        self.benchmarks: list[Benchmark] = resolve_benchmarks(params.benchmarks)
        self.factor = find_grid_factor(params.region)
        self.path = find_files(params, context)
        self.rounds: list[dict[str, Any]] = []
        self.target = {
            "runtime": params.runtime,
            "path": str(self.path),
            "device": context.device,
            "is_artifact": params.artifact is not None,
        }
        self.seconds: dict[str, float] = {}

    def run(self) -> EvaluateResult:
        """Measure all parts; the generation rounds lie between the others, so that they see the machine's drift."""
        size = size_figure(weight_bytes(self.path))
        self._round(0.02)
        items = self._part(
            "benchmarks",
            0.12,
            score_benchmarks,
            benchmarks=self.benchmarks,
            limit=self.params.limit,
            seed=self.params.seed,
        )
        self._round(0.62)
        losses = self._part("perplexity", 0.70, measure_perplexity, text=self.params.perplexity_text)
        fraction = 0.78
        while len(self.rounds) < self._wanted_rounds():
            self._round(fraction)
            fraction += 0.07
        self.context.progress("summary", 0.99)
        scores = [benchmark_score(benchmark, items[benchmark.name]) for benchmark in self.benchmarks]
        return EvaluateResult(
            artifact=self.params.artifact,
            runtime=self.params.runtime,
            accuracy=accuracy_figure(scores),
            latency_ms=latency_figure(self.rounds),
            memory_gb=memory_figure(self.rounds, self.context.device),
            model_size_gb=size,
            co2_grams=co2_figure(self.rounds, self.factor),
            perplexity=perplexity_figure(losses),
            benchmarks=scores,
            device=describe_measure_device(self.context.device),
            seed=self.params.seed,
            versions={"pareto_runner": __version__, **library_versions()},
            labels=self._labels(),
            seconds={name: round(value, 2) for name, value in self.seconds.items()},
        )

    def _part(self, stage: str, fraction: float, target: Any, **options: Any) -> Any:
        self.context.progress(stage, fraction)
        start = time.monotonic()
        result = self.context.spawn_measure(target, {**self.target, **options})
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - start
        return result

    def _round(self, fraction: float) -> None:
        self.rounds.append(self._part("generation", fraction, measure_round))

    def _wanted_rounds(self) -> int:

        slow = self.seconds["generation"] / len(self.rounds) > SLOW_ROUND_S
        return SLOW_ROUNDS if slow else ROUNDS

    def _labels(self) -> list[str]:
        labels = []
        if read_quantization(self.path) == "compressed-tensors" and all(r["dense"] for r in self.rounds):
            labels.append(LABEL_DENSE)
        if self.rounds[0]["energy_source"] == "estimate":
            labels.append(LABEL_ESTIMATE)
        return labels


def find_files(params: EvaluateParams, context: JobContext) -> Path:
    """Return the folder of the artifact, or of the uncompressed model.

    Raises:
        RunnerError: `artifact_not_found`, or what `resolve_model` raises.
    """
    if params.artifact is None:
        return resolve_model(params.model)
    folder = context.artifacts_dir / params.artifact
    if not params.artifact.isalnum() or not (folder / "config.json").is_file():
        raise RunnerError(
            "artifact_not_found",
            f"There is no artifact {params.artifact} on this runner.",
            "Make it again with the same recipe; artifacts can be removed to free disk space.",
            field="artifact",
        )
    return folder


def read_quantization(path: Path) -> str:
    """Return the quantization method that a model's config.json names, or an empty string."""
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    return str((config.get("quantization_config") or {}).get("quant_method", ""))
