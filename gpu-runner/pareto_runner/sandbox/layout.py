"""The file system inside the sandbox: Python, its standard library and its shared libraries, nothing else."""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

from pareto_runner.errors import RunnerError

INSIDE = Path(__file__).parent / "inside"
WORK_BYTES = 8_000_000
EXTENSIONS = ("math", "_decimal", "_datetime", "_random", "_struct", "zlib", "_json", "resource")
"""Modules of the standard library whose shared libraries come along; others, like ctypes, stay without theirs."""
EXECUTABLE = "/python/bin/python"
LOADER_CACHE = "/etc/ld.so.cache"


def find_bubblewrap() -> str:
    """Return the path of `bwrap`.

    Raises:
        RunnerError: `sandbox_unavailable`.
    """
    if (found := shutil.which("bwrap")) is None:
        raise RunnerError(
            "sandbox_unavailable",
            "bubblewrap is not installed, so generated code has no place to run safely.",
            "Install it: apt-get install bubblewrap",
        )
    return found


@lru_cache(maxsize=1)
def bubblewrap_options() -> tuple[str, ...]:
    """Return bwrap's options but the filter and the command.

    As root the process inside becomes nobody by itself (it keeps the two capabilities for that until then); anyone
    else needs a user namespace to be let in at all. Becoming nobody also takes the kernel's promise to end the process
    with its parent, so it is bubblewrap's own first process in the namespace that keeps that promise: it stays who it
    is, and the namespace ends with it.

    Raises:
        RunnerError: `sandbox_unavailable`.
    """
    # Written once, since Python inside can keep no compiled form of what it is given.
    compileall.compile_dir(INSIDE, quiet=2)
    library = f"/python/{sys.platlibdir}/{Path(sysconfig.get_path('stdlib')).name}"
    options = [
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]
    if os.getuid() == 0:
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    # The real files: a virtual environment's interpreter is a link to them.
    python = Path(os.path.realpath(sys.executable))
    binds = {EXECUTABLE: str(python), library: sysconfig.get_path("stdlib"), "/lab/inside": str(INSIDE)}
    binds |= {path: path for path in _shared_libraries(python)}
    if Path(LOADER_CACHE).exists():
        binds[LOADER_CACHE] = LOADER_CACHE
    # Named one by one, since folders that bubblewrap makes on the way are closed to all but root.
    for folder in sorted({str(parent) for place in binds for parent in Path(place).parents}):
        options += ["--dir", folder]
    for place, source in binds.items():
        options += ["--ro-bind", source, place]
    for packages in ("site-packages", "dist-packages"):
        if Path(binds[library], packages).is_dir():
            options += ["--size", "4096", "--tmpfs", f"{library}/{packages}"]
    options += ["--perms", "1777", "--size", str(WORK_BYTES), "--tmpfs", "/work", "--chdir", "/work"]
    options += ["--remount-ro", "/"]
    return tuple(options)


def _shared_libraries(python: Path) -> list[str]:
    dynload = Path(sysconfig.get_path("stdlib"), "lib-dynload")
    modules = [str(path) for name in EXTENSIONS for path in dynload.glob(f"{name}.*.so")]
    try:
        found = subprocess.run(["ldd", str(python), *modules], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise RunnerError(
            "sandbox_unavailable",
            f"The shared libraries that Python needs could not be listed ({error}).",
            "Install ldd: apt-get install libc-bin",
        ) from error
    # Lines are `name => /path (address)` or, for the loader, `/path (address)`.
    return sorted(set(re.findall(r"(/\S+) \(0x", found.stdout)))
