"""The machine as the runner sees it."""

from __future__ import annotations

from typing import Literal

from pareto_runner.schemas.wire import Wire


class GpuInfo(Wire):
    """One CUDA device."""

    index: int
    name: str
    memory_total_gb: float
    memory_used_gb: float
    memory_utilization: float
    compute_capability: str


class GpuReply(Wire):
    """`GET /gpu`."""

    available: bool
    gpus: list[GpuInfo]


class Health(Wire):
    """`GET /health`. `ready` turns true when the libraries are loaded and jobs start without delay."""

    status: Literal["ok"] = "ok"
    ready: bool
    version: str
    device: str
    cpu_count: int
    memory_total_gb: float
    memory_available_gb: float
    disk_free_gb: float
    jobs_queued: int
    jobs_running: int
    versions: dict[str, str]
