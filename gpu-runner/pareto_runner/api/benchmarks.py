"""The benchmarks: list them, add and remove a person's own."""

from __future__ import annotations

from fastapi import APIRouter

from pareto_runner.benchmarks.own import add_own, remove_own
from pareto_runner.benchmarks.registry import built_in_benchmarks, describe_benchmark, list_benchmarks
from pareto_runner.schemas import BenchmarkInfo, BenchmarkUpload


def make_benchmarks_router() -> APIRouter:
    """Make the router."""
    router = APIRouter(tags=["benchmarks"])

    @router.get("/benchmarks")
    def get_benchmarks() -> list[BenchmarkInfo]:
        """List the benchmarks; also those that cannot be scored here, and why."""
        return list_benchmarks()

    @router.post("/benchmarks")
    def add_benchmark(body: BenchmarkUpload) -> BenchmarkInfo:
        """Check and store a benchmark of your own; the same upload again returns the same benchmark."""
        return describe_benchmark(add_own(body, {benchmark.name for benchmark in built_in_benchmarks()}))

    @router.delete("/benchmarks/{name}")
    def remove_benchmark(name: str) -> BenchmarkInfo:
        """Remove a benchmark of your own; results that were measured with it stay."""
        return describe_benchmark(remove_own(name))

    return router
