"""Milliseconds a task of the sandbox over plain Python: `gpu-runner/.venv/bin/python scripts/bench/sandbox.py [FILE]`.

FILE is a JSONL (or .jsonl.gz) in HumanEval's format; without it the tests' own tasks are used. Plain Python is a new
interpreter per task that executes program and tests together; both run one task at a time.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNNER = Path(__file__).resolve().parents[2] / "gpu-runner"
sys.path.insert(0, str(RUNNER))

from pareto_runner.sandbox import Task, check_sandbox, judge  # noqa: E402 - found by the line above

OWN = RUNNER / "tests" / "attacks" / "tasks.jsonl"
GOAL_MS = 150.0


def main(arguments: list[str]) -> int:
    """Print the medians; the exit status is 0 when every canonical solution passes and the goal is met."""
    path = Path(arguments[0]) if arguments else OWN
    raw = path.read_bytes()
    items = [json.loads(line) for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines()]
    if not check_sandbox().available:
        print(check_sandbox().reason)
        return 1
    plain = [_time_plain(item) for item in items]
    verdicts = [
        judge(Task(item["prompt"], item["test"], item["entry_point"]), item["prompt"] + item["canonical_solution"])
        for item in items
    ]
    passed = sum(verdict.passed for verdict in verdicts)
    over = [1e3 * (verdict.seconds - seconds) for verdict, seconds in zip(verdicts, plain, strict=True)]
    print(f"tasks passed                {passed} of {len(items)}")
    print(f"plain Python, median        {1e3 * statistics.median(plain):.1f} ms a task")
    print(f"sandbox, median             {1e3 * statistics.median(v.seconds for v in verdicts):.1f} ms a task")
    print(f"over plain Python, mean     {statistics.mean(over):.1f} ms (goal: at most {GOAL_MS:.0f})")
    print(f"over plain Python, largest  {max(over):.1f} ms")
    return 0 if passed == len(items) and statistics.mean(over) <= GOAL_MS else 1


def _time_plain(item: dict[str, str]) -> float:
    program = f"{item['prompt']}{item['canonical_solution']}\n{item['test']}\ncheck({item['entry_point']})\n"
    start = time.monotonic()
    subprocess.run([os.path.realpath(sys.executable), "-I", "-S", "-c", program], check=True)
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
