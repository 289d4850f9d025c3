"""The device that figures were measured on, in words."""

from __future__ import annotations

import platform
from pathlib import Path

from pareto_runner.device import describe_device, physical_cores
from pareto_runner.measure.checks import measure_threads


def describe_measure_device(device: str) -> str:
    """Return e.g. "NVIDIA H200" or "AMD EPYC, 1 thread on 2 cores"."""
    if device == "cuda":
        return describe_device()
    threads = measure_threads()
    return f"{processor_name()}, {threads} thread{'s' if threads > 1 else ''} on {physical_cores()} cores"


def processor_name() -> str:
    """Return the processor's name as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def boot_id() -> str:
    """Return what names this start of the machine, as Linux does; elsewhere the machine's name."""
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text().strip() if file.exists() else platform.node()
