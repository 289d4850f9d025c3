"""Tokens per second when several sequences are generated together, as a server would."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

from pareto_runner.jobs.child import as_runner_error
from pareto_runner.measure.decode import NEW_TOKENS, PROMPT_TOKENS, fixed_prompt, generate_once, new_clock
from pareto_runner.runtimes.base import Backend

BATCHES = (8, 32)
TIME_LIMIT_S = 20.0
# The first run of a batch also makes room for it, which shows in a short one.
REPEAT_BELOW_S = 2.0
MEMORY_SHARE = 0.8
FLOAT_BYTES = 4


def measure_batches(backend: Backend, batches: Sequence[int], single_s: float) -> dict[str, float | str]:
    """Return tokens per second, the prompts' pass included, by batch; or in words why there is no figure.

    `single_s` is what one generation took. A batch that could take longer than TIME_LIMIT_S, if it gained nothing
    over the next smaller one, is left out.
    """
    results: dict[str, float | str] = {}
    before, seconds = 1, single_s
    for batch in sorted(batches):
        longest = seconds * batch / before
        if longest > TIME_LIMIT_S:
            results[str(batch)] = f"left out: could take {longest:.0f} s"
            continue
        if needed := _lacking_bytes(backend, batch):
            results[str(batch)] = f"left out: needs {needed / 1e9:.1f} GB, which are not free"
            continue
        try:
            before, seconds = batch, _time_batch(backend, batch)
            if seconds < REPEAT_BELOW_S:
                seconds = min(seconds, _time_batch(backend, batch))
        except (MemoryError, RuntimeError) as error:
            if as_runner_error(error).code != "out_of_memory":
                raise
            results[str(batch)] = "left out: memory ran out"
            continue
        results[str(batch)] = batch * NEW_TOKENS / seconds
    return results


def _time_batch(backend: Backend, batch: int) -> float:
    prompt = fixed_prompt(backend.vocabulary, backend.device).repeat(batch, 1)
    generation, _ = generate_once(backend, prompt, new_clock(backend.device))
    return (generation.first_token_ms + sum(generation.step_ms)) / 1000


def _lacking_bytes(backend: Backend, batch: int) -> int:
    """Return the bytes that a batch needs if they are more than this machine can spare, else 0.

    Counted are the cache, twice because growing it copies it, and the prompts' logits.
    """
    cache = 2 * batch * backend.kv_bytes_per_token * (PROMPT_TOKENS + NEW_TOKENS)
    needed = int(cache + batch * PROMPT_TOKENS * backend.vocabulary * FLOAT_BYTES)
    if backend.device == "cuda":
        import torch

        free = torch.cuda.mem_get_info()[0]
    else:
        free = psutil.virtual_memory().available
    return needed if needed > MEMORY_SHARE * free else 0
