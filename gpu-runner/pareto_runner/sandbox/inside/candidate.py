"""The process of the generated code: executes it, then answers calls. It holds no test and decides nothing."""

from __future__ import annotations

import json
import os
import sys
import types
from typing import Any

from .confine import confine
from .wire import WireError, decode, encode, read_frame, write_frame


def main(job_fd: int, calls_fd: int, replies_fd: int) -> None:
    """Serve until the pipe closes. `hello` goes out before the generated code runs: it says that the sandbox works."""
    with os.fdopen(job_fd, "rb") as stream:
        job = json.load(stream)
    confine(job["cpu_s"])
    write_frame(replies_fd, {"hello": job["token"]})
    # A real module, since dataclasses and typing look their classes up in one.
    module = types.ModuleType("candidate")
    sys.modules["candidate"] = module
    namespace = module.__dict__
    failure: str | None = None
    try:
        # Compiled here and not outside, since the compiler too can be made to run for long or out of memory.
        exec(compile(job["source"], "candidate.py", "exec"), namespace)  # noqa: S102 - this is what the sandbox is for
    except BaseException as error:
        failure = type(error).__name__
    while True:
        try:
            call = read_frame(calls_fd)
        except WireError:
            os._exit(0)
        write_frame(replies_fd, {"nonce": call["nonce"], **_answer(namespace, job["entry_point"], failure, call)})


def _answer(namespace: dict[str, Any], name: str, failure: str | None, call: dict[str, Any]) -> dict[str, Any]:
    if failure is not None:
        return {"error": failure}
    try:
        function = namespace[name]
        args, options = decode(call["args"]), decode(call["options"])
        return {"value": encode(function(*args, **options))}
    except BaseException as error:
        return {"error": type(error).__name__}
