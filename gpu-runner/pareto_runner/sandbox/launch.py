"""Starting and ending one confined process."""

from __future__ import annotations

import fcntl
import io
import json
import os
import subprocess
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from pareto_runner.sandbox.cgroups import Group, find_parents, remove_stale
from pareto_runner.sandbox.layout import EXECUTABLE, bubblewrap_options, find_bubblewrap
from pareto_runner.sandbox.seccomp import build_filter

# The shell enters the control groups and becomes bubblewrap, so that nothing ever runs outside of them.
ENTER = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 97; shift; n=$((n-1)); done; exec "$@"'
START = """
import sys
sys.path.append('/lab')
from inside.confine import require_judge
from inside.{module} import main
judge_fd, *fds = map(int, sys.argv[1:])
require_judge(judge_fd)
main(*fds)
"""


class Confined:
    """A process in the sandbox that runs `inside.<module>`; use as a context manager, which kills it at the end.

    `job` reaches it through a sealed file in memory, `fds` are the pipes it is given.
    """

    def __init__(self, module: str, job: dict[str, Any], fds: list[int], errors: Any = subprocess.DEVNULL) -> None:
        self.group = Group(parents())
        job_fd = seal_bytes("job", json.dumps(job).encode())
        filter_fd = seal_bytes("filter", build_filter())
        judge_fd, self._judge_fd = os.pipe()
        os.set_blocking(judge_fd, False)
        given = [judge_fd, job_fd, *fds]
        entries = [str(entry) for entry in self.group.entries]
        command = ["/bin/sh", "-c", ENTER, "sh", str(len(entries)), *entries]
        command += [find_bubblewrap(), *bubblewrap_options(), "--seccomp", str(filter_fd), "--", EXECUTABLE]
        command += ["-I", "-S", "-B", "-c", START.format(module=module), *map(str, given)]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={},
                cwd="/",
                pass_fds=[*given, filter_fd],
                start_new_session=True,
            )
        except BaseException:
            self.group.end()
            os.close(self._judge_fd)
            raise
        finally:
            for fd in (judge_fd, job_fd, filter_fd):
                os.close(fd)

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, *_: object) -> None:
        # Bubblewrap's death ends its child, and the control group whatever else there might be.
        self.process.kill()
        self.group.end()
        self.process.wait()
        os.close(self._judge_fd)


def seal_bytes(name: str, content: bytes) -> int:
    """Return a descriptor of a file in memory that nobody can change, positioned at its start."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return fd


def open_pipe(stack: ExitStack) -> tuple[io.FileIO, io.FileIO]:
    """Return the two ends of a pipe, closed with the stack."""
    # As objects, which close once: a number closed twice could belong to another thread's pipe by then.
    read_fd, write_fd = os.pipe()
    return stack.enter_context(io.FileIO(read_fd, "rb")), stack.enter_context(io.FileIO(write_fd, "wb"))


@lru_cache(maxsize=1)
def parents() -> dict[str, Path]:
    """Return where control groups are made; looked up once, and cleared then of what a killed runner left.

    Raises:
        RunnerError: `sandbox_unavailable`.
    """
    found = find_parents()
    remove_stale(found)
    return found
