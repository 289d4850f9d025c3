"""Judging one program: the candidate and its tests in two sandboxes that share nothing but two pipes."""

from __future__ import annotations

import json
import os
import secrets
import select
import time
from contextlib import ExitStack
from dataclasses import dataclass

from pareto_runner.errors import RunnerError
from pareto_runner.sandbox.launch import Confined, open_pipe

LIMIT_S = 10.0
CPU_S = 5
MAX_VERDICT_BYTES = 4_096


@dataclass(frozen=True)
class Task:
    """A problem in HumanEval's form: `test` defines `check(candidate)`; `prompt` begins the program."""

    prompt: str
    test: str
    entry_point: str


@dataclass(frozen=True)
class Verdict:
    """`kind`: passed, wrong, error, broken (the candidate died or broke the protocol) or time_limit."""

    kind: str
    detail: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every check of the tests held."""
        return self.kind == "passed"


def judge(task: Task, program: str, limit_s: float = LIMIT_S) -> Verdict:
    """Run a whole program (prompt and completion) against the tests of a task.

    `limit_s` is wall time for both processes together; each has `CPU_S` seconds of processor time besides, so that
    an endless loop ends soon on a fast machine and a slow machine is not unjust. Arguments and results are copied
    between the processes: a test cannot see that an argument was changed in place.

    Raises:
        RunnerError: `sandbox_failed` when the sandbox itself does not work; never a verdict about the program.
    """
    start = time.monotonic()
    for _ in range(2):
        kind, detail = _run_once(task, program, limit_s)
        if kind != "not_started":
            return Verdict(kind, detail, time.monotonic() - start)
    raise RunnerError(
        "sandbox_failed",
        f"The sandbox for generated code did not start ({detail or 'its first message is missing'}).",
        "See `python -m pareto_runner.sandbox` for which layer fails; free memory, then try again.",
        retryable=True,
    )


def _run_once(task: Task, program: str, limit_s: float) -> tuple[str, str]:
    deadline = time.monotonic() + limit_s
    hello, token = secrets.token_hex(16), secrets.token_hex(16)
    candidate_job = {"source": program, "entry_point": task.entry_point, "token": hello, "cpu_s": CPU_S}
    tester_job = {
        "setup": task.prompt,
        "test": task.test,
        "entry_point": task.entry_point,
        "hello": hello,
        "token": token,
        "cpu_s": CPU_S,
    }
    with ExitStack() as stack:
        verdict_read, verdict_write = open_pipe(stack)
        with ExitStack() as ends:
            calls_read, calls_write = open_pipe(ends)
            replies_read, replies_write = open_pipe(ends)
            tester_ends = [calls_write, replies_read, verdict_write]
            stack.enter_context(Confined("tester", tester_job, [end.fileno() for end in tester_ends]))
            candidate_ends = [calls_read, replies_write]
            stack.enter_context(Confined("candidate", candidate_job, [end.fileno() for end in candidate_ends]))
        # With no writer left here, the end of the tester is the end of this pipe.
        verdict_write.close()
        raw = _read_until(verdict_read.fileno(), deadline)
    if raw is None:
        return "time_limit", f"no verdict within {limit_s:.0f} s"
    return _parse(raw, token)


def _read_until(fd: int, deadline: float) -> bytes | None:
    chunks = b""
    while len(chunks) <= MAX_VERDICT_BYTES:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            return None
        chunk = os.read(fd, MAX_VERDICT_BYTES)
        chunks += chunk
        if not chunk or len(chunks) >= 4 + int.from_bytes(chunks[:4], "big"):
            break
    return chunks[4:]


def _parse(raw: bytes, token: str) -> tuple[str, str]:
    try:
        message = json.loads(raw)
    except ValueError:
        return "error", "the tests ended without a verdict"
    if message["token"] != token:
        return "error", "the verdict is not the tests'"
    return str(message["verdict"]), str(message["detail"])
