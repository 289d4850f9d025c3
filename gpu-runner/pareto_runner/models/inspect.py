"""What a model is, read from its own files in milliseconds: config.json and the safetensors headers."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.models.resolve import Source, classify_model, resolve_model
from pareto_runner.models.trust import check_code
from pareto_runner.models.weights import Tensor, corrupt, list_weight_files, read_header
from pareto_runner.schemas import ModelFacts

CAUSAL_EXTRA = {"GPT2LMHeadModel", "XLNetLMHeadModel", "TransfoXLLMHeadModel", "OpenAIGPTLMHeadModel"}
CONV1D_FAMILIES = {"gpt2", "pareto_lowrank_gpt2"}
NOT_QUANTIZED = re.compile(r"embed|wte|wpe|lm_head|norm|ln_|rotary")
DTYPE_NAMES = {"BF16": "bfloat16", "F16": "float16", "F32": "float32"}
SAMPLE_ABOVE_BYTES = 256_000_000
SAMPLE_BLOCK_BYTES = 1_000_000
SAMPLE_BLOCKS = 64


def inspect_model(ref: str) -> ModelFacts:
    """Return the facts of a model whose files are here.

    Raises:
        RunnerError: `model_not_found`, `not_causal_lm` or `model_corrupt`.
    """
    return inspect_folder(resolve_model(ref), ref, classify_model(ref))


def inspect_folder(folder: Path, ref: str, source: Source) -> ModelFacts:
    """Return the facts of the model in a folder."""
    config = read_config(folder)
    check_code(config, folder.parent.name.replace("--", "/", 1), folder.name)
    files = list_weight_files(folder)
    tensors = [tensor for file in files for tensor in read_header(file)]
    revision = folder.name if source == "hub" else hash_files([folder / "config.json", *files])
    return build_facts(
        ref, source, revision, config, tensors, sum(f.stat().st_size for f in files), _read_license(folder)
    )


def read_config(folder: Path) -> dict[str, Any]:
    """Read config.json and refuse what is not a causal language model."""
    try:
        config = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError) as error:
        raise corrupt(folder, f"config.json does not parse ({type(error).__name__})") from error
    if not isinstance(config, dict):
        raise corrupt(folder, "config.json is no object")
    check_causal(config)
    return config


def check_causal(config: dict[str, Any]) -> None:
    """Refuse encoders, encoder-decoders and everything else that does not generate text left to right.

    Raises:
        RunnerError: `not_causal_lm`.
    """
    names = config.get("architectures") or []
    causal = any(str(name).endswith("ForCausalLM") or name in CAUSAL_EXTRA for name in names)
    if causal and not config.get("is_encoder_decoder"):
        return
    what = f"{names[0]}" if names else f"of type '{config.get('model_type', 'unknown')}' without an architecture"
    raise RunnerError(
        "not_causal_lm",
        f"The model is {what}, not a causal language model, so it cannot generate text.",
        "Choose a model with a *ForCausalLM architecture, such as Llama, Qwen, Mistral or GPT-2.",
        field="model",
    )


def build_facts(
    ref: str,
    source: Source,
    revision: str,
    config: dict[str, Any],
    tensors: list[Tensor],
    size_bytes: int,
    license_name: str | None,
) -> ModelFacts:
    """Put the facts together from a config and the tensors' descriptions."""
    family = str(config.get("model_type", "unknown"))
    stored = Counter[str]()
    for tensor in tensors:
        stored[tensor.dtype] += tensor.elements
    dtype = DTYPE_NAMES.get(stored.most_common(1)[0][0], stored.most_common(1)[0][0].lower()) if stored else "unknown"
    if packing := config.get("quantization_config"):
        dtype = str(packing.get("quant_method", "packed"))
    text: dict[str, Any] = {**config, **(config.get("text_config") or {})}

    def read(*names: str, default: int = 0) -> int:
        return next((int(text[name]) for name in names if text.get(name) is not None), default)

    hidden = read("hidden_size", "n_embd", "d_model")
    heads = read("num_attention_heads", "n_head")
    return ModelFacts(
        model=ref,
        source=source,
        revision=revision,
        architecture=str((config.get("architectures") or ["unknown"])[0]),
        family=family,
        parameters=sum(tensor.elements for tensor in tensors),
        size_gb=size_bytes / 1e9,
        layers=read("num_hidden_layers", "n_layer"),
        hidden_size=hidden,
        intermediate_size=read("intermediate_size", "n_inner", "ffn_dim", default=4 * hidden),
        heads=heads,
        kv_heads=read("num_key_value_heads", default=heads),
        vocabulary=read("vocab_size"),
        context=read("max_position_embeddings", "n_positions", "n_ctx"),
        dtype=dtype,
        license=license_name,
        linear_in_features=find_in_features(family, tensors),
    )


def find_in_features(family: str, tensors: list[Tensor]) -> list[int]:
    """Return the distinct input widths of the linear layers inside the blocks; the head is never quantized."""
    axis = 0 if family in CONV1D_FAMILIES else 1
    return sorted(
        {
            tensor.shape[axis]
            for tensor in tensors
            if len(tensor.shape) == 2 and tensor.name.endswith(".weight") and not NOT_QUANTIZED.search(tensor.name)
        }
    )


def hash_files(files: list[Path]) -> str:
    """Return a hash of the files' contents; of files above 256 MB, of 64 blocks of 1 MB spread over each.

    Cached by path, size and time of change, because a page asks for the same model again and again.
    """
    return _hash_files(tuple((str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files))


@lru_cache(maxsize=64)
def _hash_files(keys: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, size, _ in keys:
        digest.update(f"{Path(name).name}:{size};".encode())
        with Path(name).open("rb") as stream:
            if size <= SAMPLE_ABOVE_BYTES:
                while block := stream.read(SAMPLE_BLOCK_BYTES):
                    digest.update(block)
                continue
            for i in range(SAMPLE_BLOCKS):
                stream.seek(i * (size - SAMPLE_BLOCK_BYTES) // (SAMPLE_BLOCKS - 1))
                digest.update(stream.read(SAMPLE_BLOCK_BYTES))
    return digest.hexdigest()


def _read_license(folder: Path) -> str | None:
    readme = folder / "README.md"
    if not readme.is_file():
        return None
    with readme.open(encoding="utf-8", errors="replace") as stream:
        head = stream.read(4_000)
    found = re.match(r"---\n(?:.*\n)*?license:\s*([\w.-]+)", head)
    return found.group(1) if found else None
