"""From the rounds of an evaluation to its latency, memory and CO2 figures.

A machine drifts: the same artifact takes 10 % longer an hour later, because of heat, neighbours or the time of day.
So a round measures the artifact and the baseline in turns, and the figure is their ratio times what the baseline took
when it was first measured here. Two evaluations of one artifact then agree although the machine did not stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pareto_runner.measure.decode import NEW_TOKENS, PROMPT_TOKENS
from pareto_runner.measure.energy import JOULES_PER_WH, GridFactor
from pareto_runner.measure.pinned import Pinned
from pareto_runner.measure.rounds import WARM_UP_RUNS
from pareto_runner.measure.stats import Estimate, median, percentile, repeats_interval, widen
from pareto_runner.schemas import Figure

Rounds = Sequence[dict[str, Any]]
WORKLOAD = {"prompt_tokens": PROMPT_TOKENS, "new_tokens": NEW_TOKENS, "batch": 1}
PRECISE_SHARE = 0.03
# Other programs also push the models out of the caches, and not every model suffers alike: one with thinner layers took
# 0.96 of the baseline's time on a quiet machine and 1.01 while others had the processor for 70 % of the time.
SLOWDOWN_PER_WAITED_SHARE = 0.05
# Rounds of one evaluation agree better than evaluations do: a minute apart on a quiet machine, values of one artifact
# lay within 7 % of each other where their rounds said 2 %. Without this one comparison in seven called a thing
# different from itself (scripts/bench/aa.py).
BETWEEN_EVALUATIONS = 0.03
# What the libraries' heap holds at the start differs from one start of the runner to the next, by up to 1 MB.
HEAP_GB = 0.0005


@dataclass(frozen=True)
class Pair:
    """The rounds of one target and, in the same order, the baseline's that were measured in turns with them."""

    target: Rounds
    baseline: Rounds

    def latency_ratios(self) -> list[float]:
        """Return the ratio of the median steps, one per round."""
        return [
            median(mine["step_ms"]) / median(theirs["step_ms"])
            for mine, theirs in zip(self.target, self.baseline, strict=True)
        ]

    def energy_ratios(self, key: str) -> list[float]:
        """Return the ratio of the joules per token, one per round."""
        return [mine[key] / theirs[key] for mine, theirs in zip(self.target, self.baseline, strict=True)]

    def waited_share(self) -> float:
        """Return the share of the time, 0 to 1, that other programs had the processor."""
        rounds = (*self.target, *self.baseline)
        waited = sum(r["waited_ms"] for r in rounds)
        return waited / (waited + sum(sum(r["step_ms"]) + sum(r["first_token_ms"]) for r in rounds))

    def interval(self, ratios: Sequence[float]) -> Estimate:
        """Return the interval between rounds, widened by what they share: their evaluation, and a busy machine."""
        return widen(repeats_interval(ratios), BETWEEN_EVALUATIONS + SLOWDOWN_PER_WAITED_SHARE * self.waited_share())


def half_width(estimate: Estimate) -> float:
    """Return the larger side of an interval as a share of its value."""
    return max(estimate.high / estimate.value - 1, 1 - estimate.low / estimate.value)


def net_energy_key(*all_rounds: Rounds) -> str:
    """Return the key of the joules to use: less idle, unless some round drew no more than the idle machine."""
    net = all(r["joules_per_token"] > 0 for rounds in all_rounds for r in rounds)
    return "joules_per_token" if net else "gross_joules_per_token"


def latency_figure(pair: Pair, pinned: Pinned) -> Figure:
    """Return ms per generated token: the pinned baseline's times the median of the rounds' ratios.

    The times beside it are this evaluation's own, brought to the pinned machine by the same factor
    (`machine_factor`); `raw_ms` is what was measured. `waited_share` is the share of the time that other programs
    had the processor; it is subtracted.
    """
    estimate = pair.interval(pair.latency_ratios())
    raw = median([median(r["step_ms"]) for r in pair.target])
    value = pinned.latency_ms * estimate.value
    factor = value / raw
    steps = [step * factor for r in pair.target for step in r["step_ms"]]
    first = [ms * factor for r in pair.target for ms in r["first_token_ms"]]
    share = half_width(repeats_interval(pair.latency_ratios()))
    return Figure(
        value=value,
        low=pinned.latency_ms * estimate.low,
        high=pinned.latency_ms * estimate.high,
        n=estimate.n,
        unit="ms per generated token",
        spread=(
            "95 % Student interval, between fresh processes, of the ratio to the baseline measured in turns, widened "
            "by what differs between evaluations and by the waited share; "
            f"times {pinned.latency_ms:.4g} ms, the baseline's when first measured here"
        ),
        extra={
            **WORKLOAD,
            "p50_ms": percentile(steps, 0.5),
            "p95_ms": percentile(steps, 0.95),
            "p99_ms": percentile(steps, 0.99),
            "prefill_ms": median(first),
            "prefill_tokens_per_second": 1000 * PROMPT_TOKENS / median(first),
            "tokens_per_second": 1000 * NEW_TOKENS * len(first) / (sum(steps) + sum(first)),
            "ratio_to_baseline": estimate.value,
            "raw_ms": raw,
            "baseline_today_ms": median([median(r["step_ms"]) for r in pair.baseline]),
            "pinned_baseline_ms": pinned.latency_ms,
            "pinned_at": pinned.at,
            "machine_factor": factor,
            "half_width_share": share,
            "under_3_percent": share < PRECISE_SHARE,
            "waited_share": pair.waited_share(),
            "runs": len(first),
            "warm_up_runs": WARM_UP_RUNS,
        },
    )


def memory_figure(rounds: Rounds, device: str) -> Figure:
    """Return the peak memory while generating, in GB (1e9 bytes)."""
    estimate = repeats_interval([r["memory_bytes"] / 1e9 for r in rounds])
    heap = 0.0 if device == "cuda" else HEAP_GB
    if device == "cuda":
        definition = "peak of the device allocator while generating, weights included"
    else:
        definition = (
            "peak resident set while generating, less that of the same process before the model was loaded; "
            "pages of library files left out"
        )
    return Figure(
        value=estimate.value,
        low=max(0.0, estimate.low - heap),
        high=estimate.high + heap,
        n=estimate.n,
        unit="GB",
        spread="95 % Student interval between fresh processes, and on a CPU 0.5 MB for the libraries' heap",
        extra={**WORKLOAD, "definition": definition, "kv_cache_bytes_per_token": rounds[0]["kv_bytes_per_token"]},
    )


def co2_figure(pair: Pair, pinned: Pinned, factor: GridFactor) -> Figure:
    """Return grams of CO2 per 1,000 generated tokens; the grid factor is taken as exact."""
    key = net_energy_key(pair.target, pair.baseline)
    estimate = pair.interval(pair.energy_ratios(key))
    pinned_joules = pinned.joules_per_token if key == "joules_per_token" else pinned.gross_joules_per_token
    wh = pinned_joules * 1000 / JOULES_PER_WH
    grams = wh * factor.grams_per_kwh / 1000
    return Figure(
        value=grams * estimate.value,
        low=grams * estimate.low,
        high=grams * estimate.high,
        n=estimate.n,
        unit="g CO2e per 1,000 generated tokens",
        spread=(
            "95 % Student interval, between fresh processes, of the energy's ratio to the baseline measured in turns; "
            "the method's own error is not in it"
        ),
        extra={
            **WORKLOAD,
            "energy_wh_per_1000_tokens": wh * estimate.value,
            "raw_energy_wh_per_1000_tokens": median([r[key] for r in pair.target]) * 1000 / JOULES_PER_WH,
            "pinned_baseline_wh_per_1000_tokens": wh,
            "source": pair.target[0]["energy_source"],
            "covers": pair.target[0]["energy_covers"],
            "idle_watts": median([r["idle_watts"] for r in pair.target]),
            "idle": _describe_idle(key, pair.target[0]["energy_source"]),
            "region": factor.region,
            "factor_g_per_kwh": factor.grams_per_kwh,
            "factor_source": factor.source,
            "year": factor.year,
            **({"factor_note": factor.note} if factor.note else {}),
        },
    )


def _describe_idle(key: str, source: str) -> str:
    if source == "estimate":
        return "none to subtract: only this process's own processor time and memory are counted"
    if key == "joules_per_token":
        return "subtracted, as measured before each run"
    return "not subtracted: the machine drew more before a run than during it"
