"""The benchmarks an artifact can be scored on: one explicit registry, with metric and version as data."""

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.registry import list_benchmarks, resolve_benchmarks

__all__ = ["Benchmark", "list_benchmarks", "resolve_benchmarks"]
