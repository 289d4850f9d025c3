"""Scores programs by their tests, 1.0 or 0.0 each, as HumanEval's pass@1 of one greedy answer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError
from pareto_runner.sandbox.judge import LIMIT_S, Task, judge
from pareto_runner.sandbox.probe import check_sandbox


def score_programs(tasks: Sequence[Task], completions: Sequence[str], limit_s: float = LIMIT_S) -> list[float]:
    """Return 1.0 per task whose prompt and completion together pass its tests, else 0.0, in the order of `tasks`.

    Source: pass@k at k = 1 with one sample (Chen et al. 2021, "Evaluating Large Language Models Trained on Code").

    Raises:
        RunnerError: `sandbox_unavailable` or `sandbox_failed`.
    """
    availability = check_sandbox()
    if not availability.available:
        raise RunnerError("sandbox_unavailable", f"Code cannot be run here: {availability.reason}", availability.remedy)

    def score(task: Task, completion: str) -> float:
        return 1.0 if judge(task, task.prompt + completion, limit_s).passed else 0.0

    with ThreadPoolExecutor(max_workers=physical_cores()) as pool:
        return list(pool.map(score, tasks, completions))
