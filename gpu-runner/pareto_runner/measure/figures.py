"""From the rounds of an evaluation to its latency, memory and CO2 figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pareto_runner.measure.decode import NEW_TOKENS, PROMPT_TOKENS
from pareto_runner.measure.energy import JOULES_PER_WH, GridFactor
from pareto_runner.measure.rounds import WARM_UP_RUNS
from pareto_runner.measure.stats import median, percentile, repeats_interval
from pareto_runner.schemas import Figure

Rounds = Sequence[dict[str, Any]]
_WORKLOAD = {"prompt_tokens": PROMPT_TOKENS, "new_tokens": NEW_TOKENS, "batch": 1}


def latency_figure(rounds: Rounds) -> Figure:
    """Return ms per generated token: the median over processes of each process's median step."""
    steps = [step for r in rounds for step in r["step_ms"]]
    runs = [seconds for r in rounds for seconds in r["run_s"]]
    estimate = repeats_interval([median(r["step_ms"]) for r in rounds])
    return Figure(
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        unit="ms per generated token",
        spread="95 % Student interval between fresh processes, of each one's median step that kept the processor",
        extra={
            **_WORKLOAD,
            "p95_ms": percentile(steps, 0.95),
            "time_to_first_token_ms": median([t for r in rounds for t in r["first_token_ms"]]),
            "tokens_per_second": NEW_TOKENS / median(runs),
            "runs": len(runs),
            "steps": sum(r["steps"] for r in rounds),
            "steps_kept": len(steps),
            "warm_up_runs": WARM_UP_RUNS,
        },
    )


def memory_figure(rounds: Rounds, device: str) -> Figure:
    """Return the peak memory while generating, in GB (1e9 bytes)."""
    estimate = repeats_interval([r["memory_bytes"] / 1e9 for r in rounds])
    if device == "cuda":
        definition = "peak of the device allocator while generating, weights included"
    else:
        definition = (
            "peak resident set while generating, less that of the same process before the model was loaded; "
            "pages of library files left out"
        )
    return Figure(
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        unit="GB",
        spread="95 % Student interval between fresh processes",
        extra={**_WORKLOAD, "definition": definition, "kv_cache_bytes_per_token": rounds[0]["kv_bytes_per_token"]},
    )


def co2_figure(rounds: Rounds, factor: GridFactor) -> Figure:
    """Return grams of CO2 per 1,000 generated tokens; the grid factor is taken as exact."""
    wh = repeats_interval([r["joules_per_token"] * 1000 / JOULES_PER_WH for r in rounds])
    scale = factor.grams_per_kwh / 1000
    return Figure(
        value=wh.value * scale,
        low=wh.low * scale,
        high=wh.high * scale,
        n=wh.n,
        unit="g CO2e per 1,000 generated tokens",
        spread="95 % Student interval of the energy between fresh processes; the method's own error is not in it",
        extra={
            **_WORKLOAD,
            "energy_wh_per_1000_tokens": wh.value,
            "source": rounds[0]["energy_source"],
            "covers": rounds[0]["energy_covers"],
            "region": factor.region,
            "factor_g_per_kwh": factor.grams_per_kwh,
            "factor_source": factor.source,
            "year": factor.year,
        },
    )
