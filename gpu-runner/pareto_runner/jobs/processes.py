"""Starting and ending fresh processes.

They are forked from a server process that has the heavy libraries loaded (seconds per process otherwise) but has
run nothing and never touched CUDA, so each is as good as new.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import re
import signal
from pathlib import Path
from typing import Any

import psutil

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import child_main

PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
QUIET = {
    "TQDM_DISABLE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "LLM_COMPRESSOR_LOG_LEVEL": "ERROR",
    # Threads that spin while they wait make a loaded machine 40 times slower (measured with GPTQ on 2 busy cores).
    "OMP_WAIT_POLICY": "PASSIVE",
}


def make_context() -> Any:
    """Return the multiprocessing context: a fork server where there is one, else `spawn`."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    # Python 3.11's fork server does not take over sys.path: started elsewhere than in gpu-runner it would find
    # nothing to preload, say nothing, and every process would import for half a minute.
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if PACKAGE_ROOT not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([PACKAGE_ROOT, *filter(None, paths)])
    # torch then asks the driver's library whether there is a GPU, and does not start CUDA in the fork server for it.
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pareto_runner.jobs.preload"])
    return context


def prepare_environment() -> None:
    """Set what the children's libraries read while they are imported; they are offline from then on."""
    os.environ.update({**QUIET, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"})


class FreshProcess:
    """One process with its pipe and its output."""

    def __init__(self, context: Any, spec: dict[str, Any]) -> None:
        self.connection, theirs = context.Pipe(duplex=True)
        self.output, log_writer = context.Pipe(duplex=False)
        leash, self._leash = context.Pipe(duplex=False)
        arguments = (theirs, log_writer, leash, {"threads": physical_cores(), **spec})
        try:
            self.process = _start(context, arguments)
        finally:
            for end in (theirs, log_writer, leash):
                end.close()
        self.identity = _identify(self.process.pid)
        self.output_open = True
        self.processor_seconds = 0.0
        self._rest = b""
        self._oom_kills = count_oom_kills()

    def read_processor_time(self) -> None:
        """Note the processor time so far, that of ended children included; a process that is gone keeps its last."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self.identity[0]).cpu_times()
            self.processor_seconds = times.user + times.system + times.children_user + times.children_system

    def read_lines(self, final: bool = False) -> list[str]:
        """Return the whole lines of output that are ready; with `final` also what follows the last line end."""
        *lines, self._rest = (self._rest + self._read_ready()).split(b"\n")
        if final and self._rest:
            lines.append(self._rest)
            self._rest = b""
        # Of a progress bar, drawn over itself on one line, only the last picture is kept.
        shown = [COLOURS.sub("", line.decode("utf-8", "replace").rstrip().rpartition("\r")[2]) for line in lines]
        return [text for text in shown if text]

    def _read_ready(self) -> bytes:
        chunks = []
        try:
            while self.output_open and self.output.poll(0):
                chunk = os.read(self.output.fileno(), 65_536)
                self.output_open = bool(chunk)
                chunks.append(chunk)
        except OSError:
            self.output_open = False
        return b"".join(chunks)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message to the process; one that is gone is noticed elsewhere."""
        with contextlib.suppress(OSError):
            self.connection.send_bytes(json.dumps(message).encode())

    def receive(self) -> dict[str, Any] | None:
        """Return the next message that is ready, or None.

        Raises:
            EOFError: the process has closed its end.
        """
        try:
            return json.loads(self.connection.recv_bytes()) if self.connection.poll(0) else None
        except OSError as error:
            raise EOFError from error

    def end(self) -> None:
        """Kill the process with all its descendants and close the pipes."""
        kill_tree(*self.identity)
        self.process.join(10)
        # A group outlives a leader that died by itself, and its number belongs to nobody else while it does.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.identity[0] > 0:
                os.killpg(self.identity[0], signal.SIGKILL)
        for end in (self.connection, self.output, self._leash):
            end.close()

    def describe_death(self, subject: str) -> RunnerError:
        """Say why a process that sent no result is gone; to be called before `end`."""
        self.process.join(10)
        code = self.process.exitcode
        if code == -signal.SIGKILL and count_oom_kills() > self._oom_kills:
            return RunnerError(
                "out_of_memory",
                f"The system ended the process of the {subject} because memory ran out.",
                "Choose a smaller model, fewer calibration samples, or a machine with more memory.",
                retryable=True,
                details={"exit_code": code},
            )
        how = f"signal {signal.Signals(-code).name}" if code and code < 0 else f"exit code {code}"
        return RunnerError(
            f"{subject}_crashed",
            f"The process of the {subject} ended without a result ({how}).",
            "See the job's log; try again, and report it if it happens again.",
            retryable=True,
            details={"exit_code": code},
        )


def _start(context: Any, arguments: tuple[Any, ...]) -> Any:
    """Start the process; a fork server that was killed is started anew by the second try."""
    for last in (False, True):
        process = context.Process(target=child_main, args=arguments)
        try:
            process.start()
            return process
        except (EOFError, OSError) as error:
            if last:
                raise RunnerError(
                    "process_not_started",
                    f"The system did not start a process for the job ({type(error).__name__}: {error}).",
                    "Check memory and the limit on processes, then try again.",
                    retryable=True,
                ) from error
    raise AssertionError("unreachable")


def kill_tree(pid: int, started: float) -> None:
    """Kill a process, its group and all its descendants, unless the id belongs to another process by now."""
    try:
        root = psutil.Process(pid)
        if abs(root.create_time() - started) > 1.0:
            return
        family = [*root.children(recursive=True), root]
    except psutil.NoSuchProcess:
        family = []
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if family and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=5)


def _identify(pid: int | None) -> tuple[int, float]:
    if pid is None:
        return -1, 0.0
    try:
        return pid, psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return pid, 0.0


def count_oom_kills() -> int:
    """Return how many processes this machine has ended for memory since its start; 0 where it does not say."""
    try:
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
