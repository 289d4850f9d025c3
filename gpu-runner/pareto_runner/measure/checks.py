"""Opening what is measured, and turning what goes wrong into typed errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
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
    with blame_artifact(is_artifact):
        return engine.open(Path(path), device, measure_threads())


def open_for_measure(runtime: str, path: str, device: str, is_artifact: bool) -> tuple[Backend, Any]:
    """Return the backend of a folder, as `open_backend`, and its tokenizer.

    Raises:
        RunnerError: as `open_backend`.
    """
    from transformers import AutoTokenizer

    backend = open_backend(runtime, path, device, is_artifact)
    with blame_artifact(is_artifact):
        trusted = is_trusted_folder(Path(path))
        return backend, AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=trusted)


@contextmanager
def blame_artifact(is_artifact: bool) -> Iterator[None]:
    """Turn what a library raises while an artifact is loaded or run into `artifact_unloadable`, but for lack of memory.

    Every library has exceptions of its own, so all are taken. Of an uncompressed model they are passed on.
    """
    try:
        yield
    except Exception as error:
        known = as_runner_error(error)
        if not is_artifact or known.code in ("out_of_memory", "disk_full"):
            raise
        cause = error.message if isinstance(error, RunnerError) else f"{type(error).__name__}: {error}"
        raise RunnerError(
            "artifact_unloadable",
            f"The artifact does not re-load and generate in a fresh process: {cause}",
            "Make it again; if it fails again choose another method or other parameters.",
        ) from error
