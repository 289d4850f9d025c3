"""The generation that latency, memory and energy are measured on: greedy, with a key-value cache.

A loop on the runtime's contract rather than a library's own generation, whose work per token outside the model
would be timed with it. The prompt is fixed and the end-of-text token is not obeyed, so that every model does the
same number of steps.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from pareto_runner.runtimes.base import Backend
from pareto_runner.runtimes.generate import generate

PROMPT_TOKENS = 64
NEW_TOKENS = 64


@dataclass(frozen=True)
class Generation:
    """One timed generation. `step_ms` holds NEW_TOKENS - 1 steps: the first token belongs to the prompt's pass.

    `waited_ms` is what was subtracted from them in all: the time that other programs had the processor.
    """

    first_token_ms: float
    step_ms: list[float]
    waited_ms: float


class Clock(Protocol):
    """Marks points in time and gives the milliseconds between neighbouring marks."""

    def mark(self) -> None:
        """Remember this point."""

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next."""

    def waited_ms(self) -> float:
        """Return the milliseconds that were subtracted from the gaps."""


class CpuClock:
    """The monotonic clock, less the time that this thread was ready to run but other programs had the processor.

    That time is no property of the artifact, and on a shared machine it is larger than all differences between
    artifacts. Linux counts it to the nanosecond for each thread (the second number of schedstat: run-queue delay).
    Not seen: what the others leave behind in the caches. Where the system does not count it, nothing is subtracted.
    """

    def __init__(self) -> None:
        self._marks: list[int] = []
        self._delays: list[int] = []
        self._file = open_schedstat()

    def mark(self) -> None:
        """Remember this point."""
        self._delays.append(int(os.pread(self._file, 64, 0).split()[1]) if self._file is not None else 0)
        self._marks.append(time.perf_counter_ns())

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next; the clock is spent afterwards."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        busy = [mark - delay for mark, delay in zip(self._marks, self._delays, strict=True)]
        return [(b - a) / 1e6 for a, b in pairwise(busy)]

    def waited_ms(self) -> float:
        """Return the milliseconds that were subtracted from the gaps."""
        return (self._delays[-1] - self._delays[0]) / 1e6


def open_schedstat() -> int | None:
    """Return a descriptor of this thread's scheduling statistics, or None where there are none."""
    try:
        return os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return None


class CudaClock:
    """CUDA events, which the GPU itself stamps when it reaches them."""

    def __init__(self) -> None:
        self._events: list[Any] = []

    def mark(self) -> None:
        """Remember this point of the GPU's work."""
        import torch

        event = torch.cuda.Event(enable_timing=True)
        event.record()
        self._events.append(event)

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next; waits for the GPU to be done."""
        import torch

        torch.cuda.synchronize()
        return [float(a.elapsed_time(b)) for a, b in pairwise(self._events)]

    def waited_ms(self) -> float:
        """Return 0: a GPU shared with others cannot be told from the inside."""
        return 0.0


def new_clock(device: str) -> CpuClock | CudaClock:
    """Return the clock of a device."""
    return CudaClock() if device == "cuda" else CpuClock()


def fixed_prompt(vocabulary: int, device: Any) -> Any:
    """Return the prompt, token ids [1, PROMPT_TOKENS] spread over the vocabulary, the same for every model."""
    import torch

    return ((torch.arange(PROMPT_TOKENS, device=device) * 7919 + 13) % vocabulary).unsqueeze(0)


def generate_once(backend: Backend, prompt: Any, clock: Clock) -> tuple[Generation, Any]:
    """Generate NEW_TOKENS tokens; return the timings and the last logits [batch, vocabulary]."""
    _, logits = generate(backend, prompt, NEW_TOKENS, clock.mark)
    first, *steps = clock.gaps_ms()
    return Generation(first, steps, clock.waited_ms()), logits
