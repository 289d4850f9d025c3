from typing import Any

import pytest

from pareto_runner.measure.energy import find_grid_factor
from pareto_runner.measure.figures import co2_figure, latency_figure, memory_figure, waited_share


def round_of(step_ms: float, waited_ms: float = 0.0) -> dict[str, Any]:
    return {
        "step_ms": [step_ms] * 63,
        "first_token_ms": [step_ms],
        "waited_ms": waited_ms,
        "memory_bytes": 20_000_000,
        "kv_bytes_per_token": 3072.0,
        "joules_per_token": 0.018,
        "energy_source": "estimate",
        "energy_covers": "this process",
    }


def test_quiet_rounds_that_agree_give_a_narrow_interval() -> None:
    figure = latency_figure([round_of(4.0), round_of(4.04), round_of(3.98)])
    assert figure.value == 4.0
    assert figure.high / figure.low < 1.06
    assert figure.extra["tokens_per_second"] == pytest.approx(250, rel=0.01)
    assert figure.extra["waited_share"] == 0.0


def test_a_busy_machine_widens_the_interval() -> None:
    quiet = [round_of(4.0)] * 3
    busy = [round_of(4.0, waited_ms=256.0)] * 3
    assert waited_share(busy) == 0.5
    assert latency_figure(quiet).low == latency_figure(quiet).high == 4.0
    assert latency_figure(busy).high == pytest.approx(4.0 * 1.2)
    assert latency_figure(busy).low == pytest.approx(4.0 / 1.2)


def test_co2_is_energy_times_the_grid() -> None:
    figure = co2_figure([round_of(4.0)] * 3, find_grid_factor("WORLD"))
    assert figure.extra["energy_wh_per_1000_tokens"] == pytest.approx(0.005)
    assert figure.value == pytest.approx(0.005 / 1000 * 475)
    assert (figure.extra["region"], figure.extra["factor_g_per_kwh"]) == ("WORLD", 475.0)


def test_memory_says_what_it_means() -> None:
    figure = memory_figure([round_of(4.0)] * 3, "cpu")
    assert (figure.value, figure.unit) == (0.02, "GB")
    assert "resident" in figure.extra["definition"]
    assert "allocator" in memory_figure([round_of(4.0)] * 3, "cuda").extra["definition"]
