"""Progress from inside a measurement's own process, forwarded by the runner as the job's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_send: Callable[[dict[str, Any]], None] | None = None


@dataclass(frozen=True)
class Span:
    """Which part of the whole job a measurement takes: from `start` over `width`, both 0 to 1."""

    stage: str
    start: float
    width: float


def connect(send: Callable[[dict[str, Any]], None]) -> None:
    """Say where this process's messages go; done once, when a fresh process starts."""
    global _send
    _send = send


def report_progress(span: Span | None, part: float, message: str = "") -> None:
    """Report how much of a measurement, 0 to 1, is done; nothing happens outside of a job."""
    if span is not None and _send is not None:
        fraction = span.start + part * span.width
        _send({"type": "progress", "stage": span.stage, "fraction": fraction, "message": message})
