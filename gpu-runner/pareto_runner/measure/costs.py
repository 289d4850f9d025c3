"""Latency, memory and energy of a candidate, measured in turns with the baseline, each time in a fresh process."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.measure.energy import GridFactor
from pareto_runner.measure.environment import describe_measure_device
from pareto_runner.measure.figures import (
    PRECISE_SHARE,
    Pair,
    co2_figure,
    half_width,
    latency_figure,
    memory_figure,
)
from pareto_runner.measure.pinned import Pinned, pin_baseline
from pareto_runner.measure.reference import BASELINE_RUNTIME, device_for, reference_folder
from pareto_runner.measure.roofline import measure_bandwidth, read_bandwidth, roofline_share
from pareto_runner.measure.rounds import measure_round
from pareto_runner.measure.size import size_figure, weight_bytes
from pareto_runner.measure.stats import repeats_interval
from pareto_runner.measure.throughput import BATCHES
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import EvaluateParams, Figure, RuntimeReference

MIN_ROUNDS = 5
MAX_ROUNDS = 9
LIMIT_S = 60.0
# A round this long is mostly loading; its process-to-process spread is small beside the hours that more would take.
SLOW_ROUND_S = 30.0
SLOW_ROUNDS = 3
LABEL_DENSE = "stored packed, computed dense"
LABEL_ESTIMATE = "energy: estimate"
LABEL_PROCESSOR = "runs on the processor: the runtime knows no GPU"
LABEL_ROOFLINE = "roofline above 100 %: the bandwidth or the time is mismeasured"


@dataclass(frozen=True)
class CostFigures:
    """What a candidate costs; `reference` is None where the runtime is the baseline's own."""

    latency_ms: Figure
    memory_gb: Figure
    co2_grams: Figure
    reference: RuntimeReference | None
    labels: list[str]


class Costs:
    """Rounds of measurements: the candidate, the baseline and, in another runtime, the uncompressed model there.

    `path` is the candidate's folder and `baseline_path` the uncompressed model's, as stored. Call `round` until
    `done`, then `figures`. Nothing else may run meanwhile.

    Raises:
        RunnerError: `model_not_found`, or what converting the model for the runtime raises.
    """

    def __init__(
        self, params: EvaluateParams, path: Path, baseline_path: Path, context: JobContext, factor: GridFactor
    ) -> None:
        self._params = params
        self._context = context
        self._factor = factor
        self._revision = inspect_model(params.model).revision
        self._path = path
        self._device = device_for(params.runtime, context.device)
        self._seconds = 0.0
        self._targets: dict[str, dict[str, Any]] = {
            "candidate": self._target(params.runtime, path, params.artifact is not None),
            "baseline": self._target(BASELINE_RUNTIME, baseline_path, False),
        }
        # The uncompressed model in another runtime is its own reference.
        if params.runtime != BASELINE_RUNTIME and params.artifact is not None:
            folder = reference_folder(params.runtime, self._revision, baseline_path, context)
            self._targets["reference"] = self._target(params.runtime, folder, False)
        self._rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in self._targets}

    def _target(self, runtime: str, path: Path, is_artifact: bool) -> dict[str, Any]:
        device = device_for(runtime, self._context.device)
        return {"runtime": runtime, "path": str(path), "device": device, "is_artifact": is_artifact}

    @property
    def rounds(self) -> int:
        """How many rounds have been measured."""
        return len(self._rounds["candidate"])

    def round(self) -> None:
        """Measure each target once. Who begins changes from round to round, so that no place is always the warm one.

        Raises:
            RunnerError: of `measure_round` or `spawn_measure`.
        """
        start = time.monotonic()
        names = list(self._targets)
        at = self.rounds % len(names)
        measured: dict[str, dict[str, Any]] = {}
        for name in (*names[at:], *names[:at]):
            batches = BATCHES if name == "candidate" and self.rounds == 0 else ()
            measured[name] = self._context.spawn_measure(measure_round, {**self._targets[name], "batches": batches})
        for name, figures in measured.items():
            self._rounds[name].append(figures)
        self._seconds += time.monotonic() - start

    @property
    def done(self) -> bool:
        """Whether the latency is known to 3 % or there is no time for more rounds."""
        count = self.rounds
        if count < (SLOW_ROUNDS if self._seconds > count * SLOW_ROUND_S else MIN_ROUNDS):
            return False
        if count >= MAX_ROUNDS or self._seconds >= LIMIT_S:
            return True
        return half_width(repeats_interval(self._pair("candidate").latency_ratios())) < PRECISE_SHARE

    def figures(self) -> CostFigures:
        """Return the figures of the rounds so far, at least one."""
        pinned = pin_baseline(self._revision, describe_measure_device(self._context.device), self._rounds["baseline"])
        pair = self._pair("candidate")
        latency = latency_figure(pair, pinned)
        first = pair.target[0]
        rates = {"1": latency.extra["tokens_per_second"]} | {
            batch: rate / latency.extra["machine_factor"] if isinstance(rate, float) else rate
            for batch, rate in first["batches"].items()
        }
        share = self._roofline(latency.extra["raw_ms"])
        latency.extra.update(share, batch_tokens_per_second=rates)
        return CostFigures(
            latency_ms=latency,
            memory_gb=memory_figure(pair.target, self._device),
            co2_grams=co2_figure(pair, pinned, self._factor),
            reference=self._reference(pinned),
            labels=self._labels(share["roofline"]),
        )

    def _pair(self, name: str) -> Pair:
        return Pair(self._rounds[name], self._rounds["baseline"])

    def _roofline(self, step_ms: float) -> dict[str, float]:
        device = self._device
        weights = int(self._rounds["candidate"][0]["weight_bytes_per_token"])

        def measure(size_bytes: int) -> float:
            kwargs = {"device": device, "size_bytes": size_bytes}
            return float(self._context.spawn_measure(measure_bandwidth, kwargs))

        bandwidth = read_bandwidth(device, weights, measure)
        if roofline_share(weights, bandwidth, step_ms) > 1:
            bandwidth = read_bandwidth(device, weights, measure, again=True)
        return {
            "roofline": roofline_share(weights, bandwidth, step_ms),
            "weight_bytes_per_token": weights,
            "bandwidth_gb_per_second": bandwidth / 1e9,
        }

    def _reference(self, pinned: Pinned) -> RuntimeReference | None:
        if self._params.runtime == BASELINE_RUNTIME:
            return None
        name = "reference" if "reference" in self._targets else "candidate"
        rounds = self._rounds[name]
        return RuntimeReference(
            runtime=self._params.runtime,
            dtype="float32",
            latency_ms=latency_figure(self._pair(name), pinned),
            memory_gb=memory_figure(rounds, self._device),
            model_size_gb=size_figure(weight_bytes(Path(self._targets[name]["path"]))),
        )

    def _labels(self, roofline: float) -> list[str]:
        rounds: Sequence[dict[str, Any]] = self._rounds["candidate"]
        labels = []
        if read_quantization(self._path) == "compressed-tensors" and all(r["dense"] for r in rounds):
            labels.append(LABEL_DENSE)
        if rounds[0]["energy_source"] == "estimate":
            labels.append(LABEL_ESTIMATE)
        if self._device != self._context.device:
            labels.append(LABEL_PROCESSOR)
        if roofline > 1:
            labels.append(LABEL_ROOFLINE)
        return labels


def read_quantization(path: Path) -> str:
    """Return the quantization method that a model's config.json names, or an empty string."""
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunnerError(
            "artifact_unloadable", f"The artifact's config.json does not parse: {error}", "Make the artifact again."
        ) from error
    return str((config.get("quantization_config") or {}).get("quant_method", ""))
