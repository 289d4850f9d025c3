"""Makes an artifact again from its bundle: `python -m pareto_runner.artifacts.reproduce bundle.json`.

Ends with 1 when what was made differs from what the bundle says.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pydantic import ValidationError

from pareto_runner.artifacts.bundle import reproduce
from pareto_runner.device import find_device
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.jobs.processes import prepare_environment
from pareto_runner.schemas import Bundle, ReproduceParams
from pareto_runner.settings import load_settings


def main(arguments: list[str]) -> int:
    """Make the bundle's artifact in this machine's data folder and say how it compares."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print("usage: python -m pareto_runner.artifacts.reproduce BUNDLE.json", file=sys.stderr)
        return 2
    prepare_environment()
    try:
        bundle = Bundle.model_validate_json(Path(arguments[0]).read_bytes())
        with tempfile.TemporaryDirectory() as work:
            context = LocalContext("reproduce", "", load_settings().artifacts_dir, Path(work), find_device())
            result = reproduce(ReproduceParams(bundle=bundle), context)
    except (ValidationError, RunnerError) as error:
        print(error, file=sys.stderr)
        return 2
    print("identical" if result.identical else "different", result.artifact.hash)
    for difference in result.differences:
        print(f"  {difference}")
    return 0 if result.identical else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
