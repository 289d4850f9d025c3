"""Hessians are right, shared by all variants of a model, and GPTQ with them is the library's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pareto_runner.methods.base import Work
from pareto_runner.models.hessians import find_hessians
from tests.test_quantization import quantize

ROWS = {"calibration_samples": 8, "group_size": 32}


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "runner" / "cache"


def read_quantized(work: Work) -> dict[str, Any]:
    return {name: value.clone() for name, value in work.model.state_dict().items() if "layers" in name}


def test_hessian_is_the_sum_of_outer_products(tiny: Path, tmp_path: Path) -> None:
    import torch

    from pareto_runner.models.load import load_model

    model, _ = load_model(tiny)
    rows = [list(range(start, start + 24)) for start in range(20)]
    shares: list[float] = []
    found = find_hessians(model, rows, None, tmp_path, lambda part, _: shares.append(part), shrink=0.4)
    seen: list[Any] = []
    name = "model.layers.1.mlp.down_proj"
    with torch.no_grad():
        model.get_submodule(name).register_forward_pre_hook(lambda _, args: seen.append(args[0].float().flatten(0, 1)))
        model(torch.tensor(rows))
    expected = 2 * seen[0].T @ seen[0]
    assert found.rows == 20
    assert torch.allclose(found.read(name), expected, rtol=0.02, atol=0.02 * float(expected.diagonal().mean()))
    keys = [f"model.layers.0.self_attn.{part}_proj" for part in "qkv"]
    assert len({str(found._place[key]) for key in keys}) == 1
    assert "lm_head" not in found
    assert shares[-1] == 1.0


@pytest.mark.parametrize("params", [{"bits": 3}, {"bits": 4, "symmetric": False, "group_size": 0, "act_order": False}])
def test_rounding_is_the_librarys_layer_by_layer(
    tiny: Path, tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, params: dict[str, Any]
) -> None:
    """Rounding layers of one shape side by side, in our loop, gives each what the library's own loop gives it alone."""
    import torch
    from compressed_tensors.utils.impl_backend import ImplBackend
    from llmcompressor.modifiers.gptq.gptq_quantize import quantize_weight

    from pareto_runner.methods.compressed import int_scheme
    from pareto_runner.models.hessians import Hessians
    from pareto_runner.models.load import load_model

    params = ROWS | params
    work = quantize(tiny, tmp_path, "gptq", params)
    monkeypatch.setitem(ImplBackend._backends, "gptq_block_update", [])
    hessians = Hessians(next(empty_cache.glob("*/hessians/*")), kept=True)
    dense_weights = load_model(tiny)[0].state_dict()
    order = "static" if params.get("act_order", True) else None
    args = int_scheme(params["bits"], params["group_size"], params.get("symmetric", True), actorder=order).weights
    for name, module in work.model.named_modules():
        if name in hessians:
            answer: Any = quantize_weight(
                weights=dense_weights[f"{name}.weight"].float()[None].clone(),
                hessians=hessians.read(name)[None] / hessians.rows,
                scale=module.weight_scale[None],
                zero_point=module.weight_zero_point[None],
                global_scale=None,
                quant_args=args,
                percdamp=0.01,
            )
            rounded, _, fell_back = answer
            assert not fell_back.any()
            weight: Any = module.weight
            assert torch.equal(rounded[0].to(weight.dtype), weight)


def test_variants_share_one_set_and_are_as_alone(tiny: Path, tmp_path: Path, empty_cache: Path) -> None:
    import torch

    variants: list[dict[str, Any]] = [{"bits": 4}, {"bits": 2, "act_order": False}, {"bits": 3, "symmetric": False}]
    shared, factors = [], []
    for variant in variants:
        shared.append(read_quantized(quantize(tiny, tmp_path, "gptq", variant | ROWS)))
        factors.append(len(list(empty_cache.glob("*/hessians/*/factors/*.safetensors"))))
    assert 0 < factors[0] < factors[1] == factors[2], "the last one shares the first one's factors"
    sets = list(empty_cache.glob("*/hessians/*"))
    assert len(sets) == 1
    sets[0].rename(tmp_path / "away")
    alone = read_quantized(quantize(tiny, tmp_path, "gptq", variants[2] | ROWS))
    assert all(torch.equal(alone[name], shared[2][name]) for name in alone)
    assert any(not torch.equal(shared[0][name], shared[1][name]) for name in alone)


def test_changed_model_has_hessians_of_its_own(tiny: Path, tmp_path: Path, empty_cache: Path) -> None:
    from pareto_runner.jobs.context import LocalContext
    from pareto_runner.methods import find_method
    from pareto_runner.models.inspect import inspect_model

    work = Work(tiny, LocalContext("j", "r", tmp_path, tmp_path, "cpu"), 0, inspect_model(str(tiny)))
    for name, params in (("magnitude", {"sparsity": 0.3}), ("gptq", ROWS)):
        method = find_method(name)
        method.apply(work, method.params_type.model_validate(params))
    assert not list(empty_cache.glob("*/hessians/*"))
    assert (tmp_path / "hessians").is_dir()
