"""Reading a model's folder as it is stored: which linear layers are packed, in what integers, and all else dense.

Runtimes with kernels of their own take the integers and scales from here, so that what they compute with are the
very weights that a method chose, not a second rounding of them.
"""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.models.weights import Tensor, list_weight_files, read_header
from pareto_runner.runtimes.refusals import unsupported

if TYPE_CHECKING:
    import torch

PACKED, SCALE, ZERO, SHAPE, ORDER = "weight_packed", "weight_scale", "weight_zero_point", "weight_shape", "weight_g_idx"
PARTS = (PACKED, SCALE, ZERO, SHAPE, ORDER)


@dataclass(frozen=True)
class PackedLinear:
    """One layer's weight as integers: weight = (ints - zeros) * scales, each scale for `group` neighbouring inputs.

    `ints` is int8 [out, in] with values of -2^(bits-1) to 2^(bits-1)-1, `scales` float32 [out, groups], `zeros`
    int8 [out, groups] or None for 0.
    """

    ints: torch.Tensor
    scales: torch.Tensor
    zeros: torch.Tensor | None
    bits: int

    @property
    def group(self) -> int:
        """Inputs that share one scale."""
        return int(self.ints.shape[1]) // int(self.scales.shape[1])

    def dense(self) -> torch.Tensor:
        """Return the weight as float32 [out, in]."""
        ints = self.ints.float().unflatten(1, (-1, self.group))
        if self.zeros is not None:
            ints = ints - self.zeros.float().unsqueeze(-1)
        return (ints * self.scales.unsqueeze(-1)).flatten(1)

    def rows(self, start: int, stop: int) -> PackedLinear:
        """Return some of the outputs."""
        zeros = None if self.zeros is None else self.zeros[start:stop]
        return PackedLinear(self.ints[start:stop], self.scales[start:stop], zeros, self.bits)


class StoredWeights:
    """The tensors of a folder, each read from disk when asked for.

    `packed` names the packed layers (`model.layers.0.mlp.up_proj`), `dense` all other tensors with their type.

    Raises:
        RunnerError: `runtime_unsupported` for formats other than plain weights and compressed-tensors integers;
            `model_corrupt` for damaged files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        self._quantization: dict[str, Any] = self.config.get("quantization_config") or {}
        self._refuse_other_formats()
        self._files: dict[str, Path] = {}
        self._tensors: dict[str, Tensor] = {}
        for file in list_weight_files(folder):
            for tensor in read_header(file):
                self._files[tensor.name], self._tensors[tensor.name] = file, tensor
        self._stack = ExitStack()
        self._open: dict[Path, Any] = {}
        layers = {name.rpartition(".")[0] for name in self._tensors if name.endswith(f".{SCALE}")}
        for layer in layers:
            self._refuse_other_numbers(layer)
        self.packed = sorted(layers)
        inside = {f"{layer}.{part}" for layer in layers for part in (*PARTS, "weight")}
        self.dense = {name: tensor for name, tensor in self._tensors.items() if name not in inside}

    def __enter__(self) -> StoredWeights:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._open.clear()

    @property
    def rounds_activations(self) -> bool:
        """Whether the layers' inputs are to be rounded too (W8A8)."""
        groups = self._quantization.get("config_groups", {}).values()
        return any(group.get("input_activations") for group in groups)

    def read(self, name: str) -> torch.Tensor:
        """Return a tensor as it is stored."""
        from safetensors import safe_open

        file = self._files[name]
        if file not in self._open:
            self._open[file] = self._stack.enter_context(safe_open(str(file), framework="pt"))
        return self._open[file].get_tensor(name)

    def layout(self, layer: str) -> tuple[int, int, bool]:
        """Return a packed layer's bits, its scales per output and whether it has zero points."""
        packed = self._tensors.get(f"{layer}.{PACKED}")
        # The config gives the bits by rules over names; the width of the packed rows says the same.
        bits = packed.shape[1] * 32 // self.shape(layer)[1] if packed else 8
        scale = self._tensors[f"{layer}.{SCALE}"]
        groups = scale.shape[1] if len(scale.shape) > 1 else 1
        return bits, groups, f"{layer}.{ZERO}" in self._tensors

    def shape(self, layer: str) -> tuple[int, int]:
        """Return a packed layer's outputs and inputs."""
        if f"{layer}.{PACKED}" in self._tensors:
            out, columns = self.read(f"{layer}.{SHAPE}").tolist()
        else:
            out, columns = self._tensors[f"{layer}.weight"].shape
        return int(out), int(columns)

    def read_packed(self, layer: str) -> PackedLinear:
        """Return a packed layer's integers and scales."""
        import torch
        from compressed_tensors.compressors.pack_quantized.helpers import unpack_from_int32

        bits, _, has_zeros = self.layout(layer)
        scales = self.read(f"{layer}.{SCALE}").float()
        zeros = self.read(f"{layer}.{ZERO}") if has_zeros else None
        if f"{layer}.{PACKED}" in self._tensors:
            ints = unpack(self.read(f"{layer}.{PACKED}"), bits, self.shape(layer))
        else:
            ints = self.read(f"{layer}.weight")
        out = int(ints.shape[0])
        scales = scales.reshape(-1, 1).expand(out, 1) if scales.numel() in (1, out) else scales
        if zeros is not None and zeros.dtype == torch.int32:
            zeros = unpack_from_int32(zeros, bits, torch.Size((out, scales.shape[1])), packed_dim=0)
        if zeros is not None:
            zeros = zeros.reshape(-1, 1).expand(out, 1) if zeros.numel() in (1, out) else zeros
            zeros = None if not zeros.any() else zeros
        return PackedLinear(ints, scales.contiguous(), zeros, bits)

    def write_plain(self, target: Path) -> None:
        """Write the model into a new folder as libraries load it in float32: packed weights as what they stand for."""
        from safetensors.torch import save_file

        target.mkdir(parents=True)
        config = {name: value for name, value in self.config.items() if name != "quantization_config"}
        config["dtype"] = "float32"
        if self.packed:
            tensors = {name: self.read(name).float().contiguous() for name in self.dense}
            tensors |= {f"{layer}.weight": self.read_packed(layer).dense() for layer in self.packed}
            save_file(tensors, target / "model.safetensors", {"format": "pt"})
            # A packed head has weights of its own.
            config["tie_word_embeddings"] = config.get("tie_word_embeddings", False) and "lm_head" not in self.packed
        else:
            for path in self.folder.glob("*.safetensors*"):
                (target / path.name).symlink_to(path.resolve())
        (target / "config.json").write_text(json.dumps(config))
        copy_texts(self.folder, target)

    def _refuse_other_formats(self) -> None:
        method = self._quantization.get("quant_method", "compressed-tensors")
        if method != "compressed-tensors":
            raise unsupported(f"The weights are packed in the format of {method}, which only its own library reads.")
        if self.config.get("low_rank"):
            raise unsupported("The weights are factors of low rank, which only Pareto Lab's own loader puts together.")
        if (self.folder / "adapter").is_dir():
            raise unsupported("The artifact keeps an adapter beside its base; merge it to run it elsewhere.")

    def _refuse_other_numbers(self, layer: str) -> None:
        packed, whole = self._tensors.get(f"{layer}.{PACKED}"), self._tensors.get(f"{layer}.weight")
        if (packed is None or packed.dtype != "I32") and (whole is None or whole.dtype != "I8"):
            raise unsupported(f"The weights of {layer} are packed as small floating-point numbers, not as integers.")
        if f"{layer}.{ORDER}" in self._tensors:
            raise unsupported(f"The groups of {layer} are not of neighbouring inputs (act-order by group).")
        scale = self._tensors[f"{layer}.{SCALE}"]
        rows = (packed or whole or scale).shape[0]
        if scale.elements != 1 and scale.shape[0] != rows:
            raise unsupported(f"The scales of {layer} are shared by blocks of several outputs.")


def unpack(words: torch.Tensor, bits: int, shape: tuple[int, int]) -> torch.Tensor:
    """Return the integers of compressed-tensors' packed rows as int8 of `shape`.

    The library's own function takes ten times as long where a byte holds a whole number of integers.
    """
    import torch
    from compressed_tensors.compressors.pack_quantized.helpers import unpack_from_int32

    if 8 % bits or sys.byteorder != "little":
        return unpack_from_int32(words, bits, torch.Size(shape))
    shifts = torch.arange(0, 8, bits, dtype=torch.uint8)
    values = (words.contiguous().view(torch.uint8).unsqueeze(-1) >> shifts) & ((1 << bits) - 1)
    return (values.flatten(1)[:, : shape[1]].to(torch.int16) - (1 << (bits - 1))).to(torch.int8)


def copy_texts(source: Path, target: Path) -> None:
    """Copy the tokenizer's files and what else is text beside config.json and the weights."""
    skipped = ("config.json", "manifest.json")
    for path in source.iterdir():
        kept = path.suffix in (".json", ".txt", ".model", ".jinja") and path.name not in skipped
        if kept and not path.name.endswith(".index.json"):
            shutil.copy(path, target / path.name)
