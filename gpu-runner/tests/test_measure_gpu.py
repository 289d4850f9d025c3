from pathlib import Path

import pytest
import torch

from pareto_runner.measure.rounds import measure_round
from tests.tiny import make_tiny

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def test_a_round_on_the_gpu_reads_its_own_counters(tmp_path: Path) -> None:
    measured = measure_round("transformers", str(make_tiny(tmp_path)), "cuda", False)
    assert measured["energy_source"] == "NVML"
    assert measured["joules_per_token"] > 0
    assert measured["memory_bytes"] >= (tmp_path / "model.safetensors").stat().st_size
    assert all(step > 0 for step in measured["step_ms"])
    assert measured["waited_ms"] == 0.0
