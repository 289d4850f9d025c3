"""All compression methods, in one explicit tuple: a method is one file here and one line below."""

from __future__ import annotations

from pareto_runner.errors import RunnerError
from pareto_runner.methods.base import Method
from pareto_runner.methods.gptq import Gptq

METHODS: tuple[Method, ...] = (Gptq(),)


def find_method(name: str) -> Method:
    """Return the method of that name.

    Raises:
        RunnerError: `unknown_method`.
    """
    for method in METHODS:
        if method.name == name:
            return method
    raise RunnerError(
        "unknown_method",
        f"There is no method '{name}'.",
        f"Choose one of: {', '.join(method.name for method in METHODS)}.",
        field="method",
    )
