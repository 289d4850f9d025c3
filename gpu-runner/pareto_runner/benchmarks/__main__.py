"""`python -m pareto_runner.benchmarks NAME …`: bring the data sets of benchmarks from the hub, once, online."""

from __future__ import annotations

import os
import sys

from pareto_runner.benchmarks.hub import HUB_BENCHMARKS


def main(names: list[str]) -> int:
    """Bring each named benchmark's files and say where they lie."""
    known = {benchmark.name: benchmark for benchmark in HUB_BENCHMARKS if benchmark.part_of is None}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        print(f"usage: python -m pareto_runner.benchmarks NAME …  with NAME among: {', '.join(known)}")
        return 2
    # Read when the hub's library is first imported.
    os.environ.pop("HF_HUB_OFFLINE", None)
    from pareto_runner.benchmarks.fetch import explain, fetch

    for name in names:
        try:
            print(f"{name}: {fetch(known[name], lambda message: None)}")
        except Exception as error:
            print(f"{name}: {explain(error, known[name])}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
