"""The explicit list of benchmarks, and finding them by name."""

from __future__ import annotations

import difflib
from dataclasses import replace

from pareto_runner.benchmarks.availability import check_availability
from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.files import find_files
from pareto_runner.benchmarks.hub import HUB_BENCHMARKS
from pareto_runner.benchmarks.own import read_own
from pareto_runner.benchmarks.pocket import read_pocket_benchmarks
from pareto_runner.errors import RunnerError
from pareto_runner.schemas import BenchmarkInfo


def built_in_benchmarks() -> tuple[Benchmark, ...]:
    """Return the benchmarks that come with the lab: the generated pocket tasks, then the well-known ones of lm-eval."""
    return (*read_pocket_benchmarks(), *HUB_BENCHMARKS)


def all_benchmarks() -> tuple[Benchmark, ...]:
    """Return every benchmark, a person's own last."""
    return (*built_in_benchmarks(), *read_own())


def list_benchmarks() -> list[BenchmarkInfo]:
    """Return what `/benchmarks` shows; an unavailable one carries its reason and the command that enables it.

    A part of a group is shown only where it can be scored and the group cannot.
    """
    infos = {benchmark: describe_benchmark(benchmark) for benchmark in all_benchmarks()}
    whole = {benchmark.name for benchmark, info in infos.items() if info.availability.available}
    return [
        info
        for benchmark, info in infos.items()
        if benchmark.part_of is None or (info.availability.available and benchmark.part_of not in whole)
    ]


def describe_benchmark(benchmark: Benchmark) -> BenchmarkInfo:
    """Return the wire form of one benchmark, as the runner's own process sees it."""
    return BenchmarkInfo(
        name=benchmark.name,
        title=benchmark.title,
        like=benchmark.like,
        metric=benchmark.metric,
        unit=benchmark.unit,
        direction=benchmark.direction,
        chance=benchmark.chance,
        items=benchmark.items,
        version=benchmark.version,
        source=benchmark.source,
        availability=check_availability(benchmark, may_fetch=benchmark.part_of is None),
    )


def resolve_benchmarks(names: list[str], may_fetch: bool = False) -> list[Benchmark]:
    """Return the benchmarks in the order of `names`, each once.

    With `may_fetch`, as before a job starts, they need not be here yet if the hub can be reached.

    Raises:
        RunnerError: `unknown_benchmark` or `benchmark_unavailable`, both with the field `benchmarks`.
    """
    known = {benchmark.name: benchmark for benchmark in all_benchmarks()}
    chosen: list[Benchmark] = []
    for name in dict.fromkeys(names):
        if name not in known:
            raise _unknown(name, list(known))
        availability = check_availability(known[name], may_fetch)
        if not availability.available:
            raise RunnerError(
                "benchmark_unavailable",
                f"The benchmark '{name}' cannot run here: {availability.reason}",
                availability.remedy,
                field="benchmarks",
            )
        chosen.append(replace(known[name], files=find_files(known[name])))
    if not chosen:
        raise RunnerError(
            "unknown_benchmark",
            "No benchmark was named, so there is nothing to score.",
            "Name at least one of GET /benchmarks.",
            field="benchmarks",
        )
    return chosen


def find_missing(names: list[str]) -> list[str]:
    """Return those of the named benchmarks whose items must be brought from the hub before they can be scored."""
    chosen = resolve_benchmarks(names, may_fetch=True)
    return [benchmark.name for benchmark in chosen if not check_availability(benchmark).available]


def _unknown(name: str, known: list[str]) -> RunnerError:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    names = ", ".join(near or known)
    return RunnerError(
        "unknown_benchmark",
        f"There is no benchmark '{name}'.",
        f"Did you mean: {names}? GET /benchmarks lists all." if near else f"Choose among: {names}.",
        field="benchmarks",
        details={"near": near},
    )
