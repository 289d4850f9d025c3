"""A running job's progress: never backwards, with the estimated time left, stored no more often than is useful."""

from __future__ import annotations

import time

from pareto_runner.jobs.events import EventFile
from pareto_runner.jobs.store import JobStore
from pareto_runner.schemas import Progress

STORE_EVERY_S = 0.5
ETA_FROM_FRACTION = 0.05


class JobSink:
    """Takes a job's messages from the supervision and writes them to its row and its events."""

    def __init__(self, store: JobStore, job_id: str, events: EventFile) -> None:
        self._store = store
        self._job_id = job_id
        self._events = events
        self._started = time.monotonic()
        self._stored = 0.0
        self._progress = Progress()
        self._expected_s: float | None = None
        self.processor_seconds = 0.0

    def state(self, state: str, attempt: int) -> None:
        """Write a change of state."""
        self._events.append("state", {"state": state, "attempt": attempt})

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        """Take a progress message; the fraction never falls, and 1 is reached only by succeeding."""
        fraction = round(max(self._progress.fraction, min(0.999, max(0.0, fraction))), 4)
        eta_s = time_left(fraction, time.monotonic() - self._started, self._expected_s)
        new_stage = stage != self._progress.stage
        self._progress = Progress(stage=stage, message=message, fraction=fraction, eta_s=eta_s)
        if new_stage or time.monotonic() - self._stored >= STORE_EVERY_S:
            self._stored = time.monotonic()
            self._store.beat(self._job_id, self._progress)
            self._events.append("progress", self._progress.model_dump())

    def expect(self, seconds: float) -> None:
        """Take how long the whole job is expected to take, from its beginning."""
        self._expected_s = seconds

    def log(self, level: str, message: str) -> None:
        """Write a log line."""
        self._events.append("log", {"level": level, "stage": self._progress.stage, "message": message})

    def beat(self) -> None:
        """Store the heartbeat with the latest progress; the time left goes on falling between two messages."""
        eta_s = time_left(self._progress.fraction, time.monotonic() - self._started, self._expected_s)
        self._progress = self._progress.model_copy(update={"eta_s": eta_s})
        self._store.beat(self._job_id, self._progress)

    def processes(self, identities: list[tuple[int, float]]) -> None:
        """Store which processes belong to the job."""
        self._store.set_processes(self._job_id, identities)

    def worked(self, processor_seconds: float) -> None:
        """Add the processor time of a process that has ended."""
        self.processor_seconds += processor_seconds


def time_left(fraction: float, elapsed_s: float, expected_s: float | None) -> float | None:
    """Return the estimated seconds left; None while there is nothing to estimate from.

    At first what was expected counts, towards the end what the job's own pace says. A job that outlasts its plan is
    taken to go on for a quarter of its age, less as it nears its end.
    """
    by_pace = elapsed_s * (1 - fraction) / fraction if fraction >= ETA_FROM_FRACTION else None
    if expected_s is None:
        return None if by_pace is None else round(by_pace, 1)
    by_plan = max(0.0, expected_s - elapsed_s)
    weight = fraction**2 if by_pace is not None else 0.0
    return round(max((1 - weight) * by_plan + weight * (by_pace or 0.0), (1 - fraction) * elapsed_s / 4), 1)
