"""What each pruning method sets to zero or cuts away, checked against its definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pareto_runner.methods import find_method
from pareto_runner.methods.base import Work
from pareto_runner.methods.cutting import keep_blocks
from pareto_runner.methods.layout import LAYOUTS, as_linears, find_blocks, list_linears, named_linears
from pareto_runner.models.inspect import inspect_folder, inspect_model
from tests.families import CONFIGS, make_family, make_work

IDS = range(40)


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("families")
    return {family: make_family(family, root / family, layers=3) for family in CONFIGS}


def apply(work: Work, method: str, **params: Any) -> None:
    found = find_method(method)
    parsed = found.params_type.model_validate(params)
    assert found.check(work.facts, parsed) == []
    found.apply(work, parsed)


def logits(model: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(torch.tensor([list(IDS)])).logits.float()


def weights(model: Any) -> dict[str, Any]:
    """The blocks' weights as [out, in], also those of GPT-2."""
    with as_linears(model):
        return {name: layer.weight.detach().clone() for name, layer in named_linears(model).items()}


@pytest.mark.parametrize("family", ["llama", "gpt2"])
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("magnitude", {"granularity": "layer"}),
        ("magnitude", {"granularity": "row"}),
        ("magnitude", {"granularity": "global"}),
        ("magnitude", {"pattern": "2:4"}),
        ("wanda", {}),
        ("wanda", {"pattern": "2:4"}),
        ("sparsegpt", {}),
        ("sparsegpt", {"pattern": "2:4"}),
    ],
)
def test_zeros_lie_where_they_should(
    families: dict[str, Path], tmp_path: Path, family: str, method: str, params: dict[str, Any]
) -> None:
    import torch

    sparsity = 0.5 if "pattern" in params else 0.75
    calibrated = {} if method == "magnitude" else {"calibration_samples": 8}
    work = make_work(families[family], tmp_path)
    before = {name: tensor.clone() for name, tensor in work.model.state_dict().items()}
    apply(work, method, sparsity=sparsity, **params, **calibrated)
    zeros = {name: weight == 0 for name, weight in weights(work.model).items()}
    share = sum(int(z.sum()) for z in zeros.values()) / sum(z.numel() for z in zeros.values())
    assert share == pytest.approx(sparsity, abs=0.005)
    for zero in zeros.values():
        if "pattern" in params:
            assert bool((zero.reshape(-1, 4).sum(1) == 2).all())
        elif method == "wanda" or params.get("granularity") == "row":
            assert bool((zero.sum(1) == round(zero.shape[1] * sparsity)).all())
    after = work.model.state_dict()
    assert after.keys() == before.keys()
    outside = [name for name in before if name.removesuffix(".weight") not in zeros]
    assert all(torch.equal(before[name], after[name]) for name in outside), "something outside of them was changed"
    assert work.labels == ["zeros stored dense"]
    work.model.save_pretrained(tmp_path / "saved")
    saved = sorted(path.name for path in (tmp_path / "saved").iterdir())
    assert saved == ["config.json", "generation_config.json", "model.safetensors"]
    assert inspect_folder(tmp_path / "saved", "x", "path").parameters == work.facts.parameters


def test_wanda_follows_its_definition_and_sparsegpt_makes_up_for_what_it_removes(
    families: dict[str, Path], tmp_path: Path
) -> None:
    """In a layer whose inputs no pruning has changed: the mask, and the error of the output."""
    import torch

    name = "model.layers.0.self_attn.q_proj"
    work = make_work(families["llama"], tmp_path)
    rows = work.calibration(8)
    seen: list[Any] = []
    whole = weights(work.model)[name].float()
    handle = work.model.get_submodule(name).register_forward_pre_hook(lambda _m, x: seen.append(x[0]))
    with torch.no_grad():
        work.model(torch.tensor(rows))
    handle.remove()
    inputs = seen[0].flatten(0, 1).float()
    errors = {}
    for method in ("magnitude", "wanda", "sparsegpt"):
        fresh = make_work(families["llama"], tmp_path)
        apply(fresh, method, sparsity=0.5, **({} if method == "magnitude" else {"calibration_samples": 8}))
        pruned = weights(fresh.model)[name].float()
        errors[method] = float(((pruned - whole) @ inputs.t()).pow(2).sum())
        if method == "wanda":
            metric = whole.abs() * inputs.norm(dim=0)
            smallest = metric.argsort(dim=1)[:, : whole.shape[1] // 2]
            mask = torch.zeros_like(whole, dtype=torch.bool).scatter(1, smallest, True)
            assert float((mask == (pruned == 0)).float().mean()) > 0.999
            assert bool((pruned[pruned != 0] == whole[pruned != 0]).all())
    assert errors["sparsegpt"] < 0.9 * min(errors["wanda"], errors["magnitude"])


def test_recovery_trains_what_is_left_and_holds_the_zeros(families: dict[str, Path], tmp_path: Path) -> None:
    import torch

    plain, trained = (make_work(families["llama"], tmp_path) for _ in range(2))
    apply(plain, "magnitude", sparsity=0.5)
    apply(trained, "magnitude", sparsity=0.5, recovery_steps=2)
    for before, after in zip(list_linears(plain.model), list_linears(trained.model), strict=True):
        assert bool((after.weight[before.weight == 0] == 0).all())
        assert not torch.equal(before.weight, after.weight)


@pytest.mark.parametrize("family", CONFIGS)
def test_cutting_what_is_silent_changes_no_answer(families: dict[str, Path], tmp_path: Path, family: str) -> None:
    """Half of the channels and of the heads are silenced and a block passes its input on: exactly those must leave."""
    import torch

    layout = LAYOUTS[family]
    work = make_work(families[family], tmp_path)
    blocks = find_blocks(work.model)[1]
    with torch.no_grad(), as_linears(work.model):
        for index, block in enumerate(blocks):
            ffn, attention = block.get_submodule(layout.ffn_out), block.get_submodule(layout.attention_out)
            ffn.weight[:, : ffn.in_features // 2] = 0
            if layout.attention_in:
                attention.weight[:, : attention.in_features // 2] = 0
            if index == 1:
                ffn.weight.zero_(), attention.weight.zero_()
                for layer in (ffn, attention):
                    if layer.bias is not None:
                        layer.bias.zero_()
    work.replace(work.model)
    before = logits(work.model)
    heads = 0.5 if layout.attention_in and work.facts.kv_heads > 1 else 0.0
    apply(work, "structured", heads_ratio=heads, ffn_ratio=0.5, calibration_samples=4)
    assert torch.allclose(before, logits(work.model), atol=0.02, rtol=0.02)
    method = find_method("structured")
    expected = method.shape_after(
        work.facts, method.params_type.model_validate({"heads_ratio": heads, "ffn_ratio": 0.5})
    )
    again = make_work(families[family], tmp_path)
    again.replace(work.model)
    apply(again, "depth", ratio=0.34, importance="block_influence", calibration_samples=4)
    assert torch.equal(logits(work.model), logits(again.model))
    assert any("were removed, in this order: 1." in note for note in again.notes)
    again.model.save_pretrained(tmp_path / "saved")
    facts = inspect_folder(tmp_path / "saved", "x", "path")
    for name in ("heads", "kv_heads", "intermediate_size", "linear_in_features"):
        assert getattr(facts, name) == getattr(expected, name)
    assert facts.layers == 2


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_depth_by_loss_removes_the_block_whose_absence_costs_least(
    families: dict[str, Path], tmp_path: Path, family: str
) -> None:
    """Passing a block over is the same as having removed it, so the choice rests on the true losses."""
    import torch

    work = make_work(families[family], tmp_path)
    rows = torch.tensor(work.calibration(4))
    losses = []
    for gone in range(3):
        rest = keep_blocks(work.model, [index for index in range(3) if index != gone])
        with torch.no_grad():
            logits = rest(rows).logits[:, :-1].float()
        losses.append(float(torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())))
    apply(work, "depth", ratio=0.34, importance="loss", calibration_samples=4)
    assert any(f"in this order: {losses.index(min(losses))}." in note for note in work.notes)


@pytest.mark.parametrize(
    ("family", "method", "params", "code"),
    [
        ("llama", "magnitude", {"pattern": "2:4", "sparsity": 0.7}, "sparsity_mismatch"),
        ("llama", "structured", {"ffn_ratio": 0.0}, "nothing_removed"),
        ("llama", "depth", {"ratio": 0.1}, "nothing_removed"),
        ("gpt2", "structured", {"heads_ratio": 0.5}, "family_unsupported"),
        ("opt", "structured", {"heads_ratio": 0.5}, "family_unsupported"),
    ],
)
def test_refused_before_time_is_spent(
    families: dict[str, Path], family: str, method: str, params: dict[str, Any], code: str
) -> None:
    found = find_method(method)
    problems = found.check(inspect_model(str(families[family])), found.params_type.model_validate(params))
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize("method", ["structured", "depth"])
def test_unknown_family_is_refused(families: dict[str, Path], method: str) -> None:
    found = find_method(method)
    facts = inspect_model(str(families["llama"])).model_copy(update={"family": "mamba"})
    problems = found.check(facts, found.params_type())
    assert [problem.code for problem in problems] == ["family_unsupported"]
