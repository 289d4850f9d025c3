"""One round of the generation measurements, in a fresh process: memory first, then latency and energy together.

An evaluation does several rounds, spread over its whole time. Figures of one process agree with each other far
better than two processes do (memory layout, what else the machine does that second), so the spread between
rounds, not within one, is what the intervals are made of.
"""

from __future__ import annotations

import gc
import importlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.measure.checks import load_for_measure, measure_threads, require_finite, unloadable
from pareto_runner.measure.decode import (
    NEW_TOKENS,
    CpuClock,
    CudaClock,
    Generation,
    cache_bytes_per_token,
    fixed_prompt,
    generate_once,
)
from pareto_runner.measure.energy import open_meter
from pareto_runner.measure.resident import PeakResident, library_bytes, release_unused, resident_bytes

WARM_UP_RUNS = 1
MIN_RUNS = 2
# NVML's counter moves every 20 to 100 ms, so a GPU's workload must last much longer than that.
BUDGET_S = {"cpu": 0.5, "cuda": 2.0}
# Libraries that a stored format pulls in when it is loaded. They belong to the empty process, not to the model.
_FORMAT_LIBRARIES = {
    "compressed-tensors": ("compressed_tensors", "transformers.quantizers.quantizer_compressed_tensors"),
    "bitsandbytes": ("bitsandbytes", "transformers.integrations.bitsandbytes"),
    "torchao": ("torchao", "transformers.quantizers.quantizer_torchao"),
}


def measure_round(path: str, device: str, is_artifact: bool) -> dict[str, Any]:
    """Return one round's figures.

    Keys: `memory_bytes`, `kv_bytes_per_token`, `step_ms` (all steps of all runs), `first_token_ms` (per run),
    `waited_ms` (subtracted from both), `joules_per_token`, `energy_source`, `energy_covers`,
    `dense` (no packed weights are computed with).

    Raises:
        RunnerError: `artifact_unloadable`, `nonfinite_output`, `energy_unreadable`.
    """
    import torch

    torch.set_num_threads(measure_threads())
    # What the fork server left is not this process's garbage, and looking through it costs half a second.
    gc.freeze()
    if device == "cpu":
        _touch_libraries(Path(path))
        release_unused()
    empty_bytes = resident_bytes() - library_bytes(Path(path))
    model, tokenizer = load_for_measure(path, device, is_artifact)
    del tokenizer
    release_unused()
    prompt = fixed_prompt(int(model.config.vocab_size), device)
    try:
        peak_bytes, cache, logits = _generate_for_memory(model, prompt, device)
    except torch.cuda.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError, TypeError, NotImplementedError, AttributeError) as error:
        if is_artifact:
            raise unloadable(f"{type(error).__name__}: {error}") from error
        raise
    require_finite(float(logits.float().sum()), "the sum of the logits")
    memory_bytes = peak_bytes
    if device == "cpu":
        memory_bytes = max(0, peak_bytes - library_bytes(Path(path)) - empty_bytes)
    kv_bytes = cache_bytes_per_token(cache)
    del cache, logits
    return {
        "memory_bytes": memory_bytes,
        "kv_bytes_per_token": kv_bytes,
        "dense": _computes_dense(model),
        **_time_runs(model, prompt, device, memory_bytes),
    }


def _touch_libraries(path: Path) -> None:
    """Load a model of almost no weights the same way and generate with it.

    The first model of a process makes the libraries allocate tables and work space that no model is to blame for.
    What is left of that afterwards is about 5 MB, which even a model of almost no weights is measured at.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    method = (config.get("quantization_config") or {}).get("quant_method", "")
    for library in _FORMAT_LIBRARIES.get(method, ()):
        importlib.import_module(library)
    AutoTokenizer.from_pretrained(str(path), local_files_only=True, trust_remote_code=False)
    tiny = LlamaConfig(
        vocab_size=128,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
    )
    stored = config.get("dtype") or config.get("torch_dtype") or "float32"
    with tempfile.TemporaryDirectory() as folder:
        LlamaForCausalLM(tiny).to(getattr(torch, stored)).save_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
        generate_once(model, fixed_prompt(tiny.vocab_size, "cpu"), CpuClock())


def _generate_for_memory(model: Any, prompt: Any, device: str) -> tuple[int, Any, Any]:
    import torch

    if device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        _, cache, logits = generate_once(model, prompt, CudaClock())
        return int(torch.cuda.max_memory_allocated()), cache, logits
    with PeakResident() as peak:
        _, cache, logits = generate_once(model, prompt, CpuClock())
    return peak.peak_bytes, cache, logits


def _computes_dense(model: Any) -> bool:
    import torch

    # Two-dimensional weights of a whole number of floats; packed ones are integers or stored as one byte.
    weights = [p for p in (*model.parameters(), *model.buffers()) if p.dim() == 2]
    return all(w.dtype.is_floating_point and w.element_size() >= 2 for w in weights if w.dtype != torch.bool)


def _time_runs(model: Any, prompt: Any, device: str, memory_bytes: int) -> dict[str, Any]:
    def new_clock() -> CpuClock | CudaClock:
        return CudaClock() if device == "cuda" else CpuClock()

    # The run that measured the memory was the warm-up.
    runs: list[Generation] = []
    meter = open_meter(device)
    meter.start()
    end = time.perf_counter() + BUDGET_S[device]
    while len(runs) < MIN_RUNS or time.perf_counter() < end:
        runs.append(generate_once(model, prompt, new_clock())[0])
    joules = meter.stop(memory_bytes)
    if joules <= 0:
        raise RunnerError(
            "energy_unreadable",
            f"The energy counter ({meter.source}) did not move during {len(runs)} generations.",
            "Check that nvidia-smi shows the power draw, or that the powercap files can be read.",
        )
    return {
        "step_ms": [step for run in runs for step in run.step_ms],
        "first_token_ms": [run.first_token_ms for run in runs],
        "waited_ms": sum(run.waited_ms for run in runs),
        "joules_per_token": joules / (len(runs) * NEW_TOKENS),
        "energy_source": meter.source,
        "energy_covers": meter.covers,
    }
