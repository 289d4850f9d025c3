"""HumanEval's score of one answer, for lm-eval."""

from __future__ import annotations

from typing import Any

from pareto_runner.sandbox import Task, score_programs


def process_results(doc: dict[str, Any], results: list[str]) -> dict[str, float]:
    """Return 1.0 when prompt and completion together pass the item's tests in the sandbox, else 0.0."""
    (score,) = score_programs([Task(doc["prompt"], doc["test"], doc["entry_point"])], [results[0]])
    return {"pass@1": score}
