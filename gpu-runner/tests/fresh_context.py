"""A job context for tests that measures in real fresh processes, without the runner around it."""

import importlib
import multiprocessing
import os
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext


class FreshContext(JobContext):
    """Runs each measurement in a process forked from a server that has imported the heavy libraries."""

    def __init__(self, folder: Path) -> None:
        super().__init__("job", "request", folder / "artifacts", folder / "work", "cpu")
        self.stages: list[tuple[str, float]] = []
        os.environ.update(TQDM_DISABLE="1", HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["pareto_runner.jobs.preload"])

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        self.stages.append((stage, fraction))

    def log(self, message: str, level: str = "info") -> None:
        print(level, message)

    def spawn_measure(self, target: Any, kwargs: dict[str, Any], timeout_s: float | None = None) -> Any:
        ours, theirs = self._processes.Pipe()
        name = (target.__module__, target.__qualname__)
        process = self._processes.Process(target=_run, args=(theirs, *name, kwargs))
        process.start()
        theirs.close()
        try:
            kind, value = ours.recv()
        except EOFError:
            raise RunnerError("measure_crashed", f"{name} ended without a result") from None
        finally:
            process.join()
            ours.close()
        if kind == "error":
            raise value
        return value


def _run(connection: Any, module: str, name: str, kwargs: dict[str, Any]) -> None:
    try:
        connection.send(("result", getattr(importlib.import_module(module), name)(**kwargs)))
    except RunnerError as error:
        connection.send(("error", error))
