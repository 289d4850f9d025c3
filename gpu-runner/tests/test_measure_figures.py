from typing import Any

import pytest

from pareto_runner.measure.energy import find_grid_factor
from pareto_runner.measure.figures import BETWEEN_EVALUATIONS, Pair, co2_figure, latency_figure, memory_figure
from pareto_runner.measure.pinned import Pinned

PINNED = Pinned(latency_ms=8.0, joules_per_token=0.036, gross_joules_per_token=0.05, at="2026-01-01T00:00:00.000Z")


def round_of(step_ms: float, waited_ms: float = 0.0, joules: float = 0.018) -> dict[str, Any]:
    return {
        "step_ms": [step_ms] * 63,
        "first_token_ms": [step_ms],
        "waited_ms": waited_ms,
        "memory_bytes": 20_000_000,
        "kv_bytes_per_token": 3072.0,
        "joules_per_token": joules,
        "gross_joules_per_token": joules + 0.01,
        "idle_watts": 1.0,
        "energy_source": "RAPL",
        "energy_covers": "processor packages",
    }


def pair(mine: list[float], theirs: list[float], **options: Any) -> Pair:
    return Pair([round_of(ms, **options) for ms in mine], [round_of(ms, **options) for ms in theirs])


def test_quiet_rounds_that_agree_give_a_narrow_interval() -> None:
    figure = latency_figure(pair([4.0, 4.04, 3.98], [8.0, 8.0, 8.0]), PINNED)
    assert figure.value == 4.0
    assert figure.high / figure.low < 1.06 * (1 + BETWEEN_EVALUATIONS) ** 2
    assert figure.extra["tokens_per_second"] == pytest.approx(250, rel=0.01)
    assert figure.extra["prefill_tokens_per_second"] == pytest.approx(64 / 0.004)
    assert figure.extra["waited_share"] == 0.0
    assert figure.extra["under_3_percent"]


def test_a_machine_that_became_slower_changes_no_figure() -> None:
    before = latency_figure(pair([4.0, 4.04, 3.98], [8.0, 8.0, 8.0]), PINNED)
    later = latency_figure(pair([5.2, 5.252, 5.174], [10.4, 10.4, 10.4]), PINNED)
    assert later.value == pytest.approx(before.value)
    assert (later.low, later.high) == pytest.approx((before.low, before.high))
    assert later.extra["p95_ms"] == pytest.approx(before.extra["p95_ms"])
    assert later.extra["raw_ms"] == pytest.approx(1.3 * before.extra["raw_ms"])
    assert later.extra["baseline_today_ms"] == pytest.approx(10.4)


def test_a_busy_machine_widens_the_interval() -> None:
    busy = pair([4.0] * 3, [4.0] * 3, waited_ms=256.0)
    assert busy.waited_share() == 0.5
    quiet = latency_figure(pair([4.0] * 3, [4.0] * 3), PINNED)
    least = 1 + BETWEEN_EVALUATIONS
    assert (quiet.low, quiet.high) == pytest.approx((8.0 / least, 8.0 * least))
    assert latency_figure(busy, PINNED).high == pytest.approx(8.0 * (least + 0.025))
    assert latency_figure(busy, PINNED).low == pytest.approx(8.0 / (least + 0.025))


def test_co2_is_the_pinned_energy_times_the_ratio_and_the_grid() -> None:
    same = Pair([round_of(4.0, joules=0.009)] * 3, [round_of(4.0, joules=0.018)] * 3)
    figure = co2_figure(same, PINNED, find_grid_factor("WORLD"))
    assert figure.extra["energy_wh_per_1000_tokens"] == pytest.approx(0.005)
    assert figure.value == pytest.approx(0.005 / 1000 * 475)
    assert (figure.extra["region"], figure.extra["factor_g_per_kwh"]) == ("WORLD", 475.0)
    assert figure.extra["idle"].startswith("subtracted")


def test_energy_below_the_idle_machines_is_not_subtracted() -> None:
    noisy = Pair([round_of(4.0), round_of(4.0, joules=-0.001)], [round_of(4.0), round_of(4.0)])
    figure = co2_figure(noisy, PINNED, find_grid_factor("WORLD"))
    assert figure.low > 0
    assert figure.extra["idle"].startswith("not subtracted")
    assert figure.extra["pinned_baseline_wh_per_1000_tokens"] == pytest.approx(0.05 * 1000 / 3600)


def test_memory_says_what_it_means() -> None:
    figure = memory_figure([round_of(4.0)] * 3, "cpu")
    assert (figure.value, figure.unit) == (0.02, "GB")
    assert "resident" in figure.extra["definition"]
    assert "allocator" in memory_figure([round_of(4.0)] * 3, "cuda").extra["definition"]
