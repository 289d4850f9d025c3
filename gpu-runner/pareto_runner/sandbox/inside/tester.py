"""The process of the tests: calls the candidate over a pipe and gives the verdict.

The candidate's code never runs here. What comes back over the pipe is plain data under a nonce that was made for
that one call, so no reply can be sent ahead; whatever else comes is a verdict of "broken" that no test can catch.
"""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from .confine import confine
from .wire import WireError, decode, encode, read_frame, write_frame

# Raised again on this side, for tests that expect an error. StopIteration is left out: raised inside a test's loop
# it would end the loop early, and the checks that were still to come with it.
ERRORS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        ArithmeticError,
        AttributeError,
        IndexError,
        KeyError,
        LookupError,
        NotImplementedError,
        OverflowError,
        RecursionError,
        RuntimeError,
        TypeError,
        ValueError,
        ZeroDivisionError,
    )
}


class CandidateError(Exception):
    """The candidate raised something that has no equal on this side."""


class Broken(BaseException):
    """The candidate is gone or breaks the protocol; no base of `Exception`, so that a test does not catch it."""


class Candidate:
    """Stands for the candidate's function in the tests."""

    def __init__(self, calls_fd: int, replies_fd: int, hello: str) -> None:
        self._calls_fd = calls_fd
        self._replies_fd = replies_fd
        self.calls = 0
        self.broken = ""
        self.started = read_frame(replies_fd).get("hello") == hello

    def call(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call the function in the other process with plain arguments; return its plain result."""
        self.calls += 1
        nonce = os.urandom(16).hex()
        try:
            write_frame(self._calls_fd, {"nonce": nonce, "args": encode(args), "options": encode(options)})
            reply = read_frame(self._replies_fd)
            if reply.get("nonce") != nonce or reply.keys() not in ({"nonce", "value"}, {"nonce", "error"}):
                raise WireError("the reply does not belong to the call")
            if "value" in reply:
                return decode(reply["value"])
        except WireError as error:
            self.broken = str(error)
            raise Broken from error
        name = str(reply["error"])[:80]
        raise ERRORS.get(name, CandidateError)(name)


def main(job_fd: int, calls_fd: int, replies_fd: int, verdict_fd: int) -> None:
    """Run the tests once and write the verdict."""
    with os.fdopen(job_fd, "rb") as stream:
        job = json.load(stream)
    confine(job["cpu_s"])
    try:
        candidate = Candidate(calls_fd, replies_fd, job["hello"])
        started = candidate.started
    except WireError:
        started = False
    if not started:
        write_frame(verdict_fd, {"token": job["token"], "verdict": "not_started", "detail": ""})
        os._exit(0)
    verdict, detail = _judge(job, candidate)
    write_frame(verdict_fd, {"token": job["token"], "verdict": verdict, "detail": detail[:300]})
    os._exit(0)


def _judge(job: dict[str, str], candidate: Candidate) -> tuple[str, str]:
    def function(*args: Any, **options: Any) -> Any:
        return candidate.call(args, options)

    try:
        _load_check(job, function)(function)
    except Broken:
        return "broken", candidate.broken
    except AssertionError:
        return "wrong", "an assertion of the tests does not hold"
    except Exception as error:
        return "error", f"{type(error).__name__}: {error}"
    if candidate.broken:
        return "broken", candidate.broken
    if not candidate.calls:
        return "error", "the tests never called the function"
    return "passed", ""


def _load_check(job: dict[str, str], function: Callable[..., Any]) -> Callable[[Any], Any]:
    # A real module, since dataclasses and typing look their classes up in one.
    module = types.ModuleType("tests")
    sys.modules["tests"] = module
    namespace = module.__dict__
    # The prompt is the benchmark's own text: some tests use the helpers it defines (HumanEval 32, 38 and 50).
    exec(compile(job["setup"], "setup.py", "exec"), namespace)  # noqa: S102 - the benchmark's own code
    namespace[job["entry_point"]] = function
    exec(compile(job["test"], "test.py", "exec"), namespace)  # noqa: S102 - the benchmark's own code
    check: Callable[[Any], Any] = namespace["check"]
    return check
