"""Memory and process limits by control groups, version 1 or 2, whichever this machine has."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from pathlib import Path

from pareto_runner.errors import RunnerError

MEMORY_BYTES = 512_000_000
PROCESSES = 8
"""The launcher and the process inside, with room for the steps between them; the code itself cannot fork at all."""
PREFIX = "pareto-sandbox-"
NEEDED = ("memory", "pids")
LIMIT_FILES = ("pids.max", "memory.max", "memory.limit_in_bytes")
MOUNT = Path("/sys/fs/cgroup")


class Group:
    """One control group for one sandbox: a folder per hierarchy, removed at the end with all that is left in it."""

    def __init__(self, parents: dict[str, Path]) -> None:
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
        self.folders = {parent / name for parent in parents.values()}
        for folder in self.folders:
            folder.mkdir()
        for controller, parent in parents.items():
            _set_limit(controller, parent / name)

    @property
    def entries(self) -> list[Path]:
        """The files that a process writes its id to in order to enter."""
        return [folder / "cgroup.procs" for folder in self.folders]

    def processes(self) -> set[int]:
        """Return the ids of all processes inside."""
        found: set[int] = set()
        for entry in self.entries:
            with contextlib.suppress(OSError):
                found |= {int(line) for line in entry.read_text().split()}
        return found

    def limits_hold(self) -> bool:
        """Whether the kernel has the limits as they were set; memory is counted there in whole pages."""
        said = {
            path.name: path.read_text().strip()
            for folder in self.folders
            for path in folder.iterdir()
            if path.name in LIMIT_FILES
        }
        memory = said.get("memory.max") or said.get("memory.limit_in_bytes") or "max"
        return said.get("pids.max") == str(PROCESSES) and memory.isdigit() and int(memory) <= MEMORY_BYTES

    def end(self, wait_s: float = 1.0) -> None:
        """Kill what is inside until nothing is, then remove the folders."""
        deadline = time.monotonic() + wait_s
        while True:
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            left = []
            for folder in self.folders:
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    continue
                except OSError:
                    left.append(folder)
            if not left or time.monotonic() > deadline:
                return
            time.sleep(0.002)


def find_parents() -> dict[str, Path]:
    """Return the folder per controller in which this process may make groups.

    Raises:
        RunnerError: `sandbox_unavailable`.
    """
    own = _own_groups()
    parents: dict[str, Path] = {}
    for controller in NEEDED:
        if controller in own:
            candidates = [MOUNT / controller / own[controller].lstrip("/")]
        else:
            parent = (MOUNT if (MOUNT / "cgroup.controllers").exists() else MOUNT / "unified") / own.get(
                "", "/"
            ).lstrip("/")
            candidates = [parent, *parent.parents]
        for folder in candidates:
            if folder.is_relative_to(MOUNT) and _can_hold(controller, folder, controller not in own):
                parents[controller] = folder
                break
        else:
            raise RunnerError(
                "sandbox_unavailable",
                f"No control group for {controller} can be made here, so generated code could not be limited.",
                "Run the runner as root, or in a delegated group: systemd-run --user -p Delegate=yes "
                "-p DelegateSubgroup=main …",
            )
    return parents


def remove_stale(parents: dict[str, Path]) -> None:
    """Remove the empty groups that a killed runner left behind."""
    for parent in set(parents.values()):
        for folder in parent.glob(f"{PREFIX}*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if not Path("/proc", owner).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()


def _own_groups() -> dict[str, str]:
    # Lines are `number:controllers:path`; version 2 is the line without controllers.
    own: dict[str, str] = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own |= {controller: path for controller in controllers.split(",")}
    return own


def _can_hold(controller: str, folder: Path, second_version: bool) -> bool:
    try:
        if second_version:
            enabled = folder / "cgroup.subtree_control"
            if controller not in enabled.read_text().split():
                # Refused by the kernel while the group has processes of its own; then a group further up serves.
                enabled.write_text(f"+{controller}")
        probe = folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
        probe.mkdir()
        try:
            _set_limit(controller, probe)
        finally:
            probe.rmdir()
    except OSError:
        return False
    return True


def _set_limit(controller: str, folder: Path) -> None:
    if controller == "pids":
        (folder / "pids.max").write_text(str(PROCESSES))
    elif (folder / "memory.max").exists():
        (folder / "memory.max").write_text(str(MEMORY_BYTES))
        if (folder / "memory.swap.max").exists():
            (folder / "memory.swap.max").write_text("0")
    else:
        (folder / "memory.limit_in_bytes").write_text(str(MEMORY_BYTES))
        if (folder / "memory.memsw.limit_in_bytes").exists():
            (folder / "memory.memsw.limit_in_bytes").write_text(str(MEMORY_BYTES))
