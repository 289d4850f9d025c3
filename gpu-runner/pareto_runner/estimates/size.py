"""Bytes of an artifact's weights, counted from the model's tensors and the recipe's formats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.methods import find_method
from pareto_runner.models.inspect import CONV1D_FAMILIES, NOT_QUANTIZED
from pareto_runner.models.resolve import resolve_model
from pareto_runner.models.weights import Tensor, list_weight_files, read_header
from pareto_runner.schemas import ModelFacts, Recipe

HEADER_BYTES_PER_TENSOR = 120
DTYPE_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
PACKING = {"rtn", "gptq", "awq", "autoround"}
STORED_BITS = {
    "nf4": 4.127,
    "int8": 8.0,
    "smoothquant": 8.0,
    "torchao": 8.0,
    "fp8": 8.0,
    "mxfp4": 4.25,
    "nvfp4": 4.5,
}
HEAD_BITS = 8
ONNX_BLOCK = 128
GRAPH_BYTES_PER_LAYER = 5_800


@dataclass(frozen=True)
class Size:
    """Bytes of the weight files; `counted` says that they follow from shapes and formats, headers apart."""

    bytes: float
    counted: bool


def artifact_size(facts: ModelFacts, recipe: Recipe, tensors: list[Tensor] | None = None) -> Size:
    """Return the size that the unconditional way through the recipe leaves; `tensors` where they were read before."""
    tensors = read_tensors(facts) if tensors is None else tensors
    width = DTYPE_BYTES.get(facts.dtype, 2)
    linear = sum(t.elements for t in tensors if _is_linear(t)) if tensors else block_parameters(facts)
    counted = bool(tensors)
    last, params = None, None
    shape = facts
    for step in recipe.steps:
        method = find_method(step.method)
        params = method.params_type.model_validate(step.params)
        shape = method.shape_after(shape, params)
        last = method.name
        if method.name not in PACKING and method.action != "pruning":
            counted = False
    if shape is not facts and block_parameters(shape) != block_parameters(facts):
        linear, tensors, counted = int(linear * block_parameters(shape) / max(1, block_parameters(facts))), [], False
    if last == "asvd" and params is not None:
        linear = int(linear * float(getattr(params, "rank_ratio", 1.0)))
    rest = max(0, facts.parameters - (linear if shape is facts else block_parameters(facts)))
    bits = _bits_per_weight(last, params, linear, tensors, facts)
    header = HEADER_BYTES_PER_TENSOR * (len(tensors) or 9 * facts.layers)
    total = linear * bits / 8 + rest * width + header
    if last in PACKING and getattr(params, "quantize_head", False):
        # A tied head is stored a second time, packed, beside the embedding.
        head = facts.vocabulary * facts.hidden_size
        total += head * (HEAD_BITS / 8) - (0 if _is_tied(facts, tensors) else head * width)
    if recipe.runtime != "transformers":
        total, counted = _elsewhere(facts, recipe.runtime, linear, rest, bits, params), False
    return Size(total, counted)


def _elsewhere(facts: ModelFacts, runtime: str, linear: int, rest: int, bits: float, params: Any) -> float:
    """Return the bytes in a runtime that keeps in 32 bits what is not packed."""
    packed = bits < DTYPE_BYTES.get(facts.dtype, 2) * 8
    if runtime != "onnxruntime" or not packed:
        return (linear * bits / 8 if packed else linear * 4) + rest * 4 + _graph_bytes(facts, runtime)
    if hasattr(params, "value"):
        # Slots have 2, 4 or 8 bits, so that of layers with bits of their own about every second below 4 takes 4.
        slot = max(bits, 4.0 if params.least_bits > 2 else (bits + 4) / 2)
    elif hasattr(params, "average_bits"):
        slot = bits
    else:
        slot = next((slot for slot in (2, 4) if slot >= getattr(params, "bits", 8)), 8)
    # The kernel's scales have 32 bits, and rows in one group are cut into blocks all the same.
    group = getattr(params, "group_size", 0) or ONNX_BLOCK
    total = linear * (slot / 8 + 4 / group) + rest * 4 + _graph_bytes(facts, runtime)
    if getattr(params, "quantize_head", False):
        # The head alone is packed; the embedding's rows are looked up in the type in which they are stored.
        head = facts.vocabulary * facts.hidden_size
        total += head * (HEAD_BITS / 8 + 4 / group + DTYPE_BYTES.get(facts.dtype, 2) - 4)
    return total


def _graph_bytes(facts: ModelFacts, runtime: str) -> int:
    """Return the bytes of the graph's nodes and of its tables of rotations."""
    if runtime != "onnxruntime":
        return 0
    return facts.layers * GRAPH_BYTES_PER_LAYER + facts.context * facts.hidden_size // max(1, facts.heads) * 4


def block_parameters(facts: ModelFacts) -> int:
    """Return about how many parameters the linear layers of the blocks have, from the widths alone."""
    head = facts.hidden_size / max(1, facts.heads)
    inputs = [width for width in facts.linear_in_features if width not in (facts.hidden_size, facts.intermediate_size)]
    attention = inputs[0] if inputs else min(facts.hidden_size, facts.heads * head)
    keys = attention * facts.kv_heads / max(1, facts.heads)
    matrices = 2 if facts.family in ("gpt2", "opt", "gpt_neox", "phi") else 3
    per_layer = facts.hidden_size * (2 * attention + 2 * keys + matrices * facts.intermediate_size)
    return int(facts.layers * per_layer)


def _bits_per_weight(name: str | None, params: Any, linear: int, tensors: list[Tensor], facts: ModelFacts) -> float:
    """Return the stored bits per weight of the blocks' linear layers, scales included."""
    dense = DTYPE_BYTES.get(facts.dtype, 2) * 8
    if name in PACKING:
        group = getattr(params, "group_size", 128)
        sides = [t.shape for t in tensors if _is_linear(t)] if tensors else [(1, facts.hidden_size)]
        symmetric = getattr(params, "symmetric", True)
        used = 0.0
        for out, width in sides:
            groups = math.ceil(width / group) if group else 1
            zero = 0 if symmetric else groups * params.bits
            used += out * (math.ceil(width * params.bits / 32) * 32 + groups * 16 + zero)
        return used / sum(out * width for out, width in sides)
    if name == "autoscheme":
        return float(params.average_bits)
    if name == "mixed":
        return {"average_bits": params.value, "size": params.value * dense}.get(params.budget, 5.0)
    if name == "qlora" and params.keep == "adapter":
        return STORED_BITS["nf4"]
    return STORED_BITS.get(name or "", float(dense))


def read_tensors(facts: ModelFacts) -> list[Tensor]:
    """Return the descriptions of the model's tensors where its files are here."""
    try:
        folder = resolve_model(facts.model)
        tensors = [tensor for file in list_weight_files(folder) for tensor in read_header(file)]
    except RunnerError:
        return []
    if facts.family in CONV1D_FAMILIES:
        tensors = [Tensor(t.name, t.dtype, t.shape[::-1]) for t in tensors]
    return tensors


def _is_linear(tensor: Tensor) -> bool:
    return len(tensor.shape) == 2 and tensor.name.endswith(".weight") and not NOT_QUANTIZED.search(tensor.name)


def _is_tied(facts: ModelFacts, tensors: list[Tensor]) -> bool:
    if tensors:
        return not any("lm_head" in tensor.name or "embed_out" in tensor.name for tensor in tensors)
    return facts.parameters - block_parameters(facts) < 1.5 * facts.vocabulary * facts.hidden_size
