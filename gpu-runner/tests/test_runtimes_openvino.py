"""OpenVINO computes what ONNX Runtime computes from the same graph, where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.models.inspect import inspect_folder
from pareto_runner.runtimes.openvino import OpenVino
from pareto_runner.schemas import Recipe
from tests.test_runtimes_onnx import FAMILIES, IDS, make_family, pack, torch_logits

RUNTIME = OpenVino()
KNOWN = [(name, more) for name, more in FAMILIES if name != "Gemma2"]
HERE = RUNTIME.availability().available


@pytest.mark.skipif(HERE, reason="openvino is installed")
def test_missing_package_is_named_with_its_remedy() -> None:
    assert "openvino" in RUNTIME.availability().reason
    assert "PARETO_EXTRAS=openvino" in RUNTIME.availability().remedy


def test_family_that_it_computes_wrongly_is_refused(tiny: Path, tmp_path: Path) -> None:
    facts = inspect_folder(tiny, str(tiny), "path")
    assert RUNTIME.check(facts, Recipe()) == []
    capped = facts.model_copy(update={"architecture": "Gemma2ForCausalLM"})
    assert [problem.field for problem in RUNTIME.check(capped, Recipe())] == ["recipe.runtime"]


@pytest.mark.skipif(not HERE, reason="openvino is not installed")
@pytest.mark.parametrize(("name", "more"), KNOWN, ids=[name for name, _ in KNOWN])
def test_logits_of_each_family_are_those_of_torch(name: str, more: dict[str, Any], tiny: Path, tmp_path: Path) -> None:
    plain = make_family(name, more, tiny, tmp_path / "plain")
    for source, most in ((plain, 1e-3), (pack(plain, tmp_path / "packed", bits=2, group_size=64), 0.05)):
        work = tmp_path / f"work-{source.name}"
        RUNTIME.convert(source, work, lambda part, line: None)
        RUNTIME.warm(work)
        backend = RUNTIME.open(work, "cpu", 1)
        expected = torch_logits(source, work)
        backend.reset(3)
        parts = [backend.forward(IDS[:, :20], last_only=False), backend.forward(IDS[:, 20:21])]
        assert (torch.cat(parts, 1) - expected[:, :21]).norm() / expected.norm() < most
        backend.select([2, 0, 2])
        moved = backend.forward(IDS[[2, 0, 2], 21:30])
        assert (moved[:, 0] - expected[[2, 0, 2], 29]).norm() / moved.norm() < most
        with pytest.raises(RunnerError, match="sequence_too_long"):
            backend.forward(torch.zeros((3, 128), dtype=torch.int64))
