"""Whether generated code can be run safely here: every layer is looked at from outside and tried from inside."""

from __future__ import annotations

import os
import platform
import re
import secrets
import select
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

from pareto_runner.errors import RunnerError
from pareto_runner.sandbox.inside.wire import WireError, read_frame
from pareto_runner.sandbox.judge import CPU_S, Task, judge
from pareto_runner.sandbox.launch import Confined, open_pipe
from pareto_runner.sandbox.layout import find_bubblewrap
from pareto_runner.sandbox.seccomp import AUDIT_ARCH
from pareto_runner.schemas import Availability

START_LIMIT_S = 20.0
NAMESPACES = ("pid", "net", "ipc", "mnt", "uts")
INSTALL = (
    "Install bubblewrap (apt-get install bubblewrap) and run the runner on Linux as root, or with user namespaces."
)

# Tried by a program inside: each must be refused, and is named if it is not.
INSIDE_TASK = Task(
    prompt="def escapes():\n    pass\n",
    test="def check(candidate):\n    assert candidate() == [], candidate()\n",
    entry_point="escapes",
)
INSIDE_PROGRAM = """
import _socket, os
def escapes():
    found = []
    for name, attempt in (
        ("a new process", os.fork),
        ("a network socket", lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)),
        ("a file outside of the work folder", lambda: open("/python/x", "w")),
        ("the machine's files", lambda: open("/etc/passwd")),
        ("the machine's processes", lambda: os.listdir("/proc")),
    ):
        try:
            attempt()
            found.append(name)
        except OSError:
            pass
    return found
"""


@lru_cache(maxsize=1)
def check_sandbox() -> Availability:
    """Try the sandbox once per process; a layer that is missing makes it unavailable, with the reason."""
    try:
        for reason in _missing_layers():
            return Availability(available=False, reason=reason, remedy=INSTALL)
    except RunnerError as error:
        return Availability(available=False, reason=error.message, remedy=error.remedy)
    except OSError as error:
        return Availability(available=False, reason=f"the sandbox cannot be started ({error})", remedy=INSTALL)
    return Availability(available=True)


def _missing_layers() -> Iterator[str]:
    if sys.platform != "linux" or platform.machine() not in AUDIT_ARCH:
        yield f"the sandbox knows Linux on {' and '.join(AUDIT_ARCH)}, not {sys.platform} on {platform.machine()}"
        return
    find_bubblewrap()
    yield from _look_from_outside()
    verdict = judge(INSIDE_TASK, INSIDE_PROGRAM)
    if not verdict.passed:
        yield f"a program in the sandbox could reach out of it ({verdict.detail or verdict.kind})"
    if judge(INSIDE_TASK, "def escapes(): return ['a lie']").passed:
        yield "the sandbox lets a wrong answer pass"


def _look_from_outside() -> Iterator[str]:
    with ExitStack() as stack:
        calls_read, _calls_write = open_pipe(stack)
        replies_read, replies_write = open_pipe(stack)
        token = secrets.token_hex(16)
        job = {"source": "", "entry_point": "f", "token": token, "cpu_s": CPU_S}
        errors_read, errors_write = open_pipe(stack)
        inside = stack.enter_context(
            Confined("candidate", job, [calls_read.fileno(), replies_write.fileno()], errors=errors_write)
        )
        replies_write.close()
        errors_write.close()
        try:
            if not select.select([replies_read], [], [], START_LIMIT_S)[0]:
                raise WireError("no answer")
            started = read_frame(replies_read.fileno()).get("hello") == token
        except WireError:
            started = False
        if not started:
            inside.process.kill()
            said = errors_read.read(500).decode("utf-8", "replace").strip()
            yield f"the sandbox does not start ({said or 'it says nothing'})"
            return
        yield from _inspect(inside)


def _inspect(inside: Confined) -> Iterator[str]:
    """Yield what the kernel says is missing around the process inside; it can hide nothing from here."""
    # The second of its namespace: the first is bubblewrap's, which runs nothing and only waits.
    found = [pid for pid in inside.group.processes() if _status(pid).get("NSpid", "").split()[1:] == ["2"]]
    if not found:
        yield "the process is not in its control group or not in a process namespace of its own"
        return
    process = Path("/proc", str(found[0]))
    status = _status(found[0])
    if status.get("Seccomp") != "2":
        yield "the filter of system calls (seccomp) is not in force"
    if status.get("NoNewPrivs") != "1":
        yield "new privileges are not ruled out"
    if any(int(status[name], 16) for name in ("CapPrm", "CapEff", "CapAmb")):
        yield "the process keeps capabilities"
    if os.getuid() == 0 and "0" in status["Uid"].split():
        yield "the process runs as root"
    for name in NAMESPACES:
        if os.readlink(process / "ns" / name) == os.readlink(Path("/proc/self/ns", name)):
            yield f"the process shares the {name} namespace with the machine"
    mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    writable = {place for _, _, _, _, place, options, *_ in mounts if "ro" not in options.split(",")}
    if unexpected := sorted(place for place in writable if place != "/work" and not place.endswith("-packages")):
        yield f"folders other than the work folder can be written ({', '.join(unexpected)})"
    if re.search(rf"^Max cpu time +{CPU_S} +{CPU_S} ", (process / "limits").read_text(), re.MULTILINE) is None:
        yield "the limit of processor time is not in force"
    if not inside.group.limits_hold():
        yield "the control group's limits of memory and processes are not in force"


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path("/proc", str(pid), "status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
