"""What a whole job draws, from its start to its end, so that a budget of CO2 can be kept.

Counted are the GPU boards by NVML and the processor packages by RAPL where this process may read them, with all else
that runs on them meanwhile. Without RAPL the processor is estimated from the job's own processor time. Left out: what
a job drew that the runner did not live to see the end of, memory, cooling, power supply losses.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

from pareto_runner.measure.energy import JOULES_PER_WH, WATTS_PER_THREAD, RaplMeter
from pareto_runner.schemas import JobEnergy


class JobMeter:
    """Counts from the moment it is made."""

    def __init__(self) -> None:
        self._boards_j = read_boards_j()
        self._rapl: RaplMeter | None = None
        with contextlib.suppress(OSError, ValueError):
            self._rapl = RaplMeter()

    def stop(self, processor_seconds: float) -> JobEnergy:
        """Return what was drawn; `processor_seconds` is the processor time of all processes of the job."""
        joules, sources = 0.0, []
        if not math.isnan(boards := read_boards_j() - self._boards_j):
            joules += boards
            sources.append("NVML")
        if self._rapl:
            joules += self._rapl.stop(0)
            sources.append("RAPL")
        else:
            joules += processor_seconds * WATTS_PER_THREAD
            sources.append("estimate")
        return JobEnergy(wh=joules / JOULES_PER_WH, source=" + ".join(sources))


def read_boards_j() -> float:
    """Return the joules that all GPU boards have drawn since their driver was loaded; NaN where none tells."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return math.nan
    try:
        handles: list[Any] = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return sum(int(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)) for handle in handles) / 1000.0
    except pynvml.NVMLError:
        return math.nan
    finally:
        pynvml.nvmlShutdown()
