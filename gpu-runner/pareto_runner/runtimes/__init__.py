"""All runtimes, in one explicit tuple: a runtime is one file here and one line below."""

from __future__ import annotations

import difflib

from pareto_runner.errors import RunnerError
from pareto_runner.runtimes.base import Runtime
from pareto_runner.runtimes.llamacpp import LlamaCpp
from pareto_runner.runtimes.onnxruntime import OnnxRuntime
from pareto_runner.runtimes.openvino import OpenVino
from pareto_runner.runtimes.transformers import TransformersRuntime
from pareto_runner.runtimes.vllm import Vllm

RUNTIMES: tuple[Runtime, ...] = (TransformersRuntime(), OnnxRuntime(), OpenVino(), LlamaCpp(), Vllm())


def find_runtime(name: str) -> Runtime:
    """Return the runtime of that name.

    Raises:
        RunnerError: `unknown_runtime`.
    """
    for runtime in RUNTIMES:
        if runtime.name == name:
            return runtime
    names = [runtime.name for runtime in RUNTIMES]
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
    raise RunnerError(
        "unknown_runtime",
        f"There is no runtime '{name}'.",
        f"Did you mean: {', '.join(near)}?" if near else f"Choose among: {', '.join(names)}.",
        field="runtime",
    )


def require_runtime(name: str) -> Runtime:
    """Return the runtime of that name if it can be used here.

    Raises:
        RunnerError: `unknown_runtime` or `runtime_unavailable`.
    """
    runtime = find_runtime(name)
    availability = runtime.availability()
    if not availability.available:
        raise RunnerError(
            "runtime_unavailable",
            f"{runtime.title} cannot run here: {availability.reason}",
            availability.remedy,
            field="runtime",
        )
    return runtime
