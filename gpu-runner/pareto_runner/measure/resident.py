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
_CLEAR_REFS = Path("/proc/self/clear_refs")


def resident_bytes() -> int:
    """Return the resident set of this process."""
    return _status_bytes("VmRSS") if _STATUS.exists() else int(psutil.Process().memory_info().rss)


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
