"""Energy of a generation and its CO2: counters where the machine has them, else an estimate that says so.

What is covered: the GPU's board with NVML, the processor packages with RAPL (whatever else runs on them too), and
with the estimate this process's own processor time and resident memory. Left out: cooling, power supply losses,
the building of the hardware.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from pareto_runner.errors import RunnerError

JOULES_PER_WH = 3600.0
# codecarbon 3.3.2's default for a processor that it does not know. A virtual machine's processor is one: its name
# and core count say nothing of the package that it shares.
WATTS_PER_THREAD = 4.0
# codecarbon's figure for memory, 3 W per 8 GB.
WATTS_PER_RESIDENT_GB = 0.375
_POWERCAP = Path("/sys/class/powercap")
_GRID_FILE = Path(__file__).with_name("grid.json")


class EnergyMeter(Protocol):
    """Counts joules. `source` names what is read, `covers` what it includes.

    `idle_s` is how long an idle machine must be watched to know what it draws; 0 where idle is not counted at all.
    """

    source: str
    covers: str
    idle_s: float

    def start(self) -> None:
        """Begin to count."""

    def stop(self, resident_bytes: int) -> float:
        """Return the joules since `start`."""


class NvmlMeter:
    """The GPU board's own energy counter (Volta and later), in steps of a millijoule."""

    source = "NVML"
    covers = "GPU board"
    # The counter moves every 20 to 100 ms.
    idle_s = 1.0

    def __init__(self) -> None:
        import pynvml
        import torch

        self._nvml = pynvml
        pynvml.nvmlInit()
        # By identity: NVML counts all GPUs, CUDA only those that CUDA_VISIBLE_DEVICES leaves.
        identity = torch.cuda.get_device_properties(torch.cuda.current_device()).uuid
        self._handle = pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{identity}")
        self._start_mj = self._read()

    def _read(self) -> int:
        return int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))

    def start(self) -> None:
        """Begin to count."""
        self._start_mj = self._read()

    def stop(self, resident_bytes: int) -> float:
        """Return the joules since `start`."""
        return (self._read() - self._start_mj) / 1000.0


class RaplMeter:
    """Intel's and AMD's package counters, in microjoules, which wrap around."""

    source = "RAPL"
    covers = "processor packages"
    idle_s = 0.3

    def __init__(self, root: Path = _POWERCAP) -> None:
        self._zones = [p for p in sorted(root.glob("intel-rapl:*")) if p.name.count(":") == 1]
        self._limits = [int((zone / "max_energy_range_uj").read_text()) for zone in self._zones]
        self._start_uj = self._read()
        if not self._zones:
            raise OSError(f"{root} has no package zones")

    def _read(self) -> list[int]:
        return [int((zone / "energy_uj").read_text()) for zone in self._zones]

    def start(self) -> None:
        """Begin to count."""
        self._start_uj = self._read()

    def stop(self, resident_bytes: int) -> float:
        """Return the joules since `start`."""
        pairs = zip(self._start_uj, self._read(), self._limits, strict=True)
        return sum((after - before) % limit for before, after, limit in pairs) / 1e6


class EstimateMeter:
    """Processor time of this process at a fixed power per thread, plus its resident memory over the wall time."""

    source = "estimate"
    covers = "this process's processor time and resident memory"
    idle_s = 0.0

    def __init__(self) -> None:
        self._cpu_s = self._wall_s = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()

    def stop(self, resident_bytes: int) -> float:
        """Return the joules since `start`."""
        cpu_s, wall_s = time.process_time() - self._cpu_s, time.perf_counter() - self._wall_s
        return cpu_s * WATTS_PER_THREAD + wall_s * WATTS_PER_RESIDENT_GB * resident_bytes / 1e9


def open_meter(device: str) -> EnergyMeter:
    """Return the best meter that this machine lets us read for `device` ("cpu" or "cuda")."""
    if device == "cuda":
        import pynvml

        try:
            return NvmlMeter()
        except pynvml.NVMLError as error:
            raise RunnerError(
                "energy_unreadable",
                f"The GPU does not tell its energy: {error}",
                "Use a GPU with an energy counter (Volta or later) and a driver that shows it to this process.",
            ) from error
    try:
        return RaplMeter()
    except (OSError, ValueError):
        return EstimateMeter()


def read_idle_watts(meter: EnergyMeter) -> float:
    """Return what the machine draws while this process sleeps; 0 for a meter that counts this process alone."""
    if not meter.idle_s:
        return 0.0
    meter.start()
    start = time.perf_counter()
    time.sleep(meter.idle_s)
    joules = meter.stop(0)
    return joules / (time.perf_counter() - start)


@dataclass(frozen=True)
class GridFactor:
    """Carbon intensity of a region's electricity; `note` says what a reader of the figure should know of it."""

    region: str
    grams_per_kwh: float
    year: int
    source: str
    note: str = ""


@lru_cache(maxsize=1)
def _grid() -> dict[str, Any]:
    return dict(json.loads(_GRID_FILE.read_text(encoding="utf-8")))


def find_grid_factor(region: str) -> GridFactor:
    """Return the factor of a region (`WORLD` or an ISO 3166-1 alpha-3 code).

    Raises:
        RunnerError: `unknown_region`.
    """
    grid = _grid()
    entry = grid["regions"].get(region.upper())
    if entry is None:
        raise RunnerError(
            "unknown_region",
            f"There is no carbon intensity for the region '{region}'.",
            f"Choose among: {', '.join(grid['regions'])}.",
            field="region",
        )
    source = grid["sources"][entry["source"]]
    return GridFactor(region.upper(), entry["grams_per_kwh"], entry["year"], source)
