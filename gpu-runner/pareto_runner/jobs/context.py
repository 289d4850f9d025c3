"""What a running job may use: progress, logs, folders, the device and fresh processes to measure in."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class JobContext(ABC):
    """Handed to `execute`; the implementation in a job's child process speaks over a pipe with the runner.

    `artifacts_dir` holds finished artifacts by hash, `work_dir` belongs to this job alone and is removed
    when it ends, `device` is "cpu" or "cuda".
    """

    def __init__(self, job_id: str, request_id: str, artifacts_dir: Path, work_dir: Path, device: str) -> None:
        self.job_id = job_id
        self.request_id = request_id
        self.artifacts_dir = artifacts_dir
        self.work_dir = work_dir
        self.device = device
        self.seconds: dict[str, float] = {}
        """Wall seconds per phase, filled by `phase`; goes into the result."""
        self.shrink = 1.0
        """Share of the usual batch and calibration set; halved each time that memory ran out."""
        self.retries: list[str] = []
        """What was made smaller after memory ran out; goes into the result."""
        self.live_grid: dict[str, Any] | None = None
        """The grid's carbon intensity when the job began, where the runner has a key to ask for it."""

    @abstractmethod
    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        """Report where the job is; `fraction` is 0 to 1 over the whole job, a smaller one than before is ignored."""

    @abstractmethod
    def log(self, message: str, level: str = "info") -> None:
        """Write one line to the job's log."""

    @abstractmethod
    def spawn_measure(self, target: Callable[..., Any], kwargs: dict[str, Any], timeout_s: float | None = None) -> Any:
        """Run `target(**kwargs)` in a fresh process and return its JSON-able result.

        `target` is a top-level function, found by module and name; `kwargs` are picklable. The process is
        offline, has the secrets scrubbed, and dies with the job.

        Raises:
            RunnerError: the one raised by `target`; `measure_crashed` when the process died,
                `out_of_memory` when it was killed for memory, `measure_time_limit` past `timeout_s`.
        """

    def expect(self, seconds: float) -> None:  # noqa: B027 - a context that shows no time left ignores it
        """Say how long the whole job is expected to take, for the time left."""

    @contextmanager
    def phase(self, name: str, fraction: float, message: str = "") -> Iterator[None]:
        """Report the start of a phase and add its wall seconds to `seconds[name]`."""
        self.progress(name, fraction, message)
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - start, 3)
            self.log(f"{name} took {self.seconds[name]:.2f} s")


class LocalContext(JobContext):
    """A context without a runner, for tools and tests: prints progress, measures in fresh processes all the same."""

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        """Print where the job is."""
        print(f"{fraction:6.1%} {stage} {message}".rstrip())

    def log(self, message: str, level: str = "info") -> None:
        """Print the line."""
        print(message)

    def spawn_measure(self, target: Callable[..., Any], kwargs: dict[str, Any], timeout_s: float | None = None) -> Any:
        """Run the target in a fresh process."""
        from pareto_runner.jobs.supervise import call_fresh

        return call_fresh(target, kwargs, timeout_s)
