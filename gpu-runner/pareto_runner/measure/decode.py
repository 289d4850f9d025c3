"""The generation that latency, memory and energy are measured on: greedy, batch 1, with a key-value cache.

An own loop rather than `generate`, whose work per token outside the model would be timed with it. The prompt is
fixed and the end-of-text token is not obeyed, so that every model does the same number of steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

PROMPT_TOKENS = 64
NEW_TOKENS = 64


@dataclass(frozen=True)
class Generation:
    """One timed generation. `step_ms` holds NEW_TOKENS - 1 steps: the first token belongs to the prompt's pass."""

    first_token_ms: float
    step_ms: list[float]
    total_s: float


class Clock(Protocol):
    """Marks points in time and gives the milliseconds between neighbouring marks."""

    def mark(self) -> None:
        """Remember this point."""

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next."""


class CpuClock:
    """The monotonic clock; a CPU's work is done when the call returns."""

    def __init__(self) -> None:
        self._marks: list[int] = []

    def mark(self) -> None:
        """Remember this point."""
        self._marks.append(time.perf_counter_ns())

    def gaps_ms(self) -> list[float]:
        """Return the milliseconds between each mark and the next."""
        return [(b - a) / 1e6 for a, b in zip(self._marks, self._marks[1:], strict=False)]


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
    return Generation(first, steps, time.perf_counter() - start), cache, logits


def cache_bytes_per_token(cache: Any) -> float:
    """Return the bytes of keys and values per cached token, over all layers."""
    total = sum(t.numel() * t.element_size() for layer in cache.layers for t in (layer.keys, layer.values))
    return total / (PROMPT_TOKENS + NEW_TOKENS - 1)
