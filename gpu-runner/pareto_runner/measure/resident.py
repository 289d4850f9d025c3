"""Resident memory of this process: what it holds now and the most it has held since a mark.

Linux keeps the peak (VmHWM) and lets a process reset its own; elsewhere a thread samples the resident set, which
can miss peaks shorter than its period. `ru_maxrss` is of no use here: a forked child inherits its parent's.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

SAMPLE_PERIOD_S = 0.002
_STATUS = Path("/proc/self/status")
_SMAPS = Path("/proc/self/smaps")
_CLEAR_REFS = Path("/proc/self/clear_refs")


def resident_bytes() -> int:
    """Return the resident set of this process."""
    return _status_bytes("VmRSS") if _STATUS.exists() else int(psutil.Process().memory_info().rss)


def library_bytes(model_folder: Path) -> int:
    """Return the resident pages of mapped files outside `model_folder`: code and data of libraries.

    They grow whenever code runs for the first time, are shared between processes, and can be dropped at will, so
    they are no part of what a model needs. Systems without smaps give 0 and leave them in.
    """
    if not _SMAPS.exists():
        return 0
    folder = f"{model_folder.resolve()}/"
    total = 0
    counts = False
    for line in _SMAPS.read_text(errors="replace").splitlines():
        first, _, rest = line.partition(" ")
        if not first.endswith(":"):
            # A mapping's head: address, access, offset, device, inode, path.
            parts = rest.split(maxsplit=4)
            counts = len(parts) == 5 and parts[4].startswith("/") and not parts[4].startswith(folder)
        elif counts and first == "Rss:":
            total += int(rest.split()[0]) * 1024
        elif counts and first == "Anonymous:":
            # Pages that were written to are the process's own, like the heap.
            total -= int(rest.split()[0]) * 1024
    return total


def release_unused() -> None:
    """Give freed memory back to the system, so that garbage of the past is not taken for the model's need."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)


class PeakResident:
    """Context that measures the largest resident set (bytes) while it is open, in `peak_bytes`."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def __enter__(self) -> PeakResident:
        if not _reset_peak():
            self._thread = threading.Thread(target=self._sample, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._thread is None:
            self.peak_bytes = _status_bytes("VmHWM")
            return
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(SAMPLE_PERIOD_S):
            self.peak_bytes = max(self.peak_bytes, int(process.memory_info().rss))


def _reset_peak() -> bool:
    try:
        _CLEAR_REFS.write_text("5")
    except OSError:
        return False
    return True


def _status_bytes(key: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"{_STATUS} has no {key}")
