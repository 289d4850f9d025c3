"""The generate job on a tiny model's artifact and on the model itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pareto_runner.artifacts.answer import answer
from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.schemas import CompressParams, GenerateParams

STEP = {"method": "rtn", "params": {"bits": 8, "group_size": 32}}


def test_two_artifacts_continue_the_same_prompt(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    context = LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cpu")
    made = compress(CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": [STEP]}}), context)
    base = GenerateParams(model=str(tiny), prompt="the cat sat", max_tokens=12)
    before = answer(base, context)
    assert 0 < before.new_tokens <= 12
    assert answer(base, context).text == before.text
    after = answer(base.model_copy(update={"artifact": made.artifact.hash}), context)
    assert after.prompt_tokens == before.prompt_tokens


def test_it_stays_within_the_context(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    context = LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cpu")
    near = answer(GenerateParams(model=str(tiny), prompt="the cat " * 20, max_tokens=512), context)
    assert near.prompt_tokens + near.new_tokens <= 128
    with pytest.raises(RunnerError) as caught:
        answer(GenerateParams(model=str(tiny), prompt="the cat sat " * 200), context)
    assert caught.value.code == "prompt_too_long"


def test_an_artifact_that_is_not_here(tiny: Path, data_dir: Path, tmp_path: Path) -> None:
    context = LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cpu")
    with pytest.raises(RunnerError) as caught:
        answer(GenerateParams(model=str(tiny), artifact="0" * 64, prompt="x"), context)
    assert caught.value.code == "artifact_not_found"
