"""ONNX Runtime: the same logits as torch, the artifact's own integers on packed kernels, refusals by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods.base import Method, Work
from pareto_runner.methods.rtn import Rtn
from pareto_runner.models.inspect import inspect_folder
from pareto_runner.models.load import load_model
from pareto_runner.runtimes import onnx_pack
from pareto_runner.runtimes.onnxruntime import OnnxBackend, OnnxRuntime
from pareto_runner.runtimes.packed import StoredWeights
from pareto_runner.schemas import Recipe
from tests.runtimes_here import needs_onnxruntime

pytestmark = needs_onnxruntime

RUNTIME = OnnxRuntime()
IDS = torch.arange(1, 121).reshape(3, 40) * 7 % 500
COMMON = {
    "vocab_size": 500,
    "hidden_size": 128,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "bos_token_id": 0,
    "eos_token_id": 0,
    "pad_token_id": 0,
}
FAMILIES: list[tuple[str, dict[str, Any]]] = [
    ("Qwen2", {}),
    ("Qwen3", {"head_dim": 32, "tie_word_embeddings": False}),
    ("Mistral", {"sliding_window": 16}),
    ("Gemma", {"head_dim": 32}),
    ("Gemma2", {"head_dim": 32, "sliding_window": 16}),
    ("Phi", {"num_key_value_heads": 4, "hidden_act": "gelu_new"}),
    ("Phi3", {"original_max_position_embeddings": 128}),
    ("SmolLM3", {}),
]


def pack(source: Path, target: Path, method: Method | None = None, **params: Any) -> Path:
    """Write the artifact of one method without the job around it."""
    method = method or Rtn()
    target.mkdir()
    context = LocalContext("job", "request", target, target, "cpu")
    work = Work(source, context, 0, inspect_folder(source, str(source), "path"))
    method.apply(work, method.params_type.model_validate(params))
    assert work.save
    work.save(target)
    work.tokenizer.save_pretrained(target)
    return target


def convert(source: Path, target: Path) -> OnnxBackend:
    RUNTIME.convert(source, target, lambda part, line: None)
    return RUNTIME.open(target, "cpu", 1)


def torch_logits(source: Path, work: Path, ids: torch.Tensor = IDS) -> torch.Tensor:
    """Logits of torch in float32, with packed weights as the numbers that they stand for."""
    with StoredWeights(source) as stored:
        stored.write_plain(work / "reference")
    model, _ = load_model(work / "reference", dtype="float32")
    with torch.inference_mode():
        logits: torch.Tensor = model(ids).logits
    return logits


def all_logits(backend: OnnxBackend, ids: torch.Tensor = IDS) -> torch.Tensor:
    """Logits of a prompt in one piece, then of some tokens one by one, then of the rest in one piece."""
    backend.reset(len(ids))
    parts = [(0, 20), *((i, i + 1) for i in range(20, 26)), (26, 28), (28, ids.shape[1])]
    return torch.cat([backend.forward(ids[:, a:b], last_only=False) for a, b in parts], dim=1)


def make_family(name: str, more: dict[str, Any], tiny: Path, folder: Path) -> Path:
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**{**COMMON, **more})
    model = getattr(transformers, f"{name}ForCausalLM")._from_config(config, dtype=torch.bfloat16)
    with torch.no_grad():
        for weight in model.parameters():
            # Norms and biases start at 0 and 1, where a mistake in them would not be seen.
            if weight.dim() == 1:
                weight.add_(torch.randn_like(weight) * 0.1)
    model.save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tiny / file, folder / file)
    return folder


@pytest.mark.parametrize(("name", "more"), FAMILIES, ids=[name for name, _ in FAMILIES])
def test_logits_of_each_family_are_those_of_torch(
    name: str, more: dict[str, Any], tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_pack, "ACCURACY_LEVEL", 0)
    plain = make_family(name, more, tiny, tmp_path / "plain")
    packed = pack(plain, tmp_path / "packed", bits=4, group_size=64)
    for source in (plain, packed):
        work = tmp_path / f"work-{source.name}"
        backend = convert(source, work / "onnx")
        assert (all_logits(backend) - torch_logits(source, work)).abs().max() < 1e-3
        assert backend.dense == (source == plain)


def test_cache_is_selected_and_grows(tiny: Path, tmp_path: Path) -> None:
    backend, expected = convert(tiny, tmp_path / "onnx"), torch_logits(tiny, tmp_path)
    assert backend.kv_bytes_per_token == 2 * 2 * 2 * 32 * 4
    backend.reset(3)
    backend.forward(IDS[:, :10])
    for rows in ([2, 0, 2, 1], [3], [0, 0]):
        backend.reset(3)
        backend.forward(IDS[:, :10])
        backend.select([2, 0, 2, 1])
        chosen = torch.tensor([2, 0, 2, 1])[rows]
        backend.select(rows)
        got = backend.forward(IDS[chosen, 10:14])
        torch.testing.assert_close(got, expected[chosen, 13:14], atol=1e-4, rtol=1e-4)
    backend.reset()
    long = torch.arange(128).reshape(1, 128)
    steps = [backend.forward(long[:, i : i + 1]) for i in range(128)]
    torch.testing.assert_close(torch.cat(steps, 1), torch_logits(tiny, tmp_path / "b", long), atol=1e-4, rtol=1e-4)
    with pytest.raises(RunnerError, match="sequence_too_long"):
        backend.forward(long[:, :1])


@pytest.mark.parametrize(
    ("bits", "group", "symmetric", "head"),
    [(2, 64, True, False), (3, 32, False, True), (4, 128, False, False), (4, 0, True, True), (8, 32, True, True)],
)
def test_kernels_hold_the_artifacts_own_integers(
    bits: int,
    group: int,
    symmetric: bool,
    head: bool,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = pack(tiny, tmp_path / "packed", bits=bits, group_size=group, symmetric=symmetric, quantize_head=head)
    expected = torch_logits(source, tmp_path)
    fast = all_logits(convert(source, tmp_path / "fast"))
    assert (fast - expected).norm() / expected.norm() < 0.03
    monkeypatch.setattr(onnx_pack, "ACCURACY_LEVEL", 0)
    backend = convert(source, tmp_path / "exact")
    torch.testing.assert_close(all_logits(backend), expected, atol=1e-4, rtol=1e-4)
    whole = sum(path.stat().st_size for path in (tmp_path / "exact").glob("*.data"))
    # The embedding is read by rows; it stays in bfloat16 beside a packed head.
    assert backend.weight_bytes_per_token() < whole
    assert whole < (1 if head else 1.5) * (tiny / "model.safetensors").stat().st_size


def test_what_cannot_be_held_is_refused(tiny: Path, tmp_path: Path) -> None:
    facts = inspect_folder(tiny, str(tiny), "path")
    assert RUNTIME.check(facts, Recipe()) == []
    problems = RUNTIME.check(facts.model_copy(update={"architecture": "GPT2LMHeadModel"}), Recipe())
    assert [(p.code, p.field) for p in problems] == [("runtime_unsupported", "recipe.runtime")]
    with pytest.raises(RunnerError, match="runtime_unsupported"):
        RUNTIME.open(tiny, "cuda", 1)
    with pytest.raises(RunnerError, match="artifact_unloadable"):
        RUNTIME.open(tiny, "cpu", 1)
    shutil.copytree(tiny, tmp_path / "foreign")
    config = json.loads((tiny / "config.json").read_text())
    config["quantization_config"] = {"quant_method": "bitsandbytes"}
    (tmp_path / "foreign" / "config.json").write_text(json.dumps(config))
    with pytest.raises(RunnerError, match=r"runtime_unsupported.*bitsandbytes"):
        RUNTIME.convert(tmp_path / "foreign", tmp_path / "onnx", lambda part, line: None)


def test_warming_loads_the_kernels(tmp_path: Path) -> None:
    assert RUNTIME.availability().available
    RUNTIME.warm(tmp_path)
