"""Distillation: a student as small as announced learns from its teacher, repeats, and is refused where it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods.base import Work
from pareto_runner.methods.distill import Distill, DistillParams
from pareto_runner.methods.students import spread
from pareto_runner.models.inspect import inspect_folder, inspect_model
from pareto_runner.models.load import load_artifact, load_model
from pareto_runner.models.resolve import POCKET_DIR
from pareto_runner.schemas import Recipe
from pareto_runner.training.distillation import divergence, write_on
from pareto_runner.training.text import training_text
from pareto_runner.validation import check_recipe
from tests.tiny import make_tiny

CONFIG = {"student": "config", "hidden_size": 64, "layers": 1, "heads": 2, "intermediate_size": 128}
STUDENTS: dict[str, dict[str, Any]] = {
    "depth": {"student": "depth"},
    "width": {"student": "width", "ffn_ratio": 0.5},
    "config": CONFIG,
}


def distil(model: str, folder: Path, seed: int = 0, **params: Any) -> Work:
    work = Work(
        POCKET_DIR if model == "pocket" else Path(model),
        LocalContext("j", "r", folder, folder, "cpu"),
        seed,
        inspect_model(model),
    )
    work.load()
    Distill().apply(work, DistillParams.model_validate(params))
    return work


@pytest.mark.parametrize("student", STUDENTS)
def test_the_student_is_as_small_as_announced_and_loads(tiny: Path, tmp_path: Path, student: str) -> None:
    params = STUDENTS[student]
    facts = inspect_model(str(tiny))
    assert Distill().check(facts, DistillParams.model_validate(params)) == []
    announced = Distill().shape_after(facts, DistillParams.model_validate(params))
    work = distil(str(tiny), tmp_path, steps=2, batch=2, **params)
    work.model.save_pretrained(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    found = inspect_folder(tmp_path / "saved", "student", "path")
    for name in ("hidden_size", "layers", "heads", "kv_heads", "intermediate_size", "linear_in_features"):
        assert getattr(found, name) == getattr(announced, name), name
    assert found.parameters == pytest.approx(announced.parameters, rel=0.02)
    assert found.parameters < facts.parameters
    ids = torch.arange(40)[None]
    stored, _ = load_artifact(tmp_path / "saved")
    with torch.inference_mode():
        assert torch.equal(stored(ids).logits, work.model(ids).logits)
    assert {parameter.dtype for parameter in stored.parameters()} == {torch.bfloat16}


@pytest.mark.parametrize("mode", ["logit", "on_policy"])
def test_the_pocket_student_comes_nearer_to_its_teacher(data_dir: Path, tmp_path: Path, mode: str) -> None:
    def distance(steps: int, rate: float) -> float:
        work = distil("pocket", tmp_path, steps=steps, mode=mode, alpha=1.0, batch=8, learning_rate=rate)
        ids = torch.tensor(training_text(POCKET_DIR, work.tokenizer, 1, 512, seed=9).rows)
        teacher, _ = load_model(POCKET_DIR)
        with torch.inference_mode():
            return float(divergence(work.model(ids).logits, teacher(ids).logits, 1.0))

    assert distance(8, 0.001) < 0.9 * distance(1, 1e-9)


def test_distillation_repeats_for_a_seed(tiny: Path, tmp_path: Path) -> None:
    def weights(seed: int) -> torch.Tensor:
        work = distil(str(tiny), tmp_path, seed, steps=2, batch=2, mode="on_policy", **CONFIG)
        return torch.cat([parameter.flatten() for parameter in work.model.parameters()])

    first = weights(1)
    assert torch.equal(first, weights(1))
    assert not torch.equal(first, weights(2))


def test_another_teacher_is_used_and_must_share_the_tokenizer(tiny: Path, tmp_path: Path) -> None:
    other = make_tiny(tmp_path / "other", layers=3, seed=5)
    facts = inspect_model(str(tiny))
    assert Distill().check(facts, DistillParams(teacher=str(other))) == []
    work = distil(str(tiny), tmp_path, teacher=str(other), steps=1, batch=2)
    assert any(str(other) in note for note in work.notes)
    problems = Distill().check(facts, DistillParams(teacher="pocket"))
    assert [(problem.code, problem.field) for problem in problems] == [("teacher_mismatch", "teacher")]
    problems = Distill().check(facts, DistillParams(teacher="nowhere"))
    assert [(problem.code, problem.field) for problem in problems] == [("model_not_found", "teacher")]


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"student": "config"}, "nothing_removed", "hidden_size"),
        ({**CONFIG, "hidden_size": 256}, "student_too_large", "hidden_size"),
        ({**CONFIG, "heads": 5}, "heads_mismatch", "heads"),
        ({"student": "width", "ffn_ratio": 0.0}, "nothing_removed", "ffn_ratio"),
    ],
)
def test_refusals_name_the_parameter(tiny: Path, params: dict[str, Any], code: str, field: str) -> None:
    recipe = Recipe.model_validate({"steps": [{"method": "distill", "params": params}]})
    problems = check_recipe(recipe, inspect_model(str(tiny)))
    assert (code, f"recipe.steps.0.params.{field}") in [(problem.code, problem.field) for problem in problems]


def test_the_divergence_is_kullback_leiblers() -> None:
    ours, theirs = torch.tensor([[[0.0, 0.0], [9.0, 9.0]]]), torch.tensor([[[1.0, -1.0], [0.0, 5.0]]])
    p = torch.softmax(theirs[0, 0], 0)
    assert divergence(ours, theirs, 1.0).item() == pytest.approx(float((p * (p / 0.5).log()).sum()), abs=1e-6)
    assert divergence(theirs, theirs, 2.0).item() == pytest.approx(0.0, abs=1e-7)


def test_writing_on_keeps_the_prompt_and_follows_the_model(tiny: Path) -> None:
    model, _ = load_model(tiny)
    with torch.no_grad():
        model.model.norm.weight.fill_(200.0)  # So sure that a draw always takes the likeliest token.
    ids = torch.arange(20).view(2, 10)
    rows = write_on(model, ids, 5)
    assert rows.shape == (2, 15)
    assert torch.equal(rows[:, :10], ids)
    with torch.inference_mode():
        likeliest = model(rows).logits.argmax(-1)
    assert (rows[:, 10:] == likeliest[:, 9:-1]).float().mean() > 0.8


@pytest.mark.parametrize(
    ("depth", "every", "kept"), [(6, 2, [0, 2, 5]), (6, 3, [0, 5]), (2, 2, [0]), (5, 2, [0, 2, 4]), (7, 16, [0])]
)
def test_kept_blocks_are_spread_evenly(depth: int, every: int, kept: list[int]) -> None:
    assert spread(depth, every) == kept
