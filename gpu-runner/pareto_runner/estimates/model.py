"""Estimates of a job's memory, disk, time and artifact from the model's facts and the recipe.

The formulas count bytes and multiplications; what they leave out (libraries, caches, how busy the machine is) is
learned from finished jobs (`history.py`), and the ranges are as wide as those were off.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import psutil

from pareto_runner.benchmarks import resolve_benchmarks
from pareto_runner.device import physical_cores, read_gpus
from pareto_runner.estimates.history import QUANTITIES, Quantity, Record, append_record, correct, read_records
from pareto_runner.estimates.size import artifact_size
from pareto_runner.methods import find_method
from pareto_runner.schemas import ErrorInfo, EstimateCheck, EstimateReply, ModelFacts, Range, Recipe
from pareto_runner.settings import load_settings
from pareto_runner.validation import COPIES, SPARE_BYTES

FLOPS = {"cpu": 15e9, "cuda": 100e12}
"""Multiplications and additions per second: per core, per GPU. Rough; the history corrects it."""
LIBRARIES_GB = {"cpu": 0.55, "cuda": 0.0}
READ_GB_PER_S = 0.5
ROW_TOKENS = 512
POCKET_ROW_TOKENS = 128
BATCH_ROWS = 8
TRAINING_TOKENS_PER_STEP = 2_048
ITEM_TOKENS = 150
COST_ROUNDS = 9
ROUND_S = 3.0
FIXED_S = 0.8
STEP_S = 0.2
DOUBT: dict[Quantity, float] = {"memory_gb": 0.35, "seconds": 0.9, "artifact_gb": 0.15}
COUNTED_DOUBT = 0.02


@dataclass(frozen=True)
class Raw:
    """What the formulas say."""

    key: str
    device: str
    values: dict[Quantity, float]
    doubts: dict[Quantity, float]


def estimate(facts: ModelFacts, recipe: Recipe, device: str, benchmarks: list[str] | None = None) -> EstimateReply:
    """Estimate a valid recipe's job on this machine; with benchmarks the time of the evaluation is added.

    Raises:
        RunnerError: `unknown_benchmark`, or `unknown_method` for a recipe that was not checked.
    """
    raw = estimate_raw(facts, recipe, device)
    records = read_records()
    ranges, counts = {}, {}
    for quantity in QUANTITIES:
        ranges[quantity], counts[quantity] = correct(
            records, raw.key, device, quantity, raw.values[quantity], raw.doubts[quantity]
        )
    if benchmarks:
        ranges["seconds"] = _add(ranges["seconds"], _evaluation_seconds(facts, benchmarks, device))
    artifact = ranges["artifact_gb"]
    disk = Range(
        **{
            end: (COPIES - 1) * max(facts.size_gb, getattr(artifact, end)) + getattr(artifact, end)
            for end in ("value", "low", "high")
        }
    )
    problems = _misfits(ranges["memory_gb"], disk, device)
    alike = counts["seconds"]
    basis = f"formulas over the model's sizes, corrected by {len(records)} finished jobs, {alike} of this recipe's kind"
    return EstimateReply(
        memory_gb=ranges["memory_gb"],
        disk_gb=disk,
        seconds=ranges["seconds"],
        artifact_gb=artifact,
        fits=not problems,
        problems=problems,
        basis=basis,
    )


def estimate_raw(facts: ModelFacts, recipe: Recipe, device: str) -> Raw:
    """Return what the formulas say of a recipe, without what past jobs taught."""
    size = artifact_size(facts, recipe)
    speed = FLOPS[device] * (physical_cores() if device == "cpu" else 1)
    row = POCKET_ROW_TOKENS if facts.source == "pocket" else min(facts.context or ROW_TOKENS, ROW_TOKENS)
    flops, memory, extra = 0.0, facts.size_gb, 0.0
    for step in recipe.steps:
        params = find_method(step.method).params_type.model_validate(step.params).model_dump()
        samples = int(params.get("calibration_samples", 0))
        steps = int(params.get("recovery_steps", 0)) + int(params.get("steps", 0))
        passes = 2 * samples * row * (1 + params.get("grid", 0) / 4)
        learning = 6 * (params.get("iters", 0) * BATCH_ROWS * row + steps * TRAINING_TOKENS_PER_STEP)
        flops += facts.parameters * (2 * passes + learning)
        if step.method in ("gptq", "sparsegpt"):
            flops += 6 * facts.layers * sum(float(width) ** 3 for width in facts.linear_in_features)
        rows = BATCH_ROWS * row * (facts.vocabulary * 4 + facts.hidden_size * 80) / 1e9 if samples or steps else 0.0
        # Gradients and the optimizer's two moments, in 32 bits, of all weights or of the adapters' few.
        trained = 0.02 if step.method in ("lora", "qlora") else 1.0
        extra = max(extra, rows + (facts.parameters * 12e-9 * trained if steps else 0.0))
    seconds = (
        FIXED_S
        + STEP_S * len(recipe.steps)
        + flops / speed
        + (2 * facts.size_gb + 2 * size.bytes / 1e9) / READ_GB_PER_S
    )
    if recipe.runtime != "transformers":
        seconds += FIXED_S + facts.parameters * 4e-9 / READ_GB_PER_S * 4
        extra = max(extra, facts.parameters * 8e-9)
    values: dict[Quantity, float] = {
        "memory_gb": LIBRARIES_GB[device] + memory + extra,
        "seconds": seconds,
        "artifact_gb": size.bytes / 1e9,
    }
    doubts = {**DOUBT, "artifact_gb": COUNTED_DOUBT if size.counted else DOUBT["artifact_gb"]}
    key = "+".join([*(step.method for step in recipe.steps), recipe.runtime])
    return Raw(key, device, values, doubts)


def check_fit(facts: ModelFacts, recipe: Recipe, device: str) -> list[ErrorInfo]:
    """Return a problem for each thing that even the low end of the estimate exceeds."""
    return estimate(facts, recipe, device).problems


def most_memory_fits(facts: ModelFacts, device: str) -> bool:
    """Tell whether any recipe of a model surely fits: training all weights, with room for every formula's error."""
    rows = BATCH_ROWS * ROW_TOKENS * (facts.vocabulary * 4 + facts.hidden_size * 80) / 1e9
    return 2 * (LIBRARIES_GB[device] + facts.size_gb + facts.parameters * 20e-9 + rows) < _available_gb(device)


def compare(
    facts: ModelFacts, recipe: Recipe, device: str, given: EstimateReply, fact: dict[Quantity, float], retried: bool
) -> EstimateCheck:
    """Put an estimate beside the fact and, unless the job had to be made smaller, remember both."""
    if not retried:
        raw = estimate_raw(facts, recipe, device)
        ranges = {quantity: getattr(given, quantity) for quantity in QUANTITIES}
        append_record(
            Record(
                key=raw.key,
                device=device,
                raw={name: value for name, value in raw.values.items()},
                given={quantity: [r.value, r.low, r.high] for quantity, r in ranges.items()},
                fact={name: value for name, value in fact.items()},
            )
        )
    return EstimateCheck(estimate=given, **fact)


def peak_memory_gb(device: str) -> float:
    """Return the peak memory of this process, or of the GPU's allocator, in GB."""
    if device == "cuda":
        import torch

        return float(torch.cuda.max_memory_allocated()) / 1e9
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _evaluation_seconds(facts: ModelFacts, benchmarks: list[str], device: str) -> Range:
    items = sum(benchmark.items for benchmark in resolve_benchmarks(benchmarks))
    speed = FLOPS[device] * (physical_cores() if device == "cpu" else 1)
    value = COST_ROUNDS * (ROUND_S + 2 * facts.size_gb / READ_GB_PER_S)
    value += 2 * facts.parameters * items * ITEM_TOKENS / speed
    return Range(value=value, low=value / 4, high=value * 4)


def _misfits(memory: Range, disk: Range, device: str) -> list[ErrorInfo]:
    problems = []
    available = _available_gb(device)
    if memory.low > available:
        problems.append(
            ErrorInfo(
                code="does_not_fit",
                message=f"The job needs at least {memory.low:.1f} GB of memory and {available:.1f} GB are available.",
                remedy="Choose a smaller model, a method without training, or a machine with more memory.",
                field="model",
                details={"needed_gb": memory.low, "available_gb": available},
            )
        )
    folder = load_settings().data_dir
    while not folder.exists():
        folder = folder.parent
    free = (shutil.disk_usage(folder).free - SPARE_BYTES) / 1e9
    if disk.low > free:
        problems.append(
            ErrorInfo(
                code="disk_full",
                message=f"The job needs at least {disk.low:.1f} GB of disk and {max(0.0, free):.1f} GB are free.",
                remedy="Free space in the data folder, for example by removing old artifacts.",
                retryable=True,
            )
        )
    return problems


def _available_gb(device: str) -> float:
    if device == "cuda":
        gpu = read_gpus().gpus[0]
        return gpu.memory_total_gb - gpu.memory_used_gb
    return psutil.virtual_memory().available / 1e9


def _add(first: Range, second: Range) -> Range:
    return Range(value=first.value + second.value, low=first.low + second.low, high=first.high + second.high)
