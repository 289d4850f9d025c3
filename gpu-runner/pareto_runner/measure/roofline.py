"""How near a decoded token comes to the machine's memory bandwidth: bytes of weights / bandwidth / measured time.

Decoding one token reads every weight once, so it cannot take less time than reading them. The bandwidth is that of
the same number of threads on as many bytes as the weights have, because a small model lies in the processor's caches,
which are faster than its memory. Left out: the keys and values, which are read too; experts that a token skips.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pareto_runner.measure.checks import measure_threads
from pareto_runner.measure.environment import boot_id, describe_measure_device
from pareto_runner.models.cache import cache_path

MIN_BYTES = 1 << 20
MAX_BYTES = 1 << 30
COLUMNS = 4096
REPEAT_S = 0.1
# Short enough that other programs seldom interrupt one, long enough that the call itself does not count.
CHUNK_S = 0.003
MACHINE = "machine"
MEASURED_TIMES = 3


def measure_bandwidth(device: str, size_bytes: int) -> float:
    """Return bytes per second of reading a buffer of `size_bytes` again and again; runs in a fresh process.

    The fastest of several ways: how fast a machine can be read depends on the code that reads. A copy counts what it
    reads and what it writes.
    """
    import torch

    torch.set_num_threads(measure_threads())
    count = size_bytes // 4
    numbers = torch.ones(count, device=device)
    half = count // 2
    rows = count // COLUMNS
    matrix, vector = numbers[: rows * COLUMNS].view(rows, COLUMNS), torch.ones(COLUMNS, device=device)
    ways: list[tuple[Callable[[], Any], int]] = [
        (numbers.sum, size_bytes),
        (lambda: torch.dot(numbers[:half], numbers[half : 2 * half]), size_bytes),
        (lambda: numbers[:half].copy_(numbers[half : 2 * half]), size_bytes),
        (lambda: torch.mv(matrix, vector), rows * COLUMNS * 4),
    ]
    return max(_fastest(way, amount, device) for way, amount in ways)


def _fastest(way: Callable[[], Any], amount: int, device: str) -> float:
    import torch

    def run(times: int) -> float:
        start = time.perf_counter()
        for _ in range(times):
            way()
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    run(1)
    times = max(1, int(CHUNK_S / max(run(1), 1e-6)))
    best = 0.0
    end = time.perf_counter() + REPEAT_S
    while not best or time.perf_counter() < end:
        best = max(best, amount * times / run(times))
    return best


def read_bandwidth(device: str, weight_bytes: int, measure: Callable[[int], float], again: bool = False) -> float:
    """Return the bandwidth (bytes/s) for a model of so many bytes, kept per start of the machine.

    The sizes are powers of two, the next below the model's. `measure` is called with the size the first MEASURED_TIMES
    that it is needed and, with `again`, once more, and the largest is kept: on a machine that was busy with other
    programs a third of the bandwidth was seen.
    """
    size = min(MAX_BYTES, max(MIN_BYTES, 1 << (max(1, weight_bytes).bit_length() - 1)))
    file = _file(device, size)
    known = json.loads(file.read_text()) if file.is_file() else {"bytes_per_second": 0.0, "times": 0}
    if known["times"] >= MEASURED_TIMES and not again:
        return float(known["bytes_per_second"])
    best = max(float(known["bytes_per_second"]), measure(size))
    file.parent.mkdir(parents=True, exist_ok=True)
    entry = {
        "device": describe_measure_device(device),
        "bytes": size,
        "bytes_per_second": best,
        "times": known["times"] + 1,
    }
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(entry))
    os.replace(temporary, file)
    return best


def _file(device: str, size: int) -> Path:
    return cache_path(MACHINE, f"bandwidth/{boot_id()}-{device}-{measure_threads()}-{size}.json")


def roofline_share(weight_bytes: int, bandwidth: float, step_ms: float) -> float:
    """Return the time that reading the weights takes at full bandwidth as a share of the measured step, 0 to 1."""
    return weight_bytes / bandwidth / (step_ms / 1000)
