"""What the jobs of the tests run instead of a compression: each misbehaves in its own way, in a real process."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

from pareto_runner.device import library_versions
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.schemas import Artifact, CompressResult


def execute(body: dict[str, Any], context: JobContext) -> CompressResult:
    how = body["params"]["model"]
    context.progress("start", 0.1, how)
    (context.work_dir / "scratch").write_text("x")
    if how == "work":
        end = time.process_time() + 0.5
        while time.process_time() < end:
            pass
    if how == "sleep":
        time.sleep(120)
    if how == "family":
        pid = os.fork()
        if pid == 0:
            time.sleep(120)
            os._exit(0)
        context.log(f"grandchild {pid}")
        time.sleep(120)
    if how.startswith("connect-"):
        try:
            socket.create_connection(("127.0.0.1", int(how.removeprefix("connect-"))), timeout=5).close()
            context.log("reached")
        except OSError as error:
            context.log(f"refused: {error}")
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "typed":
        raise RunnerError("method_failed", "It went wrong.", "Do it right.", field="recipe.steps.0")
    if how == "disk":
        raise OSError(28, "No space left on device")
    if how == "memory" or (how == "memory-once" and context.shrink == 1.0):
        raise MemoryError
    if how == "bug":
        raise ValueError("unforeseen")
    if how == "measure-crash":
        context.spawn_measure(crash, {})
    if how == "measure-slow":
        context.spawn_measure(pause, {"seconds": 120}, timeout_s=1)
    if how == "backwards":
        for fraction in (0.5, 0.2, 0.7, 2.0):
            context.progress(f"at {fraction}", fraction)
    if how == "loud":
        for number in range(50_000):
            print(f"line {number} " + "x" * 80)
    if how == "secrets":
        context.log(",".join(sorted(os.environ)))
    pid = context.spawn_measure(own_pid, {"offset": 0})
    context.log(f"measured in {pid}, not {os.getpid()}")
    return CompressResult(
        artifact=Artifact(hash="0", path="artifacts/0", size_bytes=0, format="safetensors"),
        parameters=pid,
        seconds=context.seconds,
        versions=library_versions(),
        retries=context.retries,
    )


def own_pid(offset: int) -> int:
    return os.getpid() + offset


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def pause(seconds: float) -> None:
    time.sleep(seconds)


def pause_after_telling(seconds: float, path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(seconds)


def hold_the_interpreter(seconds: int, path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    # Not CDLL: this one keeps the interpreter's lock, so that no other thread of the process runs meanwhile.
    ctypes.PyDLL(None).sleep(seconds)


def pause_with_child(seconds: float, path: str) -> None:
    if os.fork() == 0:
        pause_after_telling(seconds, path)
        os._exit(0)
    time.sleep(seconds)


def leave_child(path: str, how: str) -> None:
    if os.fork() == 0:
        pause_after_telling(120, path)
        os._exit(0)
    while not (Path(path).exists() and Path(path).read_text()):
        time.sleep(0.02)
    if how == "crashes":
        crash()
