"""`python -m pareto_runner.benchmarks NAME …`: download the data sets of benchmarks into the cache, once, online."""

from __future__ import annotations

import sys

from pareto_runner.benchmarks.hub import HUB_BENCHMARKS


def main(names: list[str]) -> int:
    """Load each named benchmark with lm-eval, which downloads and prepares its data set."""
    known = {benchmark.name: benchmark for benchmark in HUB_BENCHMARKS}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        print(f"usage: python -m pareto_runner.benchmarks NAME …  with NAME among: {', '.join(known)}")
        return 2
    from lm_eval.tasks import TaskManager

    for name in names:
        TaskManager(include_path=str(known[name].tasks_dir), include_defaults=False).load([name])
        print(f"{name}: ready")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
