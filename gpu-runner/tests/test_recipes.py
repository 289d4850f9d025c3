"""Recipes: conditions between the steps, the ways they can go, and steps that change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.models.inspect import inspect_model
from pareto_runner.recipes.paths import list_ways
from pareto_runner.runtimes.onnxruntime import OnnxRuntime
from pareto_runner.schemas import CompressParams, CompressResult, ErrorInfo, Recipe
from pareto_runner.validation import check_recipe
from tests.runtimes_here import needs_onnxruntime

CUT = {"method": "structured", "params": {"ffn_ratio": 0.5, "calibration_samples": 8}}
PRUNE = {"method": "magnitude", "params": {"sparsity": 0.3}}
NF4 = {"method": "nf4"}


def when(step: dict[str, Any], figure: str, op: str, value: float, otherwise: Any = "skip") -> dict[str, Any]:
    return {**step, "when": {"figure": figure, "op": op, "value": value, "otherwise": otherwise}}


def run(tiny: Path, data_dir: Path, work: Path, steps: list[dict[str, Any]]) -> CompressResult:
    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": steps}})
    work.mkdir(exist_ok=True)
    return compress(params, LocalContext("job", "request", data_dir / "artifacts", work, "cpu"))


def test_every_way_is_listed() -> None:
    recipe = Recipe.model_validate(
        {
            "steps": [
                when(CUT, "parameters_ratio", "above", 0.5, [PRUNE, NF4]),
                when(PRUNE, "perplexity_ratio", "below", 1.2, "stop"),
                NF4,
            ]
        }
    )
    ways = [[step.method for _, step in way] for way in list_ways(recipe)]
    assert ways == [
        ["structured", "magnitude", "nf4"],
        ["structured"],
        ["magnitude", "nf4", "magnitude", "nf4"],
        ["magnitude", "nf4"],
    ]


def test_checks_follow_every_way_and_name_the_place(tiny: Path) -> None:
    facts = inspect_model(str(tiny))
    gptq = {"method": "gptq", "params": {"group_size": 128}}
    steps = [CUT, when(PRUNE, "perplexity_ratio", "below", 1.5, [{"method": "nonsense"}])]
    found = check_recipe(Recipe.model_validate({"steps": steps}), facts)
    assert [(p.code, p.field) for p in found] == [
        ("unknown_method", "recipe.steps.1.when.otherwise.0.method"),
    ]
    steps = [when(NF4, "parameters_ratio", "above", 2), gptq]
    found = check_recipe(Recipe.model_validate({"steps": steps}), facts)
    assert [(p.code, p.field) for p in found] == [("step_after_packed", "recipe.steps.1.method")]
    found = check_recipe(Recipe.model_validate({"steps": [], "runtime": "abacus"}), facts)
    assert [(p.code, p.field) for p in found] == [("unknown_runtime", "recipe.runtime")]


@needs_onnxruntime
def test_the_runtime_checks_every_way_too(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_three(self: Any, facts: Any, recipe: Recipe) -> list[ErrorInfo]:
        places = [i for i, step in enumerate(recipe.steps) if step.params.get("bits") == 3]
        return [ErrorInfo(code="three", message="", field=f"recipe.steps.{i}.params.bits") for i in places]

    monkeypatch.setattr(OnnxRuntime, "check", refuse_three)
    other = [PRUNE, {"method": "gptq", "params": {"bits": 3, "group_size": 32}}]
    fine = {"method": "gptq", "params": {"bits": 4, "group_size": 32}}
    recipe = {"steps": [CUT, when(fine, "perplexity_ratio", "below", 2, other)], "runtime": "onnxruntime"}
    found = check_recipe(Recipe.model_validate(recipe), inspect_model(str(tiny)))
    assert [(p.code, p.field) for p in found] == [("three", "recipe.steps.1.when.otherwise.1.params.bits")]


def test_conditions_are_measured_and_obeyed(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    steps = [
        when(CUT, "parameters_ratio", "above", 0.99),  # 1.0 before the first step: taken
        when(PRUNE, "parameters_ratio", "above", 0.99, [{**PRUNE, "params": {"sparsity": 0.2}}]),  # cut: branch
        when(CUT, "latency_ratio", "above", 50, "skip"),
        when(PRUNE, "perplexity_ratio", "above", 1e6, "stop"),
        PRUNE,
    ]
    result = run(tiny, data_dir, tmp_path / "w", steps)
    assert [(o.method, o.taken) for o in result.steps] == [
        ("structured", True),
        ("magnitude", False),
        ("magnitude", True),
        ("structured", False),
        ("magnitude", False),
        ("magnitude", False),
    ]
    first, second, branch, timed, stopped, never = result.steps
    assert first.figure == 1.0
    assert second.figure is not None
    assert 0.3 < second.figure < 0.9
    assert branch.reason == "in place of magnitude"
    assert timed.figure is not None
    assert timed.figure < 50
    assert stopped.figure is not None
    assert 0.5 < stopped.figure < 2
    assert "stopped" in never.reason
    assert result.artifact.format == "safetensors"
    assert next((load.runtime, load.loaded) for load in result.loads) == ("transformers", True)


def test_a_step_that_changes_nothing_is_no_success(
    tiny: Path, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pareto_runner.methods.magnitude import Magnitude

    monkeypatch.setattr(Magnitude, "apply", lambda self, work, params: work.replace(work.model))
    with pytest.raises(RunnerError) as caught:
        run(tiny, data_dir, tmp_path / "w", [CUT, PRUNE])
    assert (caught.value.code, caught.value.field) == ("nothing_changed", "recipe.steps.1")


def test_files_that_are_the_same_are_found_out(tiny: Path, tmp_path: Path) -> None:
    """What a method that loads by itself left unchanged is seen on disk."""
    from pareto_runner.models.load import load_model
    from pareto_runner.recipes.fingerprint import same_weights

    model, _ = load_model(tiny)
    model.save_pretrained(tmp_path / "same")
    assert same_weights(tiny, tmp_path / "same")
    model.lm_head.weight.data[3] += 1
    model.save_pretrained(tmp_path / "other")
    assert not same_weights(tiny, tmp_path / "other")


@needs_onnxruntime
def test_the_artifact_is_in_the_format_of_the_recipes_runtime(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    params = CompressParams.model_validate(
        {
            "model": str(tiny),
            "recipe": {
                "steps": [{"method": "rtn", "params": {"bits": 4, "group_size": 32}}],
                "runtime": "onnxruntime",
            },
        }
    )
    before = set((data_dir / "artifacts").glob(".tmp-*"))
    result = compress(params, LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cpu"))
    assert result.artifact.format == "onnx"
    assert [(load.runtime, load.loaded) for load in result.loads] == [("onnxruntime", True)]
    assert result.artifact.labels == []
    assert {"save", "convert", "verify"} <= set(result.seconds)
    assert set((data_dir / "artifacts").glob(".tmp-*")) == before
