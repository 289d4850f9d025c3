"""Every method end to end on the tiny model: applied, written, re-loaded in a fresh process, and what it promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.models.inspect import inspect_folder, inspect_model
from pareto_runner.schemas import CompressParams, CompressResult

DENSE = 361_088


def run(tiny: Path, data_dir: Path, work: Path, steps: list[dict[str, Any]], seed: int = 0) -> CompressResult:
    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": steps}, "seed": seed})
    return compress(params, LocalContext("job", "request", data_dir / "artifacts", work, "cpu"))


def step(method: str, **params: Any) -> dict[str, Any]:
    return {"method": method, "params": params}


GPTQ = {"group_size": 32, "calibration_samples": 8}
ROUND = {"group_size": 32, "calibration_samples": 8, "iters": 2}
CASES = [
    ([step("gptq", bits=2, **GPTQ)], "compressed-tensors", 0.40),
    ([step("gptq", bits=3, **GPTQ)], "compressed-tensors", 0.45),
    ([step("gptq", bits=4, **GPTQ)], "compressed-tensors", 0.50),
    ([step("gptq", bits=8, **GPTQ)], "compressed-tensors", 0.70),
    ([step("autoround", bits=2, **ROUND)], "compressed-tensors", 0.40),
    ([step("autoround", bits=4, **ROUND)], "compressed-tensors", 0.50),
    ([step("int8")], "bitsandbytes", 0.65),
    ([step("nf4")], "bitsandbytes", 0.45),
    ([step("magnitude", sparsity=0.7, granularity="global")], "safetensors", 1.0),
    ([step("structured", heads_ratio=0.5, ffn_ratio=0.5)], "safetensors", 0.65),
    ([step("structured", ffn_ratio=0.5), step("gptq", **GPTQ)], "compressed-tensors", 0.42),
    ([step("magnitude"), step("structured", heads_ratio=0.5), step("nf4")], "bitsandbytes", 0.40),
]


@pytest.mark.parametrize(
    ("steps", "weight_format", "most"),
    CASES,
    ids=["+".join([s["method"] + str(s["params"].get("bits", "")) for s in case[0]]) for case in CASES],
)
def test_artifact_is_whole_small_and_loads(
    tiny: Path, data_dir: Path, tmp_path: Path, steps: list[dict[str, Any]], weight_format: str, most: float
) -> None:
    result = run(tiny, data_dir, tmp_path, steps)
    folder = data_dir / result.artifact.path
    assert check_artifact(folder).base_model == str(tiny)
    assert result.artifact.format == weight_format
    assert result.artifact.size_bytes <= most * (tiny / "model.safetensors").stat().st_size
    assert result.seconds["verify"] > 0
    if "structured" in [s["method"] for s in steps]:
        assert result.parameters < DENSE
    else:
        assert result.parameters == DENSE
    assert not list((data_dir / "artifacts").glob(".tmp-*"))


def test_same_recipe_and_seed_give_the_same_artifact(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    steps = [step("structured", ffn_ratio=0.25)]
    first, again = (run(tiny, data_dir, tmp_path, steps) for _ in range(2))
    assert first.artifact == again.artifact
    assert any("used again" in note for note in again.notes)


def test_damaged_artifact_is_replaced(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    first = run(tiny, data_dir, tmp_path, [step("magnitude", sparsity=0.3)])
    weights = data_dir / first.artifact.path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    with pytest.raises(RunnerError, match="artifact_damaged"):
        check_artifact(weights.parent)
    assert run(tiny, data_dir, tmp_path, [step("magnitude", sparsity=0.3)]).artifact == first.artifact
    check_artifact(weights.parent)


def test_structured_keeps_the_most_important_parts(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    result = run(tiny, data_dir, tmp_path, [step("structured", heads_ratio=0.5, ffn_ratio=0.5)])
    folder = data_dir / result.artifact.path
    config = json.loads((folder / "config.json").read_text())
    assert (config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]) == (2, 1, 32)
    assert config["intermediate_size"] == 128
    assert inspect_folder(folder, "x", "path").linear_in_features == [64, 128]


def test_structured_without_loss_when_the_removed_parts_are_dead(tiny: Path, tmp_path: Path) -> None:
    """With half of the channels and one group silenced, cutting exactly those must not change a logit."""
    import torch

    from pareto_runner.methods.base import Work
    from pareto_runner.methods.structured import Structured, StructuredParams
    from pareto_runner.models.load import load_model

    model, _ = load_model(tiny)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.mlp.down_proj.weight[:, ::2] = 0
            layer.self_attn.o_proj.weight[:, :64] = 0
    work = Work(tiny, LocalContext("j", "r", tmp_path, tmp_path, "cpu"), 0, inspect_model(str(tiny)))
    work.load()
    work.replace(model)
    ids = torch.arange(40)[None]
    with torch.no_grad():
        before = model(ids).logits.float()
        params = StructuredParams(heads_ratio=0.5, ffn_ratio=0.5, calibration_samples=4)
        Structured().apply(work, params)
        after = work.model(ids).logits.float()
    assert torch.allclose(before, after, atol=0.02)


def test_unloadable_artifact_fails_the_job(
    tiny: Path, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from pareto_runner.methods.magnitude import Magnitude

    def spoil(self: Magnitude, work: Any, params: Any) -> None:
        with torch.no_grad():
            work.model.model.norm.weight.fill_(float("nan"))

    monkeypatch.setattr(Magnitude, "apply", spoil)
    before = set((data_dir / "artifacts").iterdir())
    with pytest.raises(RunnerError, match="artifact_unloadable"):
        run(tiny, data_dir, tmp_path, [step("magnitude")])
    assert set((data_dir / "artifacts").iterdir()) == before


@pytest.mark.parametrize(
    ("family", "kv_heads", "heads", "hidden", "ratio", "kept"),
    [
        ("llama", 4, 4, 128, 0.25, 4),
        ("llama", 4, 4, 128, 0.4, 2),
        ("llama", 8, 32, 4096, 0.5, 4),
        ("llama", 1, 4, 128, 0.75, 1),
        ("qwen2", 4, 4, 128, 0.25, 3),
    ],
)
def test_structured_keeps_only_loadable_numbers_of_heads(
    family: str, kv_heads: int, heads: int, hidden: int, ratio: float, kept: int
) -> None:
    from pareto_runner.methods.structured import keep_groups

    assert keep_groups(family, kv_heads, heads, hidden, ratio) == kept


@pytest.mark.parametrize("name", ["gptq", "int8", "nf4"])
def test_what_is_stored_is_what_was_computed(tiny: Path, tmp_path: Path, name: str) -> None:
    """The logits after re-load are those of the quantized model in memory, not of nearly the same one."""
    import torch

    from pareto_runner.methods import find_method
    from pareto_runner.methods.base import Work
    from pareto_runner.models.load import load_artifact

    method = find_method(name)
    params = {"group_size": 32, "calibration_samples": 8} if name == "gptq" else {}
    work = Work(tiny, LocalContext("j", "r", tmp_path, tmp_path, "cpu"), 0, inspect_model(str(tiny)))
    method.apply(work, method.params_type.model_validate(params))
    assert work.save is not None
    work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    stored, _ = load_artifact(tmp_path / "saved")
    dense, _ = load_artifact(tiny)
    ids = torch.arange(40)[None]
    with torch.inference_mode():
        computed, again, before = (m(ids).logits.float() for m in (work.model, stored, dense))
    assert torch.equal(computed, again)
    assert not torch.equal(computed, before)
