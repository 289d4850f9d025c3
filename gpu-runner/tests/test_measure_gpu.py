from pathlib import Path

import pytest
import torch

from pareto_runner.measure.checks import open_backend
from pareto_runner.measure.roofline import measure_bandwidth, roofline_share
from pareto_runner.measure.rounds import measure_round
from pareto_runner.measure.stats import median
from pareto_runner.runtimes.generate import complete, generate
from tests.tiny import make_tiny

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def test_a_round_on_the_gpu_reads_its_own_counters(tmp_path: Path) -> None:
    measured = measure_round("transformers", str(make_tiny(tmp_path)), "cuda", False, batches=(8,))
    assert measured["energy_source"] == "NVML"
    assert measured["idle_watts"] > 0
    assert measured["gross_joules_per_token"] > max(0.0, measured["joules_per_token"])
    assert measured["memory_bytes"] >= (tmp_path / "model.safetensors").stat().st_size
    assert all(step > 0 for step in measured["step_ms"])
    assert measured["waited_ms"] == 0.0
    assert measured["batches"]["8"] > 0
    bandwidth = measure_bandwidth("cuda", 1 << 28)
    assert bandwidth > 5e10
    assert roofline_share(measured["weight_bytes_per_token"], bandwidth, median(measured["step_ms"])) < 1


def test_prompts_of_different_lengths_are_completed_on_the_gpu(tmp_path: Path) -> None:
    backend = open_backend("transformers", str(make_tiny(tmp_path)), "cuda", False)
    prompts = [[3, 4, 5], [9, 8, 7, 6, 5, 4]]
    together = complete(backend, prompts, 5, lambda rows: [False] * len(rows))
    assert [len(tokens) for tokens in together] == [5, 5]
    tokens, logits = generate(backend, torch.tensor(prompts[:1], device="cuda"), 5)
    assert (tokens.shape, logits.device.type) == ((1, 5), "cuda")
