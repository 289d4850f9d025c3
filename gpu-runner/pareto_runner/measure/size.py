"""Size: the bytes of the weight files on disk, exact."""

from __future__ import annotations

from pathlib import Path

from pareto_runner.errors import RunnerError
from pareto_runner.schemas import Figure

WEIGHT_SUFFIXES = frozenset({".safetensors", ".bin", ".gguf", ".onnx", ".data"})


def weight_bytes(path: Path) -> int:
    """Return the bytes of all weight files under a model's folder.

    Raises:
        RunnerError: `artifact_unloadable` when there is none.
    """
    files = [file for file in path.rglob("*") if file.suffix in WEIGHT_SUFFIXES and file.is_file()]
    if not files:
        raise RunnerError(
            "artifact_unloadable",
            f"There are no weight files in {path.name}.",
            "Make the artifact again.",
        )
    return sum(file.stat().st_size for file in files)


def size_figure(size_bytes: int) -> Figure:
    """Return the size in GB (1e9 bytes); it is counted, so its interval has no width."""
    value = size_bytes / 1e9
    return Figure(value=value, low=value, high=value, n=1, unit="GB", spread="exact", extra={"size_bytes": size_bytes})
