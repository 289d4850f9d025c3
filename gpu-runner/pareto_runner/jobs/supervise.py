"""Watching one job from outside: its messages, its output, its measurements, its time limit and its end."""

from __future__ import annotations

import json
import pickle
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any, Protocol

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.processes import FreshProcess, make_context
from pareto_runner.schemas import ErrorInfo

POLL_SECONDS = 0.25


class Cancelled(Exception):
    """The job was cancelled while it ran."""


class Sink(Protocol):
    """Where a job's messages go."""

    def progress(self, stage: str, fraction: float, message: str) -> None:
        """Take a progress message."""

    def expect(self, seconds: float) -> None:
        """Take how long the whole job is expected to take."""

    def log(self, level: str, message: str) -> None:
        """Take a log line."""

    def beat(self) -> None:
        """Take a sign of life."""

    def processes(self, identities: list[tuple[int, float]]) -> None:
        """Take the processes that now belong to the job."""

    def worked(self, processor_seconds: float) -> None:
        """Take the processor time of a process of the job that has ended."""


class Supervision:
    """Runs one spec in a fresh process, and one measurement at a time beside it."""

    def __init__(
        self,
        spec: dict[str, Any],
        sink: Sink,
        time_limit_s: float | None,
        cancelled: threading.Event,
        subject: str = "job",
    ) -> None:
        self._subject = subject
        self._spec = spec
        self._sink = sink
        self._limit_s = time_limit_s
        self._cancelled = cancelled
        self._context = make_context()
        self._measure: FreshProcess | None = None
        self._measure_end: float | None = None

    def run(self) -> Any:
        """Return the result.

        Raises:
            RunnerError: of the job itself, `job_crashed`, `out_of_memory` or `time_limit`.
            Cancelled: after the whole process tree was ended.
        """
        end = time.monotonic() + self._limit_s if self._limit_s is not None else None
        self._job = FreshProcess(self._context, self._spec)
        try:
            self._tell_processes()
            while True:
                if self._cancelled.is_set():
                    raise Cancelled
                if end is not None and time.monotonic() > end:
                    raise RunnerError(
                        "time_limit",
                        f"The job ran longer than its limit of {self._limit_s:.0f} s and was stopped.",
                        "Give it a longer limit, fewer benchmark items or fewer calibration samples.",
                        details={"time_limit_s": self._limit_s},
                    )
                self._wait()
                self._pump_measure()
                message = self._pump(self._job, self._subject)
                if message is not None:
                    return _unwrap(message)
        finally:
            for process in (self._measure, self._job):
                if process is not None:
                    self._log_output(process, final=True)
                    self._end(process)

    def _wait(self) -> None:
        sources: list[Any] = []
        for process in (self._job, self._measure):
            if process is not None:
                sources += [process.connection, process.process.sentinel]
                sources += [process.output] if process.output_open else []
        wait(sources, POLL_SECONDS)
        for process in (self._job, self._measure):
            if process is not None:
                process.read_processor_time()

    def _end(self, process: FreshProcess) -> None:
        process.read_processor_time()
        process.end()
        self._sink.worked(process.processor_seconds)

    def _pump(self, process: FreshProcess, subject: str) -> dict[str, Any] | None:
        """Handle all that a process has said; return its last message (result or error) once there is one."""
        gone = not process.process.is_alive()
        self._log_output(process)
        try:
            while (message := process.receive()) is not None:
                if message["type"] in ("result", "error"):
                    return message
                self._handle(message)
        except EOFError:
            gone = True
        if gone:
            return {"type": "error", "error": process.describe_death(subject).to_info().model_dump(mode="json")}
        return None

    def _handle(self, message: dict[str, Any]) -> None:
        if message["type"] == "progress":
            self._sink.progress(message["stage"], message["fraction"], message["message"])
        elif message["type"] == "log":
            self._sink.log(message["level"], message["message"])
        elif message["type"] == "expect":
            self._sink.expect(message["seconds"])
        elif message["type"] == "beat":
            self._sink.beat()
        elif message["type"] == "spawn":
            spec = {"mode": "call", "target": message["target"], "kwargs": message["kwargs"]}
            self._measure = FreshProcess(self._context, spec)
            limit_s = message["timeout_s"]
            self._measure_end = time.monotonic() + limit_s if limit_s is not None else None
            self._tell_processes()

    def _pump_measure(self) -> None:
        if self._measure is None:
            return
        reply = self._pump(self._measure, "measure")
        if reply is None and self._measure_end is not None and time.monotonic() > self._measure_end:
            error = RunnerError("measure_time_limit", "The measurement ran longer than its limit and was stopped.")
            reply = {"type": "error", "error": error.to_info().model_dump(mode="json")}
        if reply is not None:
            self._log_output(self._measure, final=True)
            self._end(self._measure)
            self._measure = None
            self._tell_processes()
            self._job.send(reply)

    def _log_output(self, process: FreshProcess, final: bool = False) -> None:
        for line in process.read_lines(final):
            self._sink.log("output", line)

    def _tell_processes(self) -> None:
        self._sink.processes([p.identity for p in (self._job, self._measure) if p is not None])


def _unwrap(message: dict[str, Any]) -> Any:
    if message["type"] == "error":
        raise RunnerError.from_info(ErrorInfo.model_validate(message["error"]))
    return message["result"]


class PrintSink:
    """A sink for tools and tests: prints what a process says, keeps nothing."""

    def progress(self, stage: str, fraction: float, message: str) -> None:
        """Print the progress."""
        print(json.dumps({"stage": stage, "fraction": fraction, "message": message}))

    def expect(self, seconds: float) -> None:
        """Ignore the expectation: nobody is shown the time left."""

    def log(self, level: str, message: str) -> None:
        """Print the line."""
        print(message)

    def beat(self) -> None:
        """Ignore the sign of life."""

    def processes(self, identities: list[tuple[int, float]]) -> None:
        """Ignore the processes: `Supervision` ends them itself."""

    def worked(self, processor_seconds: float) -> None:
        """Ignore the time: no budget is kept."""


def call_fresh(target: Callable[..., Any], kwargs: dict[str, Any], time_limit_s: float | None = None) -> Any:
    """Run a top-level function in a fresh process and return its JSON-able result; outside of jobs.

    Raises:
        RunnerError: as `Supervision.run`.
    """
    spec = {
        "mode": "call",
        "target": f"{target.__module__}:{target.__qualname__}",
        "kwargs": pickle.dumps(kwargs).hex(),
    }
    return Supervision(spec, PrintSink(), time_limit_s, threading.Event(), "measure").run()
