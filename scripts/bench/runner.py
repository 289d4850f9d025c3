"""Prints the ratios that the runner promises against the raw libraries: `npm run bench:runner [-- NAME …]`.

Each part is a script of its own that prints its figures; the last table sums up which goals they say are met, with
"see above" for a script that leaves the judgement to its reader. Run it on a quiet machine: parts take minutes, and
what else runs is measured along.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNNER = HERE.parents[1] / "gpu-runner"

JUDGES = {"overhead", "sandbox"}
"""Parts whose exit status is 1 when the goal is missed."""
PARTS: tuple[tuple[str, Path, str], ...] = (
    ("overhead", HERE / "overhead.py", "our GPTQ job less than 10 % over llmcompressor called directly"),
    ("sharing", HERE / "gptq_sharing.py", "twenty GPTQ variants at most three times one"),
    ("runtimes", HERE / "runtimes.py", "int8 2 times and int4 3 times as fast as the same runtime's fp32"),
    ("sandbox", HERE / "sandbox.py", "at most 150 ms a task over plain Python"),
    ("racing", HERE / "racing.py", "5 times fewer items with at most 5 % wrong decisions"),
)


def main(names: list[str]) -> int:
    """Run the parts that are named, or all; the exit status is 1 when a goal is missed or a part failed."""
    if unknown := set(names) - {name for name, _, _ in PARTS}:
        known = ", ".join(name for name, _, _ in PARTS)
        print(f"unknown: {', '.join(sorted(unknown))}; choose among {known}", file=sys.stderr)
        return 2
    rows = []
    for name, script, goal in PARTS:
        if names and name not in names:
            continue
        print(f"\n## {name}\n", flush=True)
        start = time.monotonic()
        code = subprocess.run([sys.executable, str(script)], cwd=RUNNER, check=False).returncode
        outcome = ("met" if name in JUDGES else "see above") if code == 0 else "missed" if name in JUDGES else "failed"
        rows.append(f"| {name} | {goal} | {outcome} | {time.monotonic() - start:.0f} |")
    print("\n| part | goal | outcome | seconds |\n|---|---|---|---|")
    print("\n".join(rows))
    return 0 if not any("| missed |" in row or "| failed |" in row for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
