"""Packed layers in an ONNX graph: which layer a matrix of the graph is, and the kernel that computes with it packed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.runtimes.packed import PackedLinear, StoredWeights
from pareto_runner.runtimes.refusals import unsupported

if TYPE_CHECKING:
    import numpy
    import torch

DATA_NAME = "model.onnx.data"
HEAD = "lm_head.MatMul.weight"
ALIGNMENT = 64
# Activations are rounded to 8 bits inside the kernel; computing with floats takes 4 to 100 times as long.
ACCURACY_LEVEL = 4
# Slots of 2 bits are fast only for these groups, in others and in 3 bits the integers lie in slots of 4 bits.
TWO_BIT_GROUPS = (32, 64, 128)
LAYER_WEIGHT = re.compile(r"model\.layers\.(\d+)\.(attn|mlp)\.(\w+)\.MatMul\.weight")
# What the builder calls a projection, and of which of the model's layers (and halves of them) it may consist.
NAMES: dict[str, list[list[tuple[str, int | None]]]] = {
    "qkv_proj": [[("qkv_proj", None)], [("q_proj", None), ("k_proj", None), ("v_proj", None)]],
    "o_proj": [[("o_proj", None)], [("dense", None)]],
    "gate_proj": [[("gate_proj", None)], [("gate_up_proj", 0)]],
    "up_proj": [[("up_proj", None)], [("gate_up_proj", 1)]],
}


class DataFile:
    """The one file beside the graph in which all weights lie, each at an aligned offset."""

    def __init__(self, folder: Path) -> None:
        self._stream = (folder / DATA_NAME).open("wb")
        self.sizes: dict[str, int] = {}

    def add(self, name: str, data: numpy.ndarray[Any, Any], dims: list[int], data_type: int) -> Any:
        """Append the bytes of `data` and return the tensor that points to them."""
        import onnx

        self._stream.write(b"\0" * (-self._stream.tell() % ALIGNMENT))
        tensor = onnx.TensorProto(name=name, data_type=data_type, dims=dims)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        offset = self._stream.tell()
        data.tofile(self._stream)
        self.sizes[name] = self._stream.tell() - offset
        for key, value in (("location", DATA_NAME), ("offset", offset), ("length", self.sizes[name])):
            tensor.external_data.add(key=key, value=str(value))
        return tensor

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def find_layers(weight: str, packed: list[str]) -> list[tuple[str, int | None]]:
    """Return the packed layers whose outputs, one after the other, the graph's matrix `weight` holds.

    With each comes which half of its outputs it is, 0 or 1, or None for all of them.
    """
    if weight == HEAD:
        return [(name, None) for name in ("lm_head",) if name in packed]
    found = LAYER_WEIGHT.fullmatch(weight)
    if not found:
        return []
    index, part, projection = found.groups()
    block = f"model.layers.{index}.{'self_attn' if part == 'attn' else 'mlp'}"
    for choice in NAMES.get(projection, [[(projection, None)]]):
        layers = [(f"{block}.{name}", half) for name, half in choice]
        if all(layer in packed for layer, _ in layers):
            return layers
    return []


def fits_fused(stored: StoredWeights) -> bool:
    """Tell whether query, key and value projections are packed alike, so that one kernel can do all three."""
    kinds: dict[str, set[object]] = {}
    for name in (*stored.packed, *(name.removesuffix(".weight") for name in stored.dense)):
        if re.search(r"self_attn\.[qkv]_proj$", name):
            layout = stored.layout(name) if name in stored.packed else None
            kinds.setdefault(name.rpartition(".")[0], set()).add(layout)
    return all(len(found) == 1 for found in kinds.values())


def choose_slot(layer: PackedLinear) -> tuple[int, int]:
    """Return the bits of one slot and the block of inputs per scale in which the kernel holds a layer exactly.

    Raises:
        RunnerError: `runtime_unsupported` when the groups are not made of blocks of at least 16.
    """
    # The largest power of two that divides the group; one scale per output may be repeated as often as it takes.
    one_scale = layer.scales.shape[1] == 1
    block = 128 if one_scale else min(layer.group & -layer.group, 256)
    if block < 16:
        raise unsupported(f"Groups of {layer.group} weights are not made of blocks that ONNX Runtime's kernel knows.")
    if layer.bits == 2 and (block in TWO_BIT_GROUPS or block > 128):
        return 2, min(block, 128)
    return (4 if layer.bits <= 4 else 8), block


def pack_slots(values: torch.Tensor, bits: int) -> numpy.ndarray[Any, Any]:
    """Put unsigned integers [..., n] into bytes [..., ceil(n * bits / 8)], the first in the lowest bits."""
    import torch

    per_byte = 8 // bits
    padded = torch.nn.functional.pad(values, (0, -values.shape[-1] % per_byte))
    shifted = padded.unflatten(-1, (-1, per_byte)).int() << (torch.arange(per_byte) * bits).int()
    return shifted.sum(-1).to(torch.uint8).numpy()


def read_half(stored: StoredWeights, layer: str, half: int | None) -> PackedLinear:
    """Return a packed layer, or the first (0) or second (1) half of its outputs."""
    packed = stored.read_packed(layer)
    if half is None:
        return packed
    middle = len(packed.ints) // 2
    return packed.rows(half * middle, (half + 1) * middle)


def pack_node(node: Any, layers: list[PackedLinear], built: torch.Tensor, data: DataFile) -> list[Any]:
    """Turn a MatMul into a MatMulNBits of the same outputs; return the kernel's tensors."""
    import onnx
    import torch

    whole = torch.cat([layer.dense() for layer in layers])
    if whole.shape != built.shape or not torch.equal(whole, built):
        raise unsupported(f"The matrix of {node.name} in the ONNX graph is not the artifact's.")
    bits, block = choose_slot(layers[0])
    columns = int(whole.shape[1])
    blocks = -(-columns // block)
    ints = torch.cat([layer.ints for layer in layers]).short() + (1 << (bits - 1))
    padded = torch.nn.functional.pad(ints, (0, blocks * block - columns), value=1 << (bits - 1))
    packed = pack_slots(padded.unflatten(1, (blocks, block)), bits)
    scales = _repeat(torch.cat([layer.scales for layer in layers]), blocks)
    name = node.name.lstrip("/").replace("/", ".")
    tensors = [
        data.add(f"{name}.ints", packed, list(packed.shape), onnx.TensorProto.UINT8),
        data.add(f"{name}.scales", scales.numpy(), list(scales.shape), onnx.TensorProto.FLOAT),
    ]
    if any(layer.zeros is not None for layer in layers):
        parts = [torch.zeros_like(y.scales, dtype=torch.int8) if y.zeros is None else y.zeros for y in layers]
        zeros = pack_slots(_repeat(torch.cat(parts), blocks).short() + (1 << (bits - 1)), bits)
        tensors.append(data.add(f"{name}.zeros", zeros, list(zeros.shape), onnx.TensorProto.UINT8))
    node.op_type, node.domain = "MatMulNBits", "com.microsoft"
    del node.input[1:]
    node.input.extend(tensor.name for tensor in tensors)
    facts = {"K": columns, "N": len(whole), "bits": bits, "block_size": block, "accuracy_level": ACCURACY_LEVEL}
    node.attribute.extend(onnx.helper.make_attribute(key, value) for key, value in facts.items())
    return tensors


def _repeat(per_group: torch.Tensor, blocks: int) -> torch.Tensor:
    """Give every block of a group the group's value: [out, groups] -> [out, blocks]."""
    groups = int(per_group.shape[1])
    return (
        per_group.expand(-1, blocks).contiguous() if groups == 1 else per_group.repeat_interleave(blocks // groups, 1)
    )


def as_matrix(tensor: Any, raw: numpy.ndarray[Any, Any]) -> torch.Tensor:
    """Return the builder's matrix [in, out] as float32 [out, in]."""
    import numpy
    import torch

    return torch.from_numpy(raw.view(numpy.float32).reshape(tuple(tensor.dims)).copy()).T


def tiny_graph() -> bytes:
    """Return a model of 32 inputs that calls the packed kernels and the dense one."""
    import onnx
    from onnx import TensorProto, helper

    nodes, weights = [], [helper.make_tensor("dense", TensorProto.FLOAT, [32, 32], [0.0] * 1024)]
    for bits in (4, 8):
        facts = {"K": 32, "N": 32, "bits": bits, "block_size": 32, "accuracy_level": ACCURACY_LEVEL}
        names = [f"ints{bits}", f"scales{bits}"]
        node = helper.make_node("MatMulNBits", ["x", *names], [f"y{bits}"], domain="com.microsoft")
        node.attribute.extend(helper.make_attribute(key, value) for key, value in facts.items())
        nodes.append(node)
        weights.append(helper.make_tensor(names[0], TensorProto.UINT8, [32, 1, 4 * bits], bytes(128 * bits), raw=True))
        weights.append(helper.make_tensor(names[1], TensorProto.FLOAT, [32, 1], [1.0] * 32))
    nodes.append(helper.make_node("MatMul", ["x", "dense"], ["y"]))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 32]) for name in ("y4", "y8", "y")]
    graph = helper.make_graph(nodes, "tiny", [x], outputs, weights)
    versions = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return onnx.ModelProto(ir_version=10, graph=graph, opset_import=versions).SerializeToString()
