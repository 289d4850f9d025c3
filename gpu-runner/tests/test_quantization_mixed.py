"""Mixed precision: budgets hold, the allocation is the best one, and the measured sensitivities are right and kept."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.methods import find_method
from pareto_runner.methods.allocation import Option, allocate_cost, allocate_loss
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_artifact
from tests.test_quantization import compute_logits, quantize

PARAMS: dict[str, Any] = {"group_size": 32, "calibration_samples": 4}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "runner" / "cache"


@pytest.mark.parametrize("unit", [7, 1_234_567])
def test_allocation_is_the_best_there_is(unit: int) -> None:
    chance = random.Random(unit)  # noqa: S311
    for _ in range(20):
        items = [
            [Option(bits, bits * unit * chance.randint(1, 4), chance.random() / bits) for bits in (2, 3, 4, 8)]
            for _ in range(4)
        ]
        budget = unit * chance.randint(8, 90)
        ways = [(sum(o.cost for o in way), sum(o.loss for o in way)) for way in itertools.product(*items)]
        fitting = [loss for cost, loss in ways if cost <= budget]
        found = allocate_cost(items, budget)
        if found is None:
            assert not fitting
        else:
            assert sum(o.cost for o in found) <= budget
            assert sum(o.loss for o in found) == pytest.approx(min(fitting))
        cheap = [cost for cost, loss in ways if loss <= 0.8]
        small = allocate_loss(items, 0.8)
        assert (small is None) == (not cheap)
        if small is not None:
            assert sum(o.loss for o in small) <= 0.8
            assert sum(o.cost for o in small) == min(cheap)


def test_budget_of_size_holds_and_what_is_stored_is_what_was_computed(tiny: Path, tmp_path: Path) -> None:
    import torch

    work = quantize(tiny, tmp_path, "mixed", {"budget": "size", "value": 0.45, **PARAMS})
    computed = compute_logits(work.model)
    assert work.save is not None
    work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    assert torch.equal(computed, compute_logits(load_artifact(tmp_path / "saved")[0]))
    before = (tiny / "model.safetensors").stat().st_size
    assert 0.42 * before < (tmp_path / "saved" / "model.safetensors").stat().st_size <= 0.45 * before
    stored = json.loads((tmp_path / "saved" / "config.json").read_text())["quantization_config"]["config_groups"]
    bits = {layer: group["weights"]["num_bits"] for group in stored.values() for layer in group["targets"]}
    assert len(bits) == 14
    assert len(set(bits.values())) > 1
    for block in ("model.layers.0", "model.layers.1"):
        assert len({bits[f"{block}.self_attn.{part}_proj"] for part in "qkv"}) == 1
        assert bits[f"{block}.mlp.gate_proj"] == bits[f"{block}.mlp.up_proj"]


def test_sensitivities_are_measured_once_and_are_true(tiny: Path, tmp_path: Path, cache: Path) -> None:
    """Blocks that are not computed again change nothing: the kept figure is that of a whole pass."""
    import torch

    from pareto_runner.methods.compressed import int_scheme, round_weight
    from pareto_runner.models.load import load_model
    from pareto_runner.models.sensitivity import LayerSet, Sensitivity, measure_sensitivity

    quantize(tiny, tmp_path, "mixed", {"value": 4.0, "rounding": "rtn", **PARAMS})
    (file,) = cache.glob("*/sensitivity/*.json")
    first = file.stat().st_mtime_ns
    quantize(tiny, tmp_path, "mixed", {"budget": "loss", "value": 0.5, "rounding": "rtn", **PARAMS})
    assert list(cache.glob("*/sensitivity/*.json")) == [file]
    assert file.stat().st_mtime_ns == first
    kept = Sensitivity.read(file)
    assert [one.block for one in kept.sets] == [0] * 4 + [1] * 4
    assert all(losses[2] > losses[4] > losses[8] > 0 for losses in kept.losses)
    model, _ = load_model(tiny)
    blocks = list(model.model.layers)
    rows = [list(range(start, start + 40)) for start in (0, 100)]
    found: list[Any] = []
    for block in (0, 1):  # Said to be in block 0 it is measured by whole passes.
        one = LayerSet(("model.layers.1.mlp.down_proj",), block)
        rounding = lambda weight, bits: round_weight(weight, int_scheme(bits, 32, True))  # noqa: E731
        found.append(measure_sensitivity(model, [one], blocks, rows, (2, 8), rounding, lambda _: None).losses)
    assert found[0] == found[1]
    untouched = load_model(tiny)[0].state_dict()
    assert all(torch.equal(value, untouched[name]) for name, value in model.state_dict().items())


def test_budgets_that_cannot_be_met_are_refused(tiny: Path, tmp_path: Path) -> None:
    method = find_method("mixed")
    facts = inspect_model(str(tiny))
    for budget, value in (("average_bits", 1.5), ("size", 1.2), ("latency", 4.0)):
        params = method.params_type.model_validate({"budget": budget, "value": value, **PARAMS})
        assert [problem.code for problem in method.check(facts, params)] == ["budget_out_of_range"]
    with pytest.raises(RunnerError, match="budget_too_small"):
        quantize(tiny, tmp_path, "mixed", {"budget": "size", "value": 0.1, **PARAMS})
