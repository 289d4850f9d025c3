"""Recovery, adapters and distillation on a GPU: trained there, and after re-load what was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Work
from pareto_runner.methods.layout import list_linears
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_artifact
from pareto_runner.training.recover import recover

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

CASES: list[tuple[str, dict[str, Any]]] = [
    ("lora", {"keep": "merged"}),
    ("lora", {"keep": "adapter"}),
    ("qlora", {"keep": "merged"}),
    ("qlora", {"keep": "adapter"}),
    ("distill", {"mode": "logit", "batch": 4}),
    ("distill", {"mode": "on_policy", "batch": 4}),
]


def open_work(model: Path, folder: Path) -> Work:
    work = Work(model, LocalContext("j", "r", folder, folder, "cuda"), 0, inspect_model(str(model)))
    work.load()
    return work


@pytest.mark.parametrize(("name", "params"), CASES, ids=[f"{n}-{next(iter(p.values()))}" for n, p in CASES])
def test_what_was_trained_on_the_gpu_is_stored(tiny: Path, tmp_path: Path, name: str, params: dict[str, Any]) -> None:
    work = open_work(tiny, tmp_path)
    method = find_method(name)
    method.apply(work, method.params_type.model_validate({"steps": 4, **params}))
    ids = torch.arange(40, device="cuda")[None]
    with torch.inference_mode():
        ours = work.model(ids).logits.float()
    if work.save is None:
        work.model.save_pretrained(tmp_path / "saved")
    else:
        work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    stored, _ = load_artifact(tmp_path / "saved", "cuda")
    with torch.inference_mode():
        theirs = stored(ids).logits.float()
    assert bool(torch.isfinite(ours).all())
    assert torch.allclose(ours, theirs, atol=0.02)


def test_recovery_on_the_gpu_keeps_zeros(tiny: Path, tmp_path: Path) -> None:
    work = open_work(tiny, tmp_path)
    magnitude = find_method("magnitude")
    magnitude.apply(work, magnitude.params_type.model_validate({"sparsity": 0.5}))
    zeros = [layer.weight == 0 for layer in list_linears(work.model)]
    recover(work, 4)
    assert all(
        torch.equal(layer.weight == 0, zero) for layer, zero in zip(list_linears(work.model), zeros, strict=True)
    )
