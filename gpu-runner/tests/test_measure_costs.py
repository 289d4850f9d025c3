from pathlib import Path
from typing import Any

import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.measure import costs as module
from pareto_runner.measure import throughput
from pareto_runner.measure.checks import open_backend
from pareto_runner.measure.costs import Costs, read_quantization
from pareto_runner.measure.energy import find_grid_factor
from pareto_runner.measure.figures import Pair
from pareto_runner.measure.reference import device_for
from pareto_runner.measure.roofline import measure_bandwidth, read_bandwidth, roofline_share
from pareto_runner.measure.throughput import measure_batches
from pareto_runner.models.cache import cache_path
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import EvaluateParams
from tests.fresh_context import FreshContext
from tests.runtimes_here import needs_onnxruntime
from tests.tiny import make_tiny


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> FreshContext:
    return FreshContext(tmp_path_factory.mktemp("costs"))


def test_candidate_and_baseline_are_measured_in_turns(
    context: FreshContext, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MIN_ROUNDS", "MAX_ROUNDS", "SLOW_ROUNDS"):
        monkeypatch.setattr(module, name, 2)
    order: list[str] = []
    spawn = context.spawn_measure

    def watch(target: Any, kwargs: dict[str, Any], timeout_s: float | None = None) -> Any:
        order.append(Path(kwargs.get("path", target.__name__)).name)
        return spawn(target, kwargs, timeout_s)

    monkeypatch.setattr(context, "spawn_measure", watch)
    artifact = make_tiny(tmp_path / "artifact", layers=1)
    params = EvaluateParams(model=str(tiny), artifact="a1", benchmarks=["any"])
    costs = Costs(params, artifact, tiny, context, find_grid_factor("FRA"))
    while not costs.done:
        costs.round()
    assert order == ["artifact", "model", "model", "artifact"]
    figures = costs.figures()
    assert figures.reference is None
    for figure in (figures.latency_ms, figures.memory_gb, figures.co2_grams):
        assert 0 < figure.low <= figure.value <= figure.high
        assert figure.n == 2
    extra = figures.latency_ms.extra
    # The first evaluation pins the baseline, so that its own machine's figures are the pinned ones.
    assert extra["pinned_baseline_ms"] == extra["baseline_today_ms"]
    assert extra["p50_ms"] <= extra["p95_ms"] <= extra["p99_ms"]
    assert set(extra["batch_tokens_per_second"]) == {"1", "8", "32"}
    assert all(rate > 0 for rate in extra["batch_tokens_per_second"].values())
    assert 0 < extra["roofline"] <= 1
    assert figures.co2_grams.extra["region"] == "FRA"
    assert list(cache_path(inspect_model(str(tiny)).revision, "costs").iterdir())


def test_rounds_end_when_the_interval_is_narrow_or_there_is_no_time(
    context: FreshContext, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratios: list[float] = []
    monkeypatch.setattr(Pair, "latency_ratios", lambda pair: ratios)
    monkeypatch.setattr(Costs, "rounds", property(lambda costs: len(ratios)))

    def is_done(measured: list[float], seconds: float) -> bool:
        ratios[:] = measured
        costs = Costs(EvaluateParams(model=str(tiny), benchmarks=["any"]), tiny, tiny, context, find_grid_factor("FRA"))
        costs._seconds = seconds
        return costs.done

    assert is_done([1.0, 1.001, 0.999, 1.002, 1.0], 5.0)
    assert not is_done([1.0, 1.001, 0.999, 1.002], 5.0)
    assert not is_done([1.0, 1.1, 0.9, 1.2, 1.0], 5.0)
    assert is_done([1.0, 1.1, 0.9, 1.2, 1.0], 61.0)
    assert is_done([1.0, 1.1, 0.9] * 3, 9.0)
    assert is_done([1.0, 1.1, 0.9], 100.0)
    assert not is_done([1.0, 1.1], 100.0)


def test_bandwidth_is_measured_a_few_times_for_each_size_and_the_largest_is_kept(data_dir: Path) -> None:
    asked: list[int] = []
    answers = iter([10e9, 25e9, 20e9, 30e9, 5e9])

    def measure(size: int) -> float:
        asked.append(size)
        return next(answers)

    assert read_bandwidth("cpu", 3_000_000, measure) == 10e9
    assert read_bandwidth("cpu", 2_500_000, measure) == 25e9
    assert read_bandwidth("cpu", 3_000_000, measure) == 25e9
    assert read_bandwidth("cpu", 3_000_000, measure) == 25e9
    assert read_bandwidth("cpu", 3_000_000, measure, again=True) == 30e9
    assert read_bandwidth("cpu", 100_000_000, measure) == 5e9
    assert asked == [*[1 << 21] * 4, 1 << 26]
    assert roofline_share(5_000_000, 10e9, 1.0) == 0.5


@needs_onnxruntime
def test_a_runtime_without_a_gpu_path_runs_on_the_processor() -> None:
    assert device_for("transformers", "cuda") == "cuda"
    assert device_for("onnxruntime", "cuda") == "cpu"
    assert device_for("onnxruntime", "cpu") == "cpu"


def test_bandwidth_of_this_machine() -> None:
    assert measure_bandwidth("cpu", 1 << 22) > 1e8


def test_batches_that_do_not_fit_say_why(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = open_backend("transformers", str(tiny), "cpu", False)
    assert measure_batches(backend, (8,), 10.0) == {"8": "left out: could take 80 s"}
    monkeypatch.setattr(throughput, "MEMORY_SHARE", 0.0)
    (reason,) = measure_batches(backend, (8,), 0.1).values()
    assert "GB" in str(reason)


def test_a_config_that_does_not_parse_is_an_unloadable_artifact(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(RunnerError, match="artifact_unloadable"):
        read_quantization(tmp_path)
