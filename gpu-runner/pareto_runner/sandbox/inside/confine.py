"""The last restrictions, taken by the process itself before it runs any code that is not ours."""

from __future__ import annotations

import os
import resource

NOBODY = 65534
MEMORY_BYTES = 1 << 30
FILE_BYTES = 1 << 20
OPEN_FILES = 32


def confine(cpu_s: int) -> None:
    """Lower every limit for good and become nobody; `cpu_s` is the processor time after which the kernel kills."""
    for kind, limit in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    # After the change of user: as root the limit would count all of root's processes.
    resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))


def require_judge(judge_fd: int) -> None:
    """End unless the judge lives, who alone holds the other end of this pipe; to be called before anything else.

    From here on the sandbox dies with the judge. One that was killed before bubblewrap had that promise from the
    kernel would else leave a sandbox behind that nobody ends.
    """
    try:
        os.read(judge_fd, 1)
    except BlockingIOError:
        os.close(judge_fd)
        return
    os._exit(1)
