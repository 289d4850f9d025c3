"""On a GPU: a random Llama of more than a billion parameters through the methods that save something there.

Each artifact is made by the compress job and measured as every artifact is: speed by CUDA events, memory by the
allocator, energy by NVML, and the share of the memory's bandwidth. The table goes to `data/bench/gpu.md`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.compress import compress
from pareto_runner.device import describe_device
from pareto_runner.jobs.context import LocalContext
from pareto_runner.jobs.supervise import call_fresh
from pareto_runner.measure.roofline import measure_bandwidth, roofline_share
from pareto_runner.measure.rounds import measure_round
from pareto_runner.measure.stats import median
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import CompressParams
from tests.tiny import make_tiny

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
REPORT = Path(__file__).resolve().parents[2] / "data" / "bench" / "gpu.md"
HEAD = (
    "| recipe | disk GB | peak GB | ms per token | tokens/s at 1 | at 8 | at 32 | J per token | idle W | roofline |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
CALIBRATION = {"group_size": 128, "calibration_samples": 32}
RECIPES: list[tuple[str, dict[str, Any], float]] = [
    ("gptq", {"bits": 4, **CALIBRATION}, 0.45),
    ("awq", {"bits": 4, **CALIBRATION}, 0.45),
    ("int8", {}, 0.65),
    ("nf4", {}, 0.45),
    ("fp8", {}, 0.65),
    ("structured", {"ffn_ratio": 0.5, "calibration_samples": 8}, 0.8),
]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("big") / "model"
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=2048,
        intermediate_size=5632,
        num_hidden_layers=22,
        num_attention_heads=32,
        num_key_value_heads=8,
        max_position_embeddings=2048,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    with torch.device("cuda"):
        model = LlamaForCausalLM._from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer = make_tiny(tmp_path_factory.mktemp("words") / "model")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def report() -> Iterator[list[str]]:
    rows: list[str] = []
    yield rows
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(f"{describe_device()}, torch {torch.__version__}\n\n{HEAD}\n" + "\n".join(rows) + "\n")
    print(REPORT.read_text())


def measure(name: str, folder: Path, is_artifact: bool, report: list[str]) -> dict[str, Any]:
    target = {"path": str(folder), "device": "cuda", "is_artifact": is_artifact}
    # In a fresh process, as every artifact is measured: what this one holds on the GPU would be counted.
    measured: dict[str, Any] = call_fresh(measure_round, {"runtime": "transformers", **target, "batches": (8, 32)})
    step_ms = median(measured["step_ms"])
    bandwidth: float = call_fresh(measure_bandwidth, {"device": "cuda", "size_bytes": 1 << 30})
    share = roofline_share(measured["weight_bytes_per_token"], bandwidth, step_ms)
    disk = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    batches = [f if isinstance(f := measured["batches"][size], str) else f"{f:.0f}" for size in ("8", "32")]
    report.append(
        f"| {name} | {disk / 1e9:.3f} | {measured['memory_bytes'] / 1e9:.3f} | {step_ms:.3f} | {1000 / step_ms:.0f} | "
        f"{' | '.join(batches)} | {measured['joules_per_token']:.3f} | {measured['idle_watts']:.0f} | {share:.1%} |"
    )
    assert measured["energy_source"] == "NVML"
    assert 0 < share <= 1, "more bytes a second than the memory delivers: a bug"
    return measured


def test_the_uncompressed_model(big: Path, report: list[str]) -> None:
    assert inspect_model(str(big)).parameters > 1_000_000_000
    measure("uncompressed, bfloat16", big, False, report)


@pytest.mark.parametrize(("method", "params", "most"), RECIPES, ids=[recipe[0] for recipe in RECIPES])
def test_it_compresses_and_is_measured(
    big: Path, data_dir: Path, tmp_path: Path, report: list[str], method: str, params: dict[str, Any], most: float
) -> None:
    recipe = {"steps": [{"method": method, "params": params}]}
    job = CompressParams.model_validate({"model": str(big), "recipe": recipe})
    made = compress(job, LocalContext("job", "request", data_dir / "artifacts", tmp_path, "cuda"))
    assert made.artifact.size_bytes < most * inspect_model(str(big)).size_gb * 1e9
    assert made.estimate is not None
    measure(f"{method} {params or ''}".strip(), data_dir / made.artifact.path, True, report)
    shutil.rmtree(data_dir / made.artifact.path)
