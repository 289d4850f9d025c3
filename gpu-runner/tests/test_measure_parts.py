import math
import mmap
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.measure.checks import open_backend, open_for_measure
from pareto_runner.measure.decode import (
    NEW_TOKENS,
    CpuClock,
    fixed_prompt,
    generate_once,
)
from pareto_runner.measure.energy import EstimateMeter, RaplMeter, find_grid_factor
from pareto_runner.measure.perplexity import measure_perplexity, perplexity_figure, split_documents
from pareto_runner.measure.resident import PeakResident, library_bytes, release_unused, resident_bytes
from pareto_runner.measure.size import size_figure, weight_bytes
from pareto_runner.runtimes.generate import require_finite
from pareto_runner.runtimes.transformers import TransformersBackend
from tests.tiny import make_tiny


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny"))


def test_decode_agrees_with_a_plain_forward(tiny: Path) -> None:
    backend = open_backend("transformers", str(tiny), "cpu", False)
    assert isinstance(backend, TransformersBackend)
    backend.model.float()
    prompt = fixed_prompt(backend.vocabulary, "cpu")
    generation, logits = generate_once(backend, prompt, CpuClock())
    assert len(generation.step_ms) == NEW_TOKENS - 1
    ids = prompt
    with torch.inference_mode():
        for _ in range(NEW_TOKENS):
            plain = backend.model(ids).logits[:, -1]
            ids = torch.cat([ids, plain.argmax(-1, keepdim=True)], dim=1)
    torch.testing.assert_close(logits, plain, atol=1e-4, rtol=1e-4)


def test_clock_leaves_out_what_other_programs_took() -> None:
    clock = CpuClock()
    clock._delays, clock._marks = [0, 3_000_000, 3_000_000], [0, 5_000_000, 7_000_000]
    clock._file = None
    assert clock.gaps_ms() == [2.0, 2.0]
    assert clock.waited_ms() == 3.0


def test_clock_reads_the_systems_own_count() -> None:
    clock = CpuClock()
    for _ in range(3):
        clock.mark()
    gaps = clock.gaps_ms()
    assert len(gaps) == 2
    assert all(gap > 0 for gap in gaps)
    assert clock.waited_ms() >= 0


def test_peak_resident_sees_what_was_held_and_freed() -> None:
    release_unused()
    before = resident_bytes()
    with PeakResident() as peak:
        block: Any = bytearray(b"x") * 60_000_000
        del block
    assert peak.peak_bytes - before > 50_000_000
    release_unused()
    assert resident_bytes() - before < 20_000_000


def test_perplexity_matches_a_plain_computation(tiny: Path) -> None:
    text = "the cat sat on the mat\n\na dog ran far " * 3 + "\n\n" + "one long document " * 60
    backend, tokenizer = open_for_measure("transformers", str(tiny), "cpu", False)
    assert isinstance(backend, TransformersBackend)
    measured = measure_perplexity("transformers", str(tiny), "cpu", False, text)
    documents = split_documents(text)
    assert len(measured["losses"]) == len(documents)
    ids = torch.tensor([[0, *tokenizer.encode(documents[0], add_special_tokens=False)]])
    with torch.inference_mode():
        loss = backend.model(ids, labels=ids).loss
    assert measured["losses"][0] / measured["tokens"][0] == pytest.approx(float(loss), rel=0.01)
    assert measured["tokens"][-1] == len(tokenizer.encode(documents[-1], add_special_tokens=False)) > 128
    figure = perplexity_figure(measured)
    assert figure.low < figure.value < figure.high
    assert figure.n == len(documents)
    alone = measure_perplexity("transformers", str(tiny), "cpu", False, documents[-1])
    assert alone["unit"] == "windows"
    assert len(alone["losses"]) > 1
    assert sum(alone["losses"]) == pytest.approx(measured["losses"][-1], rel=0.001)
    with pytest.raises(RunnerError) as caught:
        measure_perplexity("transformers", str(tiny), "cpu", False, " \n\n ")
    assert (caught.value.code, caught.value.field) == ("text_empty", "perplexity_text")


def test_size_is_exact(tiny: Path, tmp_path: Path) -> None:
    size = weight_bytes(tiny)
    assert size == (tiny / "model.safetensors").stat().st_size
    figure = size_figure(size)
    assert (figure.low, figure.value, figure.high) == (size / 1e9, size / 1e9, size / 1e9)
    with pytest.raises(RunnerError, match="artifact_unloadable"):
        weight_bytes(tmp_path)


def test_grid_factors_have_a_source_and_a_year() -> None:
    world = find_grid_factor("world")
    assert (world.region, world.grams_per_kwh) == ("WORLD", 475.0)
    assert "IEA" in world.source
    assert find_grid_factor("FRA").grams_per_kwh < find_grid_factor("DEU").grams_per_kwh
    with pytest.raises(RunnerError) as caught:
        find_grid_factor("ATLANTIS")
    assert (caught.value.code, caught.value.field) == ("unknown_region", "region")


def test_estimate_counts_processor_time() -> None:
    meter = EstimateMeter()
    meter.start()
    sum(i * i for i in range(2_000_000))
    assert meter.stop(10_000_000) > 0


def test_rapl_counter_wraps(tmp_path: Path) -> None:
    zone = tmp_path / "intel-rapl:0"
    zone.mkdir()
    (tmp_path / "intel-rapl:0:0").mkdir()
    (zone / "max_energy_range_uj").write_text("1000000")
    (zone / "energy_uj").write_text("900000")
    meter = RaplMeter(tmp_path)
    meter.start()
    (zone / "energy_uj").write_text("100000")
    assert meter.stop(0) == pytest.approx(0.2)
    with pytest.raises(OSError, match="no package zones"):
        RaplMeter(tmp_path / "none")


def test_nonfinite_numbers_are_refused() -> None:
    require_finite(1.0, "x")
    for value in (math.nan, math.inf):
        with pytest.raises(RunnerError) as caught:
            require_finite(value, "the loss")
        assert caught.value.code == "nonfinite_output"
        assert caught.value.remedy


def test_broken_artifact_is_unloadable(tiny: Path, tmp_path: Path) -> None:
    for file in tiny.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(RunnerError, match="artifact_unloadable"):
        open_backend("transformers", str(tmp_path), "cpu", True)


def test_library_pages_are_told_from_the_models_own(tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    file.write_bytes(bytes(range(256)) * 40_000)
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        sum(mapped[::4096])
        with_it = library_bytes(tmp_path / "elsewhere")
        without_it = library_bytes(tmp_path)
    if sys.platform == "linux":
        assert with_it - without_it == pytest.approx(10_240_000, rel=0.05)
    assert without_it >= 0
