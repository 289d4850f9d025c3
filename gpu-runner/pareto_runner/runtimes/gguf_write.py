"""Writing a model as GGUF, llama.cpp's format, with packed weights as the artifact's own integers.

Symmetric integers of up to 4 bits go into Q4_0 and of up to 8 bits into Q8_0, whose blocks of 32 weights share a
scale of 16 bits. Source of the layout: the GGUF specification and the `gguf` package, which writes the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.runtimes.gguf_tokens import add_tokens
from pareto_runner.runtimes.packed import StoredWeights
from pareto_runner.runtimes.refusals import unsupported

if TYPE_CHECKING:
    import torch

BLOCK = 32
WEIGHT_BYTES, DENSE = "pareto.weight_bytes_per_token", "pareto.dense"
# Architecture of the file by the model's, and whether rotary pairs are interleaved there.
ARCHITECTURES = {
    "LlamaForCausalLM": ("llama", True),
    "MistralForCausalLM": ("llama", True),
    "Qwen2ForCausalLM": ("qwen2", False),
    "Qwen3ForCausalLM": ("qwen3", False),
}
EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"


@dataclass(frozen=True)
class Entry:
    """One tensor of the file: its name there and here, its shape and type there, and the heads its rows belong to.

    `heads` is 0 where the rows stay in their order.
    """

    name: str
    source: str
    shape: tuple[int, ...]
    kind: Any
    heads: int

    @property
    def bytes(self) -> int:
        """Size in the file."""
        import gguf

        block, size = gguf.GGML_QUANT_SIZES[self.kind]
        return math.prod(self.shape) // block * size


def write_gguf(stored: StoredWeights, target: Path) -> list[str]:
    """Write the model into the file `target`; return notes for people.

    Raises:
        RunnerError: `runtime_unsupported` for architectures, rotary scalings, groups or tokenizers that the format
            or its runtime does not know.
    """
    import gguf
    import numpy

    config = stored.config
    architecture = (config.get("architectures") or ["unknown"])[0]
    refuse_architecture(architecture)
    name, interleaved = ARCHITECTURES[architecture]
    writer = gguf.GGUFWriter(str(target), name)
    notes = _add_facts(writer, config)
    notes += add_tokens(writer, stored.folder, int(config["vocab_size"]))
    entries = [_entry(source, stored, gguf.MODEL_ARCH[name.upper()], interleaved) for source in _sources(stored)]
    factors = _rotary_factors(config)
    if factors is not None:
        writer.add_tensor("rope_freqs.weight", factors)
    read = 0
    for entry in entries:
        # The sizes of all tensors stand in the file before the first of them.
        writer.add_tensor_info(entry.name, entry.shape, numpy.dtype(numpy.float32), entry.bytes, entry.kind)
        read += entry.bytes // (entry.shape[0] if _is_looked_up(entry.source, stored) else 1)
    writer.add_uint64(WEIGHT_BYTES, read)
    writer.add_bool(DENSE, not stored.packed)
    writer.add_file_type(_file_type(stored))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    if factors is not None:
        writer.write_tensor_data(factors)
    scales = ScaleRounding()
    for entry in entries:
        writer.write_tensor_data(_encode(entry, stored, scales))
    writer.close()
    return notes + scales.describe()


def refuse_architecture(architecture: str) -> None:
    """Raise where no file can be written.

    Raises:
        RunnerError: `runtime_unsupported`.
    """
    if architecture not in ARCHITECTURES:
        raise unsupported(f"GGUF is not written for {architecture}; it is for {', '.join(ARCHITECTURES)}.")


class ScaleRounding:
    """How far scales move when they are stored in 16 bits."""

    def __init__(self) -> None:
        self.largest = 0.0

    def store(self, scales: torch.Tensor) -> torch.Tensor:
        """Return the scales as float16.

        Raises:
            RunnerError: `runtime_unsupported` when one is too large or too small for that.
        """
        import torch

        half = scales.half()
        if not torch.isfinite(half).all() or ((half == 0) & (scales != 0)).any():
            raise unsupported("Some scales are too large or too small for the 16 bits that GGUF gives them.")
        away = (half.float() - scales).abs() / scales.abs().clamp_min(torch.finfo(torch.float32).tiny)
        self.largest = max(self.largest, float(away.max()))
        return half

    def describe(self) -> list[str]:
        """Return a note where it is worth one."""
        if not self.largest:
            return []
        return [f"GGUF stores scales in 16 bits, which moved them by at most {self.largest:.1e} of their size."]


def choose_kind(layer: str, stored: StoredWeights) -> Any:
    """Return the type that holds a packed layer's integers exactly.

    Raises:
        RunnerError: `runtime_unsupported` for zero points and for groups that no blocks of 32 make up.
    """
    import gguf

    bits, groups, has_zeros = stored.layout(layer)
    columns = stored.shape(layer)[1]
    if has_zeros and stored.read_packed(layer).zeros is not None:
        raise unsupported("The groups have zero points, for which GGUF's types of 4 and 8 bits have no exact place.")
    if columns % BLOCK or columns // groups % BLOCK:
        raise unsupported(f"Groups of {columns // groups} weights are not made of GGUF's blocks of {BLOCK}.")
    return gguf.GGMLQuantizationType.Q4_0 if bits <= 4 else gguf.GGMLQuantizationType.Q8_0


def pack_blocks(ints: torch.Tensor, scales: torch.Tensor, few: bool, rounding: ScaleRounding) -> torch.Tensor:
    """Return integers [out, in] and scales [out, groups] as rows of Q4_0 (`few`) or Q8_0 blocks, uint8 [out, bytes].

    A block is a scale of 16 bits and 32 integers; of 4 bits the first 16 lie in the lower halves of 16 bytes.
    """
    import torch

    blocks = int(ints.shape[1]) // BLOCK
    repeated = scales.repeat_interleave(blocks // int(scales.shape[1]), dim=1)
    head = rounding.store(repeated).unsqueeze(-1).view(torch.uint8)
    parts = ints.unflatten(1, (blocks, BLOCK)).contiguous()
    if few:
        unsigned = (parts + 8).to(torch.uint8)
        body = unsigned[..., : BLOCK // 2] | (unsigned[..., BLOCK // 2 :] << 4)
    else:
        body = parts.view(torch.uint8)
    return torch.cat([head, body], dim=-1).flatten(1)


def _encode(entry: Entry, stored: StoredWeights, rounding: ScaleRounding) -> Any:
    """Return a tensor's data as it lies in the file, a numpy array."""
    import gguf
    import torch

    layer = entry.source.removesuffix(".weight")
    if layer in stored.packed:
        packed = stored.read_packed(layer)
        ints, scales = interleave(packed.ints, entry.heads), interleave(packed.scales, entry.heads)
        return pack_blocks(ints, scales, entry.kind == gguf.GGMLQuantizationType.Q4_0, rounding).numpy()
    tensor = interleave(stored.read(entry.source), entry.heads).contiguous()
    if entry.kind == gguf.GGMLQuantizationType.BF16:
        return tensor.view(torch.uint8).numpy()
    return tensor.float().numpy()


def _sources(stored: StoredWeights) -> list[str]:
    names = [*stored.dense, *(f"{layer}.weight" for layer in stored.packed)]
    return sorted(name for name in names if not name.endswith("rotary_emb.inv_freq"))


def _entry(source: str, stored: StoredWeights, architecture: Any, interleaved: bool) -> Entry:
    import gguf

    table = gguf.get_tensor_name_map(architecture, int(stored.config["num_hidden_layers"]))
    name = table.get_name(source, try_suffixes=(".weight", ".bias"))
    if name is None:
        raise unsupported(f"GGUF has no place for the tensor {source}.")
    heads = 0
    if interleaved and ".q_proj." in source:
        heads = int(stored.config["num_attention_heads"])
    elif interleaved and ".k_proj." in source:
        heads = int(stored.config.get("num_key_value_heads") or stored.config["num_attention_heads"])
    layer = source.removesuffix(".weight")
    if layer in stored.packed:
        return Entry(name, source, stored.shape(layer), choose_kind(layer, stored), heads)
    tensor = stored.dense[source]
    kept = tensor.dtype == "BF16" and _is_looked_up(source, stored)
    kind = gguf.GGMLQuantizationType.BF16 if kept else gguf.GGMLQuantizationType.F32
    return Entry(name, source, tensor.shape, kind, heads)


def interleave(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """Bring the rows of a projection into the order of interleaved rotary pairs; 0 heads leave them."""
    if not heads:
        return rows
    return rows.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2).contiguous()


def _is_looked_up(source: str, stored: StoredWeights) -> bool:
    """Whether only single rows of the tensor are read: an embedding that is not the head too."""
    return source == EMBEDDING and (HEAD in stored.dense or "lm_head" in stored.packed)


def _add_facts(writer: Any, config: dict[str, Any]) -> list[str]:
    heads = int(config["num_attention_heads"])
    head = int(config.get("head_dim") or config["hidden_size"] // heads)
    context, window = int(config["max_position_embeddings"]), config.get("sliding_window")
    notes = []
    if window and config.get("use_sliding_window", True) and window < context:
        context = int(window)
        notes.append(f"llama.cpp knows no sliding window for this model, so its context ends at {window} tokens.")
    writer.add_vocab_size(int(config["vocab_size"]))
    writer.add_context_length(context)
    writer.add_embedding_length(int(config["hidden_size"]))
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_head_count(heads)
    writer.add_head_count_kv(int(config.get("num_key_value_heads") or heads))
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_layer_norm_rms_eps(float(config["rms_norm_eps"]))
    writer.add_rope_freq_base(float(_rotary(config).get("rope_theta", 10_000.0)))
    return notes


def _rotary(config: dict[str, Any]) -> dict[str, Any]:
    return config.get("rope_parameters") or {
        "rope_theta": config.get("rope_theta", 10_000.0),
        **(config.get("rope_scaling") or {}),
    }


def _rotary_factors(config: dict[str, Any]) -> Any:
    """Return by what Llama 3 divides each rotary frequency, float32 [head size / 2], or None for plain ones."""
    import numpy

    rotary = _rotary(config)
    kind = rotary.get("rope_type", "default")
    if kind == "default":
        return None
    if kind != "llama3":
        raise unsupported(f"Rotary positions scaled by '{kind}' are not written to GGUF.")
    head = int(config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])
    old, factor = float(rotary["original_max_position_embeddings"]), float(rotary["factor"])
    low, high = float(rotary["low_freq_factor"]), float(rotary["high_freq_factor"])
    factors = []
    for i in range(head // 2):
        turns = old * float(rotary["rope_theta"]) ** (-2 * i / head) / (2 * math.pi)
        smooth = min(1.0, max(0.0, (turns - low) / (high - low)))
        factors.append(1 / ((1 - smooth) / factor + smooth))
    return numpy.array(factors, dtype=numpy.float32)


def _file_type(stored: StoredWeights) -> int:
    import gguf

    if not stored.packed:
        return int(gguf.LlamaFileType.ALL_F32)
    few = all(stored.layout(layer)[0] <= 4 for layer in stored.packed if layer != "lm_head")
    return int(gguf.LlamaFileType.MOSTLY_Q4_0 if few else gguf.LlamaFileType.MOSTLY_Q8_0)
