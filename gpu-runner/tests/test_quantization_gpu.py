"""Every quantization method on a GPU: placed there, written from there, and the same after re-load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pareto_runner.models.load import load_artifact
from tests.test_quantization import ROWS, compute_logits, quantize

pytestmark = pytest.mark.gpu

CASES: list[tuple[str, dict[str, Any]]] = [
    ("rtn", {"bits": 4, "group_size": 32}),
    ("gptq", {"bits": 4, "group_size": 32, **ROWS}),
    ("gptq", {"bits": 3, "group_size": 0, "symmetric": False, **ROWS}),
    ("awq", {"bits": 4, "group_size": 32, "grid": 3, **ROWS}),
    ("mixed", {"value": 3.0, "group_size": 32, **ROWS}),
    ("smoothquant", ROWS),
    ("torchao", {"kind": "int8_dynamic"}),
    ("torchao", {"kind": "int4_weight_only"}),
    ("fp8", {}),
    ("mxfp4", {}),
    ("nvfp4", {}),
    ("int8", {}),
    ("nf4", {}),
]


@pytest.fixture(scope="module", autouse=True)
def _needs_cuda() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")


@pytest.mark.parametrize(("name", "params"), CASES, ids=[f"{name}-{i}" for i, (name, _) in enumerate(CASES)])
def test_on_a_gpu_what_is_stored_is_what_was_computed(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any]
) -> None:
    import torch

    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    work = quantize(tiny, tmp_path, name, params, "cuda")
    assert work.save is not None
    work.save(tmp_path / "saved")
    work.tokenizer.save_pretrained(tmp_path / "saved")
    stored, _ = load_artifact(tmp_path / "saved", "cuda")
    assert next(stored.parameters()).device.type == "cuda"
    again = compute_logits(stored)
    assert again.isfinite().all()
    before = compute_logits(load_artifact(tiny, "cuda")[0])
    assert not torch.equal(again, before)
    assert torch.nn.functional.cosine_similarity(again, before, dim=-1).mean() > 0.5
