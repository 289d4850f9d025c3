"""Turns what goes wrong while an artifact is measured into typed errors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError


def require_finite(value: float, what: str) -> None:
    """Raise `nonfinite_output` unless `value` is a finite number."""
    if not math.isfinite(value):
        raise RunnerError(
            "nonfinite_output",
            f"The model computes no finite numbers: {what} is {value}.",
            "The compression destroyed the weights: use more bits, a smaller group or less pruning.",
        )


def measure_threads() -> int:
    """Return the processor threads of a measurement: all physical cores but one.

    The web app, its database and this runner live on the same machine. With a thread on every core each of their
    moments stalls all threads at their next barrier, and a token takes ten times as long as it should.
    """
    return max(1, physical_cores() - 1)


def load_for_measure(path: str, device: str, is_artifact: bool) -> tuple[Any, Any]:
    """Re-load a model from disk in this process, and set its thread count to `measure_threads()`.

    Raises:
        RunnerError: `artifact_unloadable` for an artifact, the loader's own code for an uncompressed model.
    """
    import torch

    from pareto_runner.models.load import load_artifact

    torch.set_num_threads(measure_threads())
    try:
        return load_artifact(Path(path), device=device)
    except RunnerError as error:
        if not is_artifact or error.code == "out_of_memory":
            raise
        raise unloadable(error.message) from error
    except Exception as error:
        if not is_artifact:
            raise
        raise unloadable(f"{type(error).__name__}: {error}") from error


def unloadable(cause: str) -> RunnerError:
    """Return the error for an artifact that does not load or does not generate."""
    return RunnerError(
        "artifact_unloadable",
        f"The artifact does not re-load and generate in a fresh process: {cause}",
        "Make it again; if it fails again choose another method or other parameters.",
    )
