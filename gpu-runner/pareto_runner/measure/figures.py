"""From the rounds of an evaluation to its latency, memory and CO2 figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pareto_runner.measure.decode import NEW_TOKENS, PROMPT_TOKENS
from pareto_runner.measure.energy import JOULES_PER_WH, GridFactor
from pareto_runner.measure.rounds import WARM_UP_RUNS
from pareto_runner.measure.stats import Estimate, median, percentile, repeats_interval, widen
from pareto_runner.schemas import Figure

Rounds = Sequence[dict[str, Any]]
_WORKLOAD = {"prompt_tokens": PROMPT_TOKENS, "new_tokens": NEW_TOKENS, "batch": 1}


# Other programs also push the model out of the caches. Measured with a 5.8M model on two cores: while they had the
# processor for 65 % of the time, the steps themselves took 25 % longer, which all repeats of that moment share.
SLOWDOWN_PER_WAITED_SHARE = 0.4


def waited_share(rounds: Rounds) -> float:
    """Return the share of the time, 0 to 1, that other programs had the processor."""
    waited = sum(r["waited_ms"] for r in rounds)
    return waited / (waited + sum(sum(r["step_ms"]) + sum(r["first_token_ms"]) for r in rounds))


def interval_of_repeats(values: Sequence[float], rounds: Rounds) -> Estimate:
    """Return the interval between rounds, widened by what a busy machine does to all of them alike."""
    return widen(repeats_interval(values), SLOWDOWN_PER_WAITED_SHARE * waited_share(rounds))


def latency_figure(rounds: Rounds) -> Figure:
    """Return ms per generated token: the median over processes of each process's median step.

    `waited_share` in `extra` is the share of the time that other programs had the processor; it is subtracted.
    """
    steps = [step for r in rounds for step in r["step_ms"]]
    first = [ms for r in rounds for ms in r["first_token_ms"]]
    estimate = interval_of_repeats([median(r["step_ms"]) for r in rounds], rounds)
    return Figure(
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        unit="ms per generated token",
        spread="95 % Student interval between fresh processes, of each one's median step, widened by the waited share",
        extra={
            **_WORKLOAD,
            "p95_ms": percentile(steps, 0.95),
            "time_to_first_token_ms": median(first),
            "tokens_per_second": 1000 * NEW_TOKENS * len(first) / (sum(steps) + sum(first)),
            "waited_share": waited_share(rounds),
            "runs": len(first),
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
    wh = interval_of_repeats([r["joules_per_token"] * 1000 / JOULES_PER_WH for r in rounds], rounds)
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
