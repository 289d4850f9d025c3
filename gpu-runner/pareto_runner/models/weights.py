"""Reading safetensors headers without the weights: sizes, shapes, types, and whether the files are whole."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError

DTYPE_BYTES = {
    "F64": 8,
    "I64": 8,
    "U64": 8,
    "F32": 4,
    "I32": 4,
    "U32": 4,
    "F16": 2,
    "BF16": 2,
    "I16": 2,
    "U16": 2,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
}
HEADER_CAP_BYTES = 100_000_000


@dataclass(frozen=True)
class Tensor:
    """One tensor as the header describes it."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)


def list_weight_files(folder: Path) -> list[Path]:
    """Return the safetensors files that a model consists of, as its index says or as they lie there.

    Raises:
        RunnerError: `model_corrupt` when one that the index names is missing or there is none at all.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            names = sorted(set(json.loads(index.read_text())["weight_map"].values()))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise corrupt(folder, f"model.safetensors.index.json does not parse ({error})") from error
        if any("/" in str(name) or not str(name).endswith(".safetensors") for name in names):
            raise corrupt(folder, "model.safetensors.index.json names files outside of the folder")
        files = [folder / name for name in names]
    elif (folder / "model.safetensors").is_file():
        files = [folder / "model.safetensors"]
    else:
        files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise corrupt(folder, "there is no safetensors file")
    for file in files:
        if not file.is_file():
            raise corrupt(folder, f"{file.name} is missing")
    return files


def read_header(file: Path) -> list[Tensor]:
    """Read and check one file's header: it parses, and its tensors fill the file exactly to its end.

    Raises:
        RunnerError: `model_corrupt`.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or length > min(size - 8, HEADER_CAP_BYTES):
            raise corrupt(file.parent, f"{file.name} is cut off or no safetensors file")
        raw = stream.read(length)
    try:
        header: dict[str, Any] = json.loads(raw)
        header.pop("__metadata__", None)
        return _check_tensors(file, header, size - 8 - length)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise corrupt(file.parent, f"the header of {file.name} does not parse ({type(error).__name__})") from error


def _check_tensors(file: Path, header: dict[str, Any], data_bytes: int) -> list[Tensor]:
    tensors, spans = [], []
    for name, entry in header.items():
        tensor = Tensor(name, entry["dtype"], tuple(int(n) for n in entry["shape"]))
        begin, end = (int(n) for n in entry["data_offsets"])
        width = DTYPE_BYTES.get(tensor.dtype)
        if width is not None and end - begin != tensor.elements * width:
            raise corrupt(file.parent, f"{file.name} gives '{name}' a size that does not fit its shape")
        tensors.append(tensor)
        spans.append((begin, end))
    position = 0
    for begin, end in sorted(spans):
        if begin != position:
            raise corrupt(file.parent, f"{file.name} has a gap or an overlap between its tensors")
        position = end
    if position != data_bytes:
        raise corrupt(
            file.parent, f"{file.name} holds {data_bytes} bytes of tensors where its header says {position}: cut off?"
        )
    return tensors


def corrupt(folder: Path, what: str) -> RunnerError:
    """Return the error of damaged model files."""
    return RunnerError(
        "model_corrupt",
        f"The model in '{folder.name}' is damaged: {what}.",
        "Download or save it again as safetensors; the runner loads no other format of weights.",
        field="model",
    )
