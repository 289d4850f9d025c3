"""Every quantization method on the tiny model: what is stored is what was computed, and what cannot work is refused."""

from __future__ import annotations

import gc
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Work
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_artifact
from pareto_runner.schemas import ModelFacts

ROWS = {"calibration_samples": 8}


def quantize(folder: Path, work_dir: Path, name: str, params: dict[str, Any], device: str = "cpu") -> Work:
    method = find_method(name)
    work = Work(folder, LocalContext("j", "r", work_dir, work_dir, device), 0, inspect_model(str(folder)))
    values = method.params_type.model_validate(params)
    assert method.check(work.facts, values) == []
    method.apply(work, values)
    return work


def compute_logits(model: Any) -> Any:
    import torch

    with torch.inference_mode():
        return model(torch.arange(40, device=model.device)[None]).logits.float().cpu()


CASES: list[tuple[str, dict[str, Any], float]] = [
    ("rtn", {"bits": 2, "group_size": 32, "symmetric": False}, 0.45),
    ("rtn", {"bits": 3, "group_size": 0}, 0.42),
    ("rtn", {"bits": 4, "group_size": 32, "quantize_head": True}, 0.60),
    ("awq", {"bits": 4, "group_size": 32, "grid": 3, **ROWS}, 0.52),
    ("smoothquant", {"smoothing_strength": 0.6, **ROWS}, 0.70),
    ("torchao", {"kind": "int8_weight_only"}, 0.70),
    ("torchao", {"kind": "int8_dynamic"}, 0.70),
    ("fp8", {}, 0.70),
    ("mxfp4", {"activations": True}, 0.50),
    ("nvfp4", {}, 0.53),
]


@pytest.mark.parametrize(("name", "params", "most"), CASES, ids=[f"{c[0]}-{c[1].get('bits', '')}" for c in CASES])
def test_what_is_stored_is_what_was_computed(
    tiny: Path, tmp_path: Path, name: str, params: dict[str, Any], most: float
) -> None:
    """The logits after re-load are those of the quantized model in memory, and differ from the model's before."""
    import torch

    work = quantize(tiny, tmp_path, name, params)
    computed = compute_logits(work.model)
    assert work.save is not None
    work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    stored, _ = load_artifact(tmp_path / "saved")
    assert torch.equal(computed, compute_logits(stored))
    dense, _ = load_artifact(tiny)
    assert not torch.equal(computed, compute_logits(dense))
    size = (tmp_path / "saved" / "model.safetensors").stat().st_size
    assert size <= most * (tiny / "model.safetensors").stat().st_size


def test_activations_are_rounded_after_reload_too(tiny: Path, tmp_path: Path) -> None:
    """Otherwise the accuracy of W8A8 would be measured with exact activations."""
    import torch
    from compressed_tensors.quantization import disable_quantization

    work = quantize(tiny, tmp_path, "smoothquant", ROWS)
    assert work.save is not None
    work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    stored, _ = load_artifact(tmp_path / "saved")
    rounded = compute_logits(stored)
    stored.apply(disable_quantization)
    assert not torch.equal(rounded, compute_logits(stored))


@pytest.fixture
def frozen() -> Iterator[None]:
    """As in the fork server: auto-round collects garbage 30 times, a second each while the libraries are walked."""
    importlib.import_module("auto_round.compressors.base")
    importlib.import_module("llmcompressor.entrypoints.oneshot")
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen")
def test_autoscheme_keeps_its_average_and_joins_what_runtimes_join(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its scores lie with the model's revision: by itself the library mixes up models of one folder name."""
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    work = quantize(tiny, tmp_path, "autoscheme", {"average_bits": 4.0, "group_size": 32, **ROWS})
    assert work.save is not None
    saved = tmp_path / "saved"
    saved.mkdir()
    work.save(saved)
    work.tokenizer.save_pretrained(saved)
    assert len(list((tmp_path / "data").rglob("autoscheme/*/scheme_*.json"))) == 4
    groups = json.loads((saved / "config.json").read_text())["quantization_config"]["config_groups"].values()
    bits = {layer: group["weights"]["num_bits"] for group in groups for layer in group["targets"]}
    shapes = {name: module.weight.numel() for name, module in load_artifact(tiny)[0].named_modules() if name in bits}
    average = sum(bits[layer] * size for layer, size in shapes.items()) / sum(shapes.values())
    assert len(bits) == 14
    assert average + 18 / 32 <= 4.1
    for block in ("model.layers.0", "model.layers.1"):
        assert len({bits[f"{block}.self_attn.{part}_proj"] for part in "qkv"}) == 1
    assert compute_logits(load_artifact(saved)[0]).isfinite().all()


@pytest.mark.parametrize(
    ("name", "params", "change", "code"),
    [
        ("rtn", {"group_size": 128}, {"linear_in_features": [96, 256]}, "group_size_mismatch"),
        ("rtn", {}, {"family": "gpt2"}, "family_unsupported"),
        ("awq", {}, {"family": "opt"}, "family_unsupported"),
        ("smoothquant", {}, {"family": "gemma"}, "family_unsupported"),
        ("autoscheme", {}, {"family": "gpt2"}, "family_unsupported"),
        ("autoscheme", {"average_bits": 2.1}, {}, "budget_out_of_range"),
        ("nvfp4", {}, {"linear_in_features": [40]}, "group_size_mismatch"),
        ("torchao", {}, {"family": "gpt2"}, "family_unsupported"),
    ],
)
def test_what_would_fail_late_is_refused_early(
    tiny: Path, name: str, params: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    facts: ModelFacts = inspect_model(str(tiny)).model_copy(update=change)
    method = find_method(name)
    problems = method.check(facts, method.params_type.model_validate(params))
    assert [problem.code for problem in problems] == [code]
    fields = method.params_type.model_fields
    assert not fields or problems[0].field in fields
