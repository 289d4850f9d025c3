"""The errors that runtimes share, and the same as problems of a recipe."""

from __future__ import annotations

from collections.abc import Callable

from pareto_runner.errors import RunnerError
from pareto_runner.schemas import ErrorInfo


def unsupported(message: str) -> RunnerError:
    """Return the error of weights that a runtime's format cannot hold."""
    return RunnerError("runtime_unsupported", message, "Choose another runtime or another method.", field="runtime")


def as_load_error(title: str, error: Exception) -> RunnerError:
    """Turn what a runtime's library raised at load into a typed error."""
    text = (str(error).splitlines() or [type(error).__name__])[0][:300]
    if isinstance(error, MemoryError) or "bad_alloc" in text or "allocate" in text:
        return RunnerError(
            "out_of_memory",
            f"There is not enough memory to load the model in {title}: {text}",
            "Choose a smaller model or a machine with more memory.",
            retryable=True,
        )
    return RunnerError(
        "artifact_unloadable",
        f"{title} does not load the model: {text}",
        "Make the artifact again; if it still does not load, choose another runtime.",
    )


def require_cpu(title: str, device: str) -> None:
    """Raise unless the device is the CPU.

    Raises:
        RunnerError: `runtime_unsupported`.
    """
    if device != "cpu":
        raise RunnerError(
            "runtime_unsupported",
            f"{title} is installed for CPUs only, not for '{device}'.",
            "Measure this artifact on a CPU or choose the runtime transformers.",
            field="runtime",
        )


def sequence_too_long(tokens: int, context: int) -> RunnerError:
    """Return the error of a text that is longer than the model can read."""
    return RunnerError(
        "sequence_too_long",
        f"{tokens} tokens do not fit: the model was made for at most {context}.",
        "Choose a shorter text or a model with a longer context.",
    )


def as_problems(refuse: Callable[[str], None], architecture: str) -> list[ErrorInfo]:
    """Return what `refuse` raises about an architecture as a problem of the recipe's runtime."""
    try:
        refuse(architecture)
    except RunnerError as error:
        info = error.to_info()
        info.field = "recipe.runtime"
        return [info]
    return []
