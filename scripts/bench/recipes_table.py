"""Makes and measures many recipes of several models, for what is studied over recipes: search, racing, estimates.

Every line of the table is a real artifact, made by the compress job, loaded again from disk and measured by the
runner's own code. Two processes or more share the work, so that nothing else runs where times are taken: `make` runs
the compress jobs ahead and, when far enough ahead, scores answers; `measure` times the artifacts, scores what is not
scored yet and writes the lines. All can be ended at any time and taken up again. The models take turns, so that the
table is of use however long it is. How the committed one was made is told in data/README.md; `take-up` goes on with it
in an empty folder.

On a machine with two cores (children leave the session, so only a real-time policy gives them priority there):
    chrt -r 1 taskset -c 1 gpu-runner/.venv/bin/python scripts/bench/recipes_table.py measure
    gpu-runner/.venv/bin/python scripts/bench/recipes_table.py make
    gpu-runner/.venv/bin/python scripts/bench/recipes_table.py export
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "gpu-runner"), str(REPO / "scripts" / "bench")]

from recipes.folder import Table  # noqa: E402
from recipes.make import make  # noqa: E402
from recipes.measure import ROUNDS, measure  # noqa: E402
from recipes.take_up import take_up  # noqa: E402
from table import write_table  # noqa: E402

DEFAULT_DIR = REPO / "data" / "bench" / "recipes"
MODELS = ("pocket", "../data/bench/pocket-128x4/model")


def export(table: Table) -> None:
    """Write the committed table, with what it was measured on."""
    from pareto_runner.device import library_versions
    from pareto_runner.measure.environment import describe_measure_device

    rows = table.lines()
    about: dict[str, Any] = {
        "device": describe_measure_device("cpu"),
        "versions": library_versions(),
        "from": rows[0]["at"],
        "to": rows[-1]["at"],
        "rounds": ROUNDS,
    }
    write_table(about, rows)
    print(f"{len(rows)} lines, {sum('error' in row for row in rows)} of them failures")


def main() -> None:
    """Do one of the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("take-up", "make", "measure", "export"))
    parser.add_argument("--count", type=int, default=400, help="recipes of the list")
    parser.add_argument("--ahead", type=int, default=18, help="artifacts that may wait to be measured")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin nothing after this time")
    parser.add_argument("--seed", type=int, default=0, help="of the list of recipes")
    parser.add_argument("--folder", type=Path, default=DEFAULT_DIR)
    options = parser.parse_args()
    os.chdir(REPO / "gpu-runner")
    os.environ["PARETO_DATA"] = str(options.folder / "data")
    from pareto_runner.jobs.processes import prepare_environment

    prepare_environment()
    table = Table(options.folder)
    end = time.monotonic() + 60 * options.minutes
    if options.part == "take-up":
        take_up(table, MODELS)
    elif options.part == "make":
        make(table, MODELS, options.count, options.seed, options.ahead, end)
    elif options.part == "measure":
        measure(table, end)
    else:
        export(table)


if __name__ == "__main__":
    main()
