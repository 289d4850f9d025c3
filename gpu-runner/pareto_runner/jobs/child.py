"""The inside of a fresh process: runs one job or one measurement and speaks JSON over a pipe with the runner.

The process leads its own process group. It ends at once, with its group, when the runner is gone.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.jobs.network import leave_network
from pareto_runner.jobs.report import connect
from pareto_runner.settings import scrub_environment

BEAT_SECONDS = 2.0
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


class Channel:
    """The pipe to the runner: sends from any thread, hands replies to the one that waits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.replies: queue.Queue[dict[str, Any]] = queue.Queue()

    def start(self) -> None:
        """Start to listen and to beat."""
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; ends the process when nobody listens any more."""
        raw = json.dumps(message, default=str).encode("utf-8", "replace")
        with self._lock:
            try:
                self._connection.send_bytes(raw)
            except OSError:
                end_group()

    def _listen(self) -> None:
        while True:
            try:
                self.replies.put(json.loads(self._connection.recv_bytes()))
            except (EOFError, OSError):
                end_group()

    def _beat(self) -> None:
        pause = threading.Event()
        while True:
            self.send({"type": "beat"})
            pause.wait(BEAT_SECONDS)


class PipeContext(JobContext):
    """The context of a job in its child process."""

    def __init__(self, channel: Channel, spec: dict[str, Any]) -> None:
        super().__init__(
            spec["job_id"],
            spec["request_id"],
            Path(spec["artifacts_dir"]),
            Path(spec["work_dir"]),
            spec["device"],
        )
        self.shrink = float(spec["shrink"])
        self.retries = list(spec["retries"])
        self.live_grid = spec.get("live_grid")
        self._channel = channel
        self._measuring = threading.Lock()

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        """Report where the job is."""
        self._channel.send({"type": "progress", "stage": stage, "fraction": fraction, "message": message})

    def expect(self, seconds: float) -> None:
        """Say how long the whole job is expected to take."""
        self._channel.send({"type": "expect", "seconds": seconds})

    def log(self, message: str, level: str = "info") -> None:
        """Write one line to the job's log."""
        self._channel.send({"type": "log", "level": level, "message": message})

    def spawn_measure(self, target: Callable[..., Any], kwargs: dict[str, Any], timeout_s: float | None = None) -> Any:
        """Ask the runner for a fresh process and wait for its answer."""
        call = {"target": f"{target.__module__}:{target.__qualname__}", "kwargs": pickle.dumps(kwargs).hex()}
        with self._measuring:
            self._channel.send({"type": "spawn", "timeout_s": timeout_s, **call})
            reply = self._channel.replies.get()
        if reply["type"] == "error":
            from pareto_runner.schemas import ErrorInfo

            raise RunnerError.from_info(ErrorInfo.model_validate(reply["error"]))
        return reply["result"]


def child_main(connection: Connection, log_writer: Connection, leash: Connection, spec: dict[str, Any]) -> None:
    """Entry of every fresh process; `spec` says what to run, `leash` closes when the runner is gone."""
    os.setsid()
    tie_group(leash)
    _redirect_output(log_writer)
    scrub_environment()
    os.environ.update(OFFLINE)
    if not leave_network():
        print("the kernel does not let this process leave the network; the libraries are told to stay offline")
    channel = Channel(connection)
    channel.start()
    connect(channel.send)
    try:
        import torch

        torch.set_num_threads(int(spec["threads"]))
        channel.send({"type": "result", "result": _run(channel, spec)})
    except BaseException as error:
        if not isinstance(error, RunnerError):
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send({"type": "error", "error": as_runner_error(error).to_info().model_dump(mode="json")})
    sys.stdout.flush()
    sys.stderr.flush()
    # Libraries leave worker processes and exit handlers behind that can hang: the result is out, so leave now.
    os._exit(0)


def _run(channel: Channel, spec: dict[str, Any]) -> Any:
    function = load_target(spec["target"])
    if spec["mode"] == "call":
        # The bytes come from the job's own process over the runner's private pipe.
        return function(**pickle.loads(bytes.fromhex(spec["kwargs"])))  # noqa: S301
    result = function(spec["body"], PipeContext(channel, spec))
    return result.model_dump(mode="json")


def load_target(target: str) -> Callable[..., Any]:
    """Return the top-level function named `module:function`."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def as_runner_error(error: BaseException) -> RunnerError:
    """Give any exception a code: memory and disk are recognised, the rest is `internal_error`."""
    if isinstance(error, RunnerError):
        return error
    text = f"{type(error).__name__}: {error}"[:500]
    lower = text.lower()
    if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or any(
        words in lower for words in ("no space left", "disk is full")
    ):
        return RunnerError(
            "disk_full",
            f"The disk is full: {text}",
            "Free space in the data folder, for example by removing old artifacts, and start again.",
            retryable=True,
        )
    if isinstance(error, MemoryError) or "out of memory" in lower or "can't allocate memory" in lower:
        return RunnerError(
            "out_of_memory",
            f"There was not enough memory: {text}",
            "Choose a smaller model, fewer calibration samples, or a machine with more memory.",
            retryable=True,
        )
    return RunnerError(
        "internal_error",
        f"The job stopped at an error that was not foreseen: {text}",
        "See the job's log for the whole trace.",
    )


def tie_group(leash: Connection) -> None:
    """Have Linux kill this process's group when the other end of the pipe closes.

    The threads that listen need the interpreter's lock, which a long call into a library may keep; and once this
    process has died by itself nobody listens for those that it started. Elsewhere the threads have to do.
    """
    if sys.platform != "linux":
        return
    import fcntl

    fd = leash.fileno()
    fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgid(0))
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    if leash.poll(0):
        end_group()


def end_group() -> None:
    """End this process and all that it started."""
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _redirect_output(log_writer: Connection) -> None:
    os.dup2(log_writer.fileno(), 1)
    os.dup2(log_writer.fileno(), 2)
    log_writer.close()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
