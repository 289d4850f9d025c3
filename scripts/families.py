"""Write docs/families.md: which method works on which family of models.

Every method of the registry is applied to a tiny random model of each family by the real compress job, and the
artifact is loaded again in a fresh process. Run with the runner's Python: `gpu-runner/.venv/bin/python
scripts/families.py [FAMILY …]`; with families named it prints their columns and writes nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "families.md"
MARKS = {"made": "yes", "refused": "no", "unavailable": "n/a", "failed": "**fails**"}
HEAD = """# Methods and families

Written by `gpu-runner/.venv/bin/python scripts/families.py`; do not edit. Each method was applied to a tiny random
model of each family through the real compress job on a CPU, and the artifact was loaded again in a fresh process,
where it generated.

*yes*: it works · *no*: it is refused before any time is spent, with the reason below · *n/a*: not
available on the machine

"""


def main(chosen: list[str]) -> int:
    """Run all, print a line each, and write the page; return 1 when something failed late."""
    sys.path.insert(0, str(ROOT / "gpu-runner"))
    # The fresh processes find the runner by this, and are forked only where they do from one that has imported it.
    os.environ["PYTHONPATH"] = str(ROOT / "gpu-runner")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PARETO_DATA"] = scratch
        from pareto_runner.jobs.processes import prepare_environment

        prepare_environment()
        table = _run_all(Path(scratch), chosen)
    if not chosen:
        PAGE.write_text(_write_page(table))
    return int(any(status == "failed" for row in table.values() for status, _ in row.values()))


def _run_all(scratch: Path, chosen: list[str]) -> dict[str, dict[str, tuple[str, str]]]:
    from pareto_runner.methods import METHODS
    from tests.families import CONFIGS, make_family
    from tests.family_runs import run_on_family
    from tests.fresh_context import FreshContext

    families = chosen or list(CONFIGS)
    folders = {family: make_family(family, scratch / "models" / family) for family in families}
    table: dict[str, dict[str, tuple[str, str]]] = {}
    for method in METHODS:
        for family in families:
            outcome = run_on_family(method, folders[family], FreshContext(scratch / family / method.name))
            table.setdefault(method.name, {})[family] = (outcome.status, outcome.reason)
            print("FAMILIES", method.name, family, outcome.status, outcome.reason, flush=True)
    return table


def _write_page(table: dict[str, dict[str, tuple[str, str]]]) -> str:
    families = list(next(iter(table.values())))
    lines = ["| method | " + " | ".join(families) + " |", "|---" * (len(families) + 1) + "|"]
    for name, row in table.items():
        lines.append(f"| `{name}` | " + " | ".join(MARKS[row[family][0]] for family in families) + " |")
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for name, row in table.items():
        for family, (status, reason) in row.items():
            if status != "made":
                reasons.setdefault((name, status, reason), []).append(family)
    lines += ["", "## Why not", ""]
    for (name, _, reason), where in reasons.items():
        places = "everywhere" if len(where) == len(families) else ", ".join(where)
        lines.append(f"- `{name}`, {places}: {reason}")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
