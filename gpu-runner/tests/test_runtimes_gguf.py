"""GGUF files hold the artifact's own numbers, and llama.cpp computes torch's logits where it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.models.inspect import inspect_folder
from pareto_runner.runtimes.gguf_write import DENSE, WEIGHT_BYTES, interleave
from pareto_runner.runtimes.llamacpp import MODEL, LlamaBackend, LlamaCpp
from pareto_runner.runtimes.packed import StoredWeights
from pareto_runner.schemas import Recipe, RecipeStep
from tests.test_runtimes_onnx import make_family, pack, torch_logits

RUNTIME = LlamaCpp()
IDS = torch.arange(1, 121).reshape(3, 40) * 7 % 500
HERE = RUNTIME.availability().available
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


def convert(source: Path, target: Path) -> Path:
    RUNTIME.convert(source, target, lambda part, line: None)
    return target / MODEL


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts and the tensors, made float32, of a GGUF file."""
    import gguf

    reader = gguf.GGUFReader(path)
    facts = {name: field.contents() for name, field in reader.fields.items()}
    return facts, {t.name: gguf.dequantize(t.data, t.tensor_type) for t in reader.tensors}


@pytest.mark.parametrize(
    ("bits", "group", "head"), [(3, 64, False), (4, 32, True), (8, 0, True)], ids=["3bit", "4bit", "8bit"]
)
def test_file_holds_the_artifacts_own_integers(bits: int, group: int, head: bool, tiny: Path, tmp_path: Path) -> None:
    source = pack(tiny, tmp_path / "packed", bits=bits, group_size=group, quantize_head=head)
    facts, tensors = read(convert(source, tmp_path / "gguf"))
    with StoredWeights(source) as stored:
        names = {f"model.layers.0.self_attn.{p}_proj": f"blk.0.attn_{p}" for p in "qkv"}
        names |= {"model.layers.1.mlp.down_proj": "blk.1.ffn_down", **({"lm_head": "output"} if head else {})}
        for layer, name in names.items():
            expected = stored.read_packed(layer).dense()
            heads = {"blk.0.attn_q": 4, "blk.0.attn_k": 2}.get(name, 0)
            # Scales that were bfloat16 and not tiny are the same in float16.
            assert numpy.array_equal(tensors[f"{name}.weight"], interleave(expected, heads).numpy())
        embedding = stored.read("model.embed_tokens.weight").float().numpy()
    assert numpy.array_equal(tensors["token_embd.weight"], embedding)
    assert facts["general.architecture"] == "llama"
    assert facts[DENSE] is False
    assert 0 < facts[WEIGHT_BYTES] < (tmp_path / "gguf" / MODEL).stat().st_size
    assert len(facts["tokenizer.ggml.tokens"]) == 512
    assert facts["tokenizer.ggml.tokens"][0] == "<|end|>"


def test_unknown_splitting_of_texts_is_noted(tmp_path: Path) -> None:
    from pareto_runner.models.resolve import resolve_model

    converted = RUNTIME.convert(resolve_model("pocket"), tmp_path / "gguf", lambda part, line: None)
    assert any("splits a text" in note for note in converted.notes)


def test_what_has_no_exact_place_is_refused(tiny: Path, tmp_path: Path) -> None:
    facts = inspect_folder(tiny, str(tiny), "path")
    step = RecipeStep(method="rtn", params={"symmetric": False})
    assert RUNTIME.check(facts, Recipe()) == []
    assert [p.field for p in RUNTIME.check(facts, Recipe(steps=[step]))] == ["recipe.steps.0.params.symmetric"]
    gpt = facts.model_copy(update={"architecture": "GPT2LMHeadModel"})
    assert [p.field for p in RUNTIME.check(gpt, Recipe())] == ["recipe.runtime"]
    source = pack(tiny, tmp_path / "packed", bits=4, group_size=32, symmetric=False)
    with pytest.raises(RunnerError, match=r"runtime_unsupported.*zero points"):
        convert(source, tmp_path / "gguf")
    shutil.copytree(tiny, tmp_path / "other")
    (tmp_path / "other" / "tokenizer.json").unlink()
    with pytest.raises(RunnerError, match=r"runtime_unsupported.*byte-level"):
        convert(tmp_path / "other", tmp_path / "gguf2")


@pytest.mark.skipif(HERE, reason="llama-cpp-python is installed")
def test_missing_package_is_named_with_its_remedy() -> None:
    availability = RUNTIME.availability()
    assert "llama-cpp-python" in availability.reason
    assert "PARETO_EXTRAS=llamacpp" in availability.remedy


@pytest.mark.skipif(not HERE, reason="llama-cpp-python is not installed")
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("Llama", {}),
        ("Llama", {"rope_parameters": LLAMA3, "attention_bias": True}),
        ("Mistral", {"sliding_window": 64}),
        ("Qwen2", {"tie_word_embeddings": False}),
        ("Qwen3", {"head_dim": 32}),
    ],
    ids=["llama", "llama3", "mistral", "qwen2", "qwen3"],
)
def test_logits_are_those_of_torch(name: str, more: dict[str, Any], tiny: Path, tmp_path: Path) -> None:
    plain = make_family(name, more, tiny, tmp_path / "plain")
    for source, most in ((plain, 1e-4), (pack(plain, tmp_path / "packed", group_size=64), 0.05)):
        work = tmp_path / f"work-{source.name}"
        convert(source, work)
        RUNTIME.warm(work)
        backend = RUNTIME.open(work, "cpu", 1)
        expected = torch_logits(source, work)
        assert isinstance(backend, LlamaBackend)
        assert backend.dense == (source == plain)
        backend.reset(3)
        parts = [backend.forward(IDS[:, :20], last_only=False), backend.forward(IDS[:, 20:21])]
        backend.select([2, 0, 2])
        assert (torch.cat(parts, 1) - expected[:, :21]).norm() / expected.norm() < most
        moved = backend.forward(IDS[[2, 0, 2], 21:30])
        assert (moved[:, 0] - expected[[2, 0, 2], 29]).norm() / moved.norm() < most
