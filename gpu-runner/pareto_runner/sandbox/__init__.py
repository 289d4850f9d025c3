"""Runs generated code so that it can neither harm the machine nor fool its tests."""

from pareto_runner.sandbox.judge import Task, Verdict, judge
from pareto_runner.sandbox.probe import check_sandbox
from pareto_runner.sandbox.score import score_programs

__all__ = ["Task", "Verdict", "check_sandbox", "judge", "score_programs"]
