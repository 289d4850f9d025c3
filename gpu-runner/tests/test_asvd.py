"""Low-rank factors: exact errors, the best ranks under a budget, and an artifact that is smaller and loads."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.compress import compress
from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods import find_method
from pareto_runner.methods.factors import split_layers
from pareto_runner.methods.layout import named_linears
from pareto_runner.methods.ranks import Choice, allocate_ranks, saving_ranks
from pareto_runner.models.inspect import inspect_folder, inspect_model
from pareto_runner.models.load import load_artifact
from pareto_runner.schemas import CompressParams
from tests.families import make_family, make_work

PARAMS = {"calibration_samples": 8}


def test_only_ranks_that_save_are_offered() -> None:
    assert saving_ranks((128, 128), 16) == [16, 32, 48]
    assert saving_ranks((256, 128), 32) == [32, 64]
    assert saving_ranks((128, 128), 64) == []


def test_ranks_are_the_best_that_the_budget_allows() -> None:
    """Against every combination: never over the budget, and as good as the best where losses fall ever more slowly."""
    layers = {
        name: [*[Choice(r, 100 * r, scale * 0.5**r) for r in range(1, 6)], Choice(None, 700, 0.0)]
        for name, scale in (("a", 4.0), ("b", 1.0), ("c", 0.1))
    }
    for budget in range(300, 2100, 100):
        chosen = allocate_ranks(layers, budget)
        assert sum(choice.parameters for choice in chosen.values()) <= budget
        best = min(
            sum(choice.loss for choice in ways)
            for ways in itertools.product(*layers.values())
            if sum(choice.parameters for choice in ways) <= budget
        )
        assert sum(choice.loss for choice in chosen.values()) <= best * 1.3 + 1e-9


def test_the_error_of_a_rank_is_known_before_it_is_used(tiny: Path, tmp_path: Path) -> None:
    """What whitening promises: the values left out are exactly the squared error of the outputs."""
    import torch

    name = "model.layers.0.mlp.up_proj"
    work = make_work(tiny, tmp_path)
    work.model.float()
    layer = work.model.get_submodule(name)
    rows = work.calibration(8)
    seen: list[Any] = []
    handle = layer.register_forward_pre_hook(lambda _m, x: seen.append(x[0].flatten(0, 1)))
    with torch.no_grad():
        work.model(torch.tensor(rows))
        handle.remove()
        split = split_layers(work, {name: layer}, rows, 32)[name]
        plain = torch.linalg.svd(layer.weight)
        for rank in (32, 64):
            low = split.left[:, :rank] @ split.right[:rank]
            error = float((seen[0] @ (layer.weight - low).t()).pow(2).sum())
            assert error == pytest.approx(float(split.left_out[rank]), rel=0.01)
            unaware = plain.U[:, :rank] * plain.S[:rank] @ plain.Vh[:rank]
            assert error < float((seen[0] @ (layer.weight - unaware).t()).pow(2).sum())


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_artifact_is_truly_smaller_and_loads_as_it_was(tmp_path: Path, family: str) -> None:
    import torch

    folder = make_family(family, tmp_path / family)
    work = make_work(folder, tmp_path)
    whole = sum(layer.weight.numel() for layer in named_linears(work.model).values())
    others = work.model.num_parameters() - whole
    method = find_method("asvd")
    params = method.params_type.model_validate({**PARAMS, "rank_ratio": 0.7})
    assert method.check(work.facts, params) == []
    method.apply(work, params)
    work.model.save_pretrained(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    facts = inspect_folder(tmp_path / "saved", "x", "path")
    assert 0.6 * whole < facts.parameters - others <= 0.7 * whole
    assert facts.parameters == work.model.num_parameters()
    assert set(method.shape_after(work.facts, params).linear_in_features) <= {*facts.linear_in_features, 32}
    assert method.shape_after(work.facts, params).family == facts.family
    assert [problem.code for problem in method.check(facts, params)] == ["already_low_rank"]
    stored, _ = load_artifact(tmp_path / "saved")
    ids = torch.arange(40)[None]
    with torch.no_grad():
        assert torch.equal(stored(ids).logits, work.model(ids).logits)


def test_a_program_that_does_not_know_the_format_refuses_it(tiny: Path, tmp_path: Path) -> None:
    work = make_work(tiny, tmp_path)
    method = find_method("asvd")
    method.apply(work, method.params_type.model_validate(PARAMS))
    work.model.save_pretrained(tmp_path / "saved")
    plain = "from transformers import AutoModelForCausalLM as A; import sys; A.from_pretrained(sys.argv[1])"
    ended = subprocess.run([sys.executable, "-c", plain, str(tmp_path / "saved")], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "pareto_lowrank_llama" in ended.stderr


@pytest.mark.parametrize("last", [{"method": "gptq", "params": {"group_size": 32, **PARAMS}}, {"method": "int8"}])
def test_factors_can_be_quantized(tiny: Path, data_dir: Path, tmp_path: Path, last: dict[str, Any]) -> None:
    steps = [{"method": "asvd", "params": {**PARAMS, "rank_ratio": 0.6}}, last]
    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": steps}})
    result = compress(params, LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cpu"))
    assert result.parameters < inspect_model(str(tiny)).parameters
    assert "low-rank factors: loads with Pareto Lab's loader" in result.artifact.labels
    assert result.artifact.size_bytes < 0.55 * (tiny / "model.safetensors").stat().st_size


@pytest.mark.parametrize(
    "params", [{"rank_ratio": 0.2, "rank_multiple": 32}, {"rank_ratio": 0.9, "rank_multiple": 128}]
)
def test_what_cannot_save_is_refused(tiny: Path, params: dict[str, Any]) -> None:
    method = find_method("asvd")
    problems = method.check(inspect_model(str(tiny)), method.params_type.model_validate(params))
    assert [problem.code for problem in problems] == ["nothing_removed"]
