"""The generation that latency, memory and energy are measured on: greedy, batch 1, with a key-value cache.

An own loop rather than `generate`, whose work per token outside the model would be timed with it. The prompt is
fixed and the end-of-text token is not obeyed, so that every model does the same number of steps.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PROMPT_TOKENS = 64
NEW_TOKENS = 64
MIN_UNDISTURBED_STEPS = 16


@dataclass(frozen=True)
class Generation:
    """One timed generation. `step_ms` holds NEW_TOKENS - 1 steps: the first token belongs to the prompt's pass.

    `disturbed` says of each step whether another process took the processor away during it.
    """

    first_token_ms: float
    step_ms: list[float]
    disturbed: list[bool]
    total_s: float


class Clock(Protocol):
    """Marks points in time and gives the milliseconds between neighbouring marks."""

    def mark(self) -> None:
        """Remember this point."""

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next."""

    def disturbed(self) -> list[bool]:
        """Tell for each gap whether another process took the processor away during it."""


class CpuClock:
    """The monotonic clock; a CPU's work is done when the call returns."""

    def __init__(self) -> None:
        self._marks: list[int] = []
        self._switches: list[int] = []

    def mark(self) -> None:
        """Remember this point."""
        self._switches.append(resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw)
        self._marks.append(time.perf_counter_ns())

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next."""
        return [(b - a) / 1e6 for a, b in zip(self._marks, self._marks[1:], strict=False)]

    def disturbed(self) -> list[bool]:
        """Tell for each gap whether the system switched to another process against this one's will."""
        return [b > a for a, b in zip(self._switches, self._switches[1:], strict=False)]


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
        return [float(a.elapsed_time(b)) for a, b in zip(self._events, self._events[1:], strict=False)]

    def disturbed(self) -> list[bool]:
        """Tell of no gap that it was disturbed: a GPU in use by others cannot be told from the inside."""
        return [False] * (len(self._events) - 1)


def fixed_prompt(vocabulary: int, device: Any) -> Any:
    """Return the prompt, token ids [1, PROMPT_TOKENS] spread over the vocabulary, the same for every model."""
    import torch

    return ((torch.arange(PROMPT_TOKENS, device=device) * 7919 + 13) % vocabulary).unsqueeze(0)


def generate_once(model: Any, prompt: Any, clock: Clock) -> tuple[Generation, Any, Any]:
    """Generate NEW_TOKENS tokens; return the timings, the cache and the last logits [1, vocabulary]."""
    import torch
    from transformers import DynamicCache

    start = time.perf_counter()
    with torch.inference_mode():
        cache = DynamicCache(config=model.config)
        ids = prompt
        clock.mark()
        for _ in range(NEW_TOKENS):
            logits = model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[:, -1]
            ids = logits.argmax(dim=-1, keepdim=True)
            clock.mark()
    first, *steps = clock.gaps_ms()
    return Generation(first, steps, clock.disturbed()[1:], time.perf_counter() - start), cache, logits


def undisturbed_steps(generations: Sequence[Generation]) -> list[float]:
    """Return the milliseconds of the steps that kept the processor, of all steps where those are too few.

    What another program costs at that moment is no property of the artifact. Where the machine is so busy that
    hardly a step is left alone, all count, and the interval between processes shows it.
    """
    kept = [s for g in generations for s, lost in zip(g.step_ms, g.disturbed, strict=True) if not lost]
    return kept if len(kept) >= MIN_UNDISTURBED_STEPS else [step for g in generations for step in g.step_ms]


def has_undisturbed_steps(generations: Sequence[Generation]) -> bool:
    """Tell whether enough steps kept the processor."""
    return sum(not lost for g in generations for lost in g.disturbed) >= MIN_UNDISTURBED_STEPS


def cache_bytes_per_token(cache: Any) -> float:
    """Return the bytes of keys and values per cached token, over all layers."""
    total = sum(t.numel() * t.element_size() for layer in cache.layers for t in (layer.keys, layer.values))
    return total / (PROMPT_TOKENS + NEW_TOKENS - 1)
