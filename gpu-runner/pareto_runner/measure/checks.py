"""Opening what is measured, and turning what goes wrong into typed errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError
from pareto_runner.models.trust import is_trusted_folder
from pareto_runner.runtimes import require_runtime
from pareto_runner.runtimes.base import Backend


def measure_threads() -> int:
    """Return the processor threads of a measurement: all physical cores but one.

    The web app, its database and this runner live on the same machine. With a thread on every core each of their
    moments stalls all threads at their next barrier, and a token takes ten times as long as it should.
    """
    return max(1, physical_cores() - 1)


def open_backend(runtime: str, path: str, device: str, is_artifact: bool) -> Backend:
    """Load the model of a folder in its runtime, in this process, with `measure_threads()` threads.

    Raises:
        RunnerError: `artifact_unloadable` for an artifact, the loader's own code for an uncompressed model.
    """
    import torch

    engine = require_runtime(runtime)
    torch.set_num_threads(measure_threads())
    try:
        return engine.open(Path(path), device, measure_threads())
    except RunnerError as error:
        if not is_artifact or error.code == "out_of_memory":
            raise
        raise unloadable(error.message) from error
    except Exception as error:
        if not is_artifact:
            raise
        raise unloadable(f"{type(error).__name__}: {error}") from error


def open_for_measure(runtime: str, path: str, device: str, is_artifact: bool) -> tuple[Backend, Any]:
    """Return the backend of a folder, as `open_backend`, and its tokenizer.

    Raises:
        RunnerError: as `open_backend`.
    """
    from transformers import AutoTokenizer

    backend = open_backend(runtime, path, device, is_artifact)
    try:
        trusted = is_trusted_folder(Path(path))
        return backend, AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=trusted)
    except (OSError, ValueError, KeyError) as error:
        if not is_artifact:
            raise
        raise unloadable(f"its tokenizer does not load: {error}") from error


def unloadable(cause: str) -> RunnerError:
    """Return the error for an artifact that does not load or does not generate."""
    return RunnerError(
        "artifact_unloadable",
        f"The artifact does not re-load and generate in a fresh process: {cause}",
        "Make it again; if it fails again choose another method or other parameters.",
    )
