"""One round of the generation measurements, in a fresh process: memory first, then latency and energy together.

An evaluation does several rounds. Figures of one process agree with each other far better than two processes do
(memory layout, what else the machine does that second), so the spread between rounds, not within one, is what the
intervals are made of.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.measure.checks import blame_artifact, measure_threads, open_backend
from pareto_runner.measure.decode import (
    NEW_TOKENS,
    CpuClock,
    CudaClock,
    Generation,
    fixed_prompt,
    generate_once,
    new_clock,
)
from pareto_runner.measure.energy import EnergyMeter, open_meter, read_idle_watts
from pareto_runner.measure.resident import PeakResident, library_bytes, release_unused, resident_bytes
from pareto_runner.measure.throughput import measure_batches
from pareto_runner.runtimes import require_runtime
from pareto_runner.runtimes.base import Backend
from pareto_runner.runtimes.generate import require_finite

WARM_UP_RUNS = 1
MIN_RUNS = 2
# NVML's counter moves every 20 to 100 ms, so a GPU's workload must last much longer than that.
BUDGET_S = {"cpu": 0.5, "cuda": 2.0}


def measure_round(
    runtime: str, path: str, device: str, is_artifact: bool, batches: Sequence[int] = ()
) -> dict[str, Any]:
    """Return one round's figures; `batches` are measured as well, for their throughput.

    Keys: `memory_bytes`, `kv_bytes_per_token`, `weight_bytes_per_token`, `step_ms` (all steps of all runs),
    `first_token_ms` (per run), `waited_ms` (subtracted from both), `joules_per_token` (less idle),
    `gross_joules_per_token`, `idle_watts`, `energy_source`, `energy_covers`, `dense` (no packed weights are
    computed with), `batches` (tokens per second by batch, or why there is none).

    Raises:
        RunnerError: `artifact_unloadable`, `nonfinite_output`, `energy_unreadable`.
    """
    import torch

    torch.set_num_threads(measure_threads())
    # What the fork server left is not this process's garbage, and looking through it costs half a second.
    gc.freeze()
    meter = open_meter(device)
    idle_watts = read_idle_watts(meter)
    if device == "cpu":
        require_runtime(runtime).warm(Path(path))
        release_unused()
    empty_bytes = resident_bytes() - library_bytes(Path(path))
    backend = open_backend(runtime, path, device, is_artifact)
    release_unused()
    prompt = fixed_prompt(backend.vocabulary, device)
    with blame_artifact(is_artifact):
        peak_bytes, logits = _generate_for_memory(backend, prompt)
    require_finite(float(logits.float().sum()), "the sum of the logits")
    memory_bytes = peak_bytes
    if device == "cpu":
        memory_bytes = max(0, peak_bytes - library_bytes(Path(path)) - empty_bytes)
    del logits
    timed = _time_runs(backend, prompt, meter, idle_watts, memory_bytes)
    single_s = (timed["first_token_ms"][0] + sum(timed["step_ms"][: NEW_TOKENS - 1])) / 1000
    return {
        "memory_bytes": memory_bytes,
        "kv_bytes_per_token": backend.kv_bytes_per_token,
        "weight_bytes_per_token": backend.weight_bytes_per_token(),
        "dense": backend.dense,
        **timed,
        "batches": measure_batches(backend, batches, single_s),
    }


def _generate_for_memory(backend: Backend, prompt: Any) -> tuple[int, Any]:
    import torch

    if backend.device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        _, logits = generate_once(backend, prompt, CudaClock())
        return int(torch.cuda.max_memory_allocated()), logits
    with PeakResident() as peak:
        _, logits = generate_once(backend, prompt, CpuClock())
    return peak.peak_bytes, logits


def _time_runs(
    backend: Backend, prompt: Any, meter: EnergyMeter, idle_watts: float, memory_bytes: int
) -> dict[str, Any]:
    # The run that measured the memory was the warm-up.
    runs: list[Generation] = []
    meter.start()
    start = time.perf_counter()
    while len(runs) < MIN_RUNS or time.perf_counter() < start + BUDGET_S[backend.device]:
        runs.append(generate_once(backend, prompt, new_clock(backend.device))[0])
    joules = meter.stop(memory_bytes)
    idle_joules = idle_watts * (time.perf_counter() - start)
    if joules <= 0:
        raise RunnerError(
            "energy_unreadable",
            f"The energy counter ({meter.source}) did not move during {len(runs)} generations.",
            "Check that nvidia-smi shows the power draw, or that the powercap files can be read.",
        )
    tokens = len(runs) * NEW_TOKENS
    return {
        "step_ms": [step for run in runs for step in run.step_ms],
        "first_token_ms": [run.first_token_ms for run in runs],
        "waited_ms": sum(run.waited_ms for run in runs),
        "joules_per_token": (joules - idle_joules) / tokens,
        "gross_joules_per_token": joules / tokens,
        "idle_watts": idle_watts,
        "energy_source": meter.source,
        "energy_covers": meter.covers,
    }
