"""A job's events (state, progress, log lines) in one file of JSON lines.

An event's id is the byte offset behind its line, so that a reader resumes exactly where it stopped, after a
restart of the runner too. Log lines stop at a size cap; states and progress are always written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pareto_runner.logs import now_iso
from pareto_runner.schemas import LogLine

LOG_CAP_BYTES = 2_000_000
LINE_CAP_CHARS = 2_000

EventType = Literal["state", "progress", "log"]


class EventFile:
    """Appends events of one job; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()
        self._logged_bytes = path.stat().st_size if path.exists() else 0
        self._capped = self._logged_bytes > LOG_CAP_BYTES

    def append(self, kind: EventType, data: dict[str, Any]) -> None:
        """Write one event; a log line past the cap is dropped, after one line that says so."""
        with self._lock:
            if kind == "log":
                if self._capped:
                    return
                data = {**data, "message": cap(str(data.get("message", "")))}
                if self._logged_bytes > LOG_CAP_BYTES:
                    self._capped = True
                    data = {"level": "warning", "message": "The log has reached its size cap; later lines are dropped."}
            line = json.dumps({"at": now_iso(), "type": kind, **data}, ensure_ascii=False) + "\n"
            raw = line.encode("utf-8", "replace")
            with self._path.open("ab") as file:
                file.write(raw)
            if kind == "log":
                self._logged_bytes += len(raw)


def read_events(path: Path, offset: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (id, event) of all whole lines behind `offset`; a file that does not exist has none."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, offset))
        position = max(0, offset)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            position += len(raw)
            try:
                event = json.loads(raw)
            except ValueError:
                # An offset that is not one of ours lands inside a line: skip to the next.
                continue
            yield position, event


def read_lines(path: Path, offset: int, limit: int) -> tuple[list[LogLine], int, bool]:
    """Return at most `limit` lines to read behind `offset`, where to go on, and whether more is there."""
    lines: list[LogLine] = []
    for position, event in read_events(path, offset):
        line = as_line(event)
        if line is not None and len(lines) == limit:
            return lines, offset, True
        offset = position
        if line is not None:
            lines.append(line)
    return lines, offset, False


def as_line(event: dict[str, Any]) -> LogLine | None:
    """Return an event as a line to read; None for progress, of which only the newest matters."""
    if event["type"] == "log":
        return LogLine(at=event["at"], level=event["level"], stage=event.get("stage", ""), message=event["message"])
    if event["type"] != "state":
        return None
    if error := event.get("error"):
        return LogLine(at=event["at"], level="error", message=f"{event['state']}: {error['message']} {error['remedy']}")
    again = f", attempt {event['attempt']}" if event.get("attempt", 1) > 1 else ""
    return LogLine(at=event["at"], level="state", message=f"{event['state']}{again}")


def cap(message: str) -> str:
    """Shorten a line that is too long to read, and say by how much."""
    left = len(message) - LINE_CAP_CHARS
    return message if left <= 0 else f"{message[:LINE_CAP_CHARS]} … ({left} characters more)"
