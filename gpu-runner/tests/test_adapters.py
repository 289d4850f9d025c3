"""LoRA and QLoRA: trained, merged or kept, exactly what was trained after re-load, refused where they cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods import find_method
from pareto_runner.methods.base import ZEROS_LABEL, Work
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_artifact, load_model
from pareto_runner.models.resolve import POCKET_DIR
from pareto_runner.schemas import CompressParams, Recipe
from pareto_runner.training.adapter import find_targets
from pareto_runner.training.text import training_text
from pareto_runner.validation import check_recipe
from tests.families import make_family
from tests.fresh_context import FreshContext

DENSE = 361_088
RANK = 4
ADAPTER = 2 * RANK * (2 * (128 + 128) + 2 * (128 + 64) + 3 * (128 + 256))


def open_work(model: Path, folder: Path) -> Work:
    work = Work(model, LocalContext("j", "r", folder, folder, "cpu"), 0, inspect_model(str(model)))
    work.load()
    return work


def apply(work: Work, name: str, **params: Any) -> None:
    method = find_method(name)
    method.apply(work, method.params_type.model_validate(params))


def save(work: Work, folder: Path) -> Path:
    if work.save is None:
        work.model.save_pretrained(folder)
    else:
        work.save(folder)
    work.tokenizer.save_pretrained(folder)
    return folder


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        return model(torch.arange(40)[None]).logits.float()


@pytest.mark.parametrize(("name", "keep"), [(n, k) for n in ("lora", "qlora") for k in ("merged", "adapter")])
def test_what_is_stored_is_what_was_trained(tiny: Path, tmp_path: Path, name: str, keep: str) -> None:
    work = open_work(tiny, tmp_path)
    before = logits(work.model)
    apply(work, name, keep=keep, steps=3, rank=RANK)
    assert "3 steps" in " ".join(work.notes)
    trained = logits(work.model)
    assert not torch.equal(trained, before)
    folder = save(work, tmp_path / "saved")
    stored, _ = load_artifact(folder)
    assert torch.equal(logits(stored), trained)
    if keep == "merged":
        assert (work.format, work.parameters) == ("safetensors", 0)
        assert not any("lora" in key for key in stored.state_dict())
    else:
        assert (work.format, work.parameters) == ("peft-adapter", DENSE + ADAPTER)
        # The base alone is another model: what was trained lies in the adapter.
        assert not torch.equal(logits(load_model(folder)[0]), trained)
        text = (folder / "adapter" / "adapter_config.json").read_text()
        assert str(tiny) not in text
        assert sorted(path.name for path in (folder / "adapter").iterdir()) == [
            "adapter_config.json",
            "adapter_model.safetensors",
        ]


@pytest.mark.parametrize("family", ["gpt2", "gpt_neox"])
def test_merged_and_kept_are_the_same_model(tmp_path: Path, family: str) -> None:
    """GPT-2's layers are transposed: a merge the wrong way round would give another model, or none."""
    folder = make_family(family, tmp_path / "model")
    outputs = {}
    for keep in ("adapter", "merged"):
        work = open_work(folder, tmp_path / keep)
        before = logits(work.model)
        apply(work, "qlora", keep=keep, steps=4, rank=RANK, learning_rate=0.02)
        outputs[keep] = logits(work.model)
    moved = (outputs["adapter"] - before).norm()
    assert (outputs["adapter"] - outputs["merged"]).norm() < 0.02 * moved


def test_the_adapter_repeats_for_a_seed(tiny: Path, tmp_path: Path) -> None:
    def train(seed: int, place: str) -> bytes:
        work = open_work(tiny, tmp_path / place)
        work.seed = seed
        apply(work, "lora", keep="adapter", steps=2, rank=RANK)
        return (save(work, tmp_path / place / "saved") / "adapter" / "adapter_model.safetensors").read_bytes()

    first = train(1, "a")
    assert first == train(1, "b")
    assert first != train(2, "c")


def test_lora_recovers_the_pruned_pocket_model_which_then_packs(data_dir: Path, tmp_path: Path) -> None:
    work = open_work(POCKET_DIR, tmp_path)
    apply(work, "structured", ffn_ratio=0.5, calibration_samples=4)
    ids = torch.tensor(training_text(POCKET_DIR, work.tokenizer, 2, 512, seed=9).rows)

    def loss() -> float:
        with torch.inference_mode():
            return float(work.model(input_ids=ids, labels=ids).loss)

    pruned = loss()
    apply(work, "lora", steps=8)
    assert loss() < pruned - 0.05
    apply(work, "rtn", bits=8, group_size=32)
    stored, _ = load_artifact(save(work, tmp_path / "saved"))
    assert work.format == "compressed-tensors"
    with torch.inference_mode():
        assert float(stored(input_ids=ids, labels=ids).loss) < pruned - 0.05


def test_an_adapter_is_an_artifact_with_its_base(tiny: Path, tmp_path: Path) -> None:
    steps = [{"method": "magnitude"}, {"method": "lora", "params": {"keep": "adapter", "steps": 1, "rank": RANK}}]
    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": steps}})
    result = compress(params, FreshContext(tmp_path))
    manifest = check_artifact(tmp_path / result.artifact.path)
    assert {"adapter/adapter_model.safetensors", "model.safetensors"} <= {entry.path for entry in manifest.files}
    assert manifest.weight_bytes > (tiny / "model.safetensors").stat().st_size
    assert result.parameters == DENSE + ADAPTER


def test_merging_fills_zeros_and_says_so(tiny: Path, tmp_path: Path) -> None:
    work = open_work(tiny, tmp_path)
    apply(work, "magnitude", sparsity=0.5)
    assert ZEROS_LABEL in work.labels
    apply(work, "lora", steps=2, rank=RANK)
    assert ZEROS_LABEL not in work.labels
    assert any("zeros" in note for note in work.notes)


def test_targets_name_only_their_part_of_the_blocks(tiny: Path) -> None:
    model, _ = load_model(tiny)
    names = {part: find_targets(model, part) for part in ("attention", "mlp", "all")}
    assert {len(names["attention"]), len(names["mlp"])} == {8, 6}
    assert sorted(names["attention"] + names["mlp"]) == sorted(names["all"])
    assert all("self_attn" in name for name in names["attention"])


@pytest.mark.parametrize(
    ("recipe", "code", "field"),
    [
        ({"steps": [{"method": "lora", "params": {"rank": 128}}]}, "rank_too_large", "recipe.steps.0.params.rank"),
        (
            {"steps": [{"method": "lora", "params": {"keep": "adapter"}}, {"method": "rtn"}]},
            "step_after_packed",
            "recipe.steps.1.method",
        ),
        (
            {"steps": [{"method": "qlora"}], "runtime": "onnxruntime"},
            "runtime_unsupported",
            "recipe.runtime",
        ),
    ],
)
def test_refusals_come_before_the_job(tiny: Path, recipe: dict[str, Any], code: str, field: str) -> None:
    problems = check_recipe(Recipe.model_validate(recipe), inspect_model(str(tiny)))
    assert (code, field) in [(problem.code, problem.field) for problem in problems]


def test_a_diverging_adapter_is_a_typed_error(tiny: Path, tmp_path: Path) -> None:
    work = open_work(tiny, tmp_path)
    with torch.no_grad():
        work.model.model.norm.weight.fill_(float("nan"))
    with pytest.raises(RunnerError, match="training_diverged"):
        apply(work, "lora", steps=2, rank=RANK)
