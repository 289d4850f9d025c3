"""A/A test: `gpu-runner/.venv/bin/python scripts/bench/aa.py [--repeats 8] [--pause 300] [--recipe JSON] [--out FILE]`.

The same artifacts are evaluated again and again by the code that evaluates jobs, with a pause in between so that the
machine drifts. Every two evaluations of one artifact are then compared as the app compares solutions: different when
their 95 % intervals do not overlap. Goal: at most 5 % of the comparisons call the same thing different, per objective.
Each evaluation is appended to FILE, so a long test can be stopped and gone on with; `--report` only prints.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "gpu-runner"))

OBJECTIVES = ("accuracy", "latency_ms", "memory_gb", "model_size_gb", "co2_grams")
GOAL = 0.05
RECIPES = ('{"steps": []}', '{"steps": [{"method": "structured", "params": {}}]}')


def main() -> int:
    """Evaluate, compare, print; the exit status is 0 when the goal is met."""
    parser = argparse.ArgumentParser(description="A/A test of the five objectives")
    parser.add_argument("--model", default="pocket")
    parser.add_argument("--recipe", action="append", help="a recipe as JSON; may be given several times")
    parser.add_argument("--benchmark", action="append", help="may be given several times")
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--pause", type=float, default=300.0, help="seconds between two evaluations of an artifact")
    parser.add_argument("--limit", type=int, help="items per benchmark")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "bench" / "aa.jsonl")
    parser.add_argument("--report", action="store_true", help="evaluate nothing")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    if not options.report:
        _measure(options)
    return _report([json.loads(line) for line in options.out.read_text().splitlines()])


def _measure(options: argparse.Namespace) -> None:
    # Imported here because every fresh process runs this file's top before it measures.
    from pareto_runner.jobs.processes import prepare_environment
    from pareto_runner.measure.evaluate import evaluate
    from pareto_runner.schemas import EvaluateParams, Recipe

    os.environ.setdefault("PARETO_DATA", str(options.out.parent / "aa-data"))
    prepare_environment()
    data = Path(os.environ["PARETO_DATA"])
    recipes = [Recipe.model_validate_json(text) for text in options.recipe or RECIPES]
    artifacts = [_make(options.model, recipe, data) for recipe in recipes]
    for repeat in range(options.repeats):
        start = time.monotonic()
        for recipe, artifact in zip(recipes, artifacts, strict=True):
            params = EvaluateParams(
                model=options.model,
                artifact=artifact,
                runtime=recipe.runtime,
                benchmarks=options.benchmark or ["pocket_science"],
                limit=options.limit,
            )
            result = evaluate(params, _context(data)).model_dump(mode="json")
            line = {"recipe": recipe.model_dump_json(), **{name: result[name] for name in OBJECTIVES}}
            with options.out.open("a") as stream:
                stream.write(json.dumps({**line, "at": time.time()}) + "\n")
        print(f"{repeat + 1} of {options.repeats} done in {time.monotonic() - start:.0f} s", flush=True)
        if repeat + 1 < options.repeats:
            time.sleep(max(0.0, options.pause - (time.monotonic() - start)))


def _context(data: Path) -> Any:
    from pareto_runner.device import find_device
    from pareto_runner.jobs.context import LocalContext

    class QuietContext(LocalContext):
        """Measures in fresh processes and prints nothing."""

        def progress(self, stage: str, fraction: float, message: str = "") -> None:
            """Say nothing."""

        def log(self, message: str, level: str = "info") -> None:
            """Say nothing."""

    work = data / "work"
    work.mkdir(parents=True, exist_ok=True)
    return QuietContext("aa", "aa", data / "artifacts", work, find_device())


def _make(model: str, recipe: Any, data: Path) -> str | None:
    from pareto_runner.compress import compress
    from pareto_runner.schemas import CompressParams

    if not recipe.steps and recipe.runtime == "transformers":
        return None
    return compress(CompressParams(model=model, recipe=recipe), _context(data)).artifact.hash


def _report(lines: list[dict[str, Any]]) -> int:
    by_recipe: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_recipe.setdefault(line["recipe"], []).append(line)
    worst = 0.0
    print("| objective | comparisons | called different | spread of the values | mean half-width |")
    print("|---|---|---|---|---|")
    for name in OBJECTIVES:
        pairs = [(a[name], b[name]) for group in by_recipe.values() for a, b in combinations(group, 2)]
        different = sum(a["low"] > b["high"] or a["high"] < b["low"] for a, b in pairs)
        share = different / len(pairs) if pairs else 0.0
        worst = max(worst, share)
        groups = [[line[name] for line in group] for group in by_recipe.values()]
        spread = max(max(f["value"] for f in g) / min(f["value"] for f in g) - 1 for g in groups)
        half = sum((f["high"] - f["low"]) / 2 / f["value"] for g in groups for f in g) / len(lines)
        print(f"| {name} | {len(pairs)} | {different} ({share:.1%}) | {spread:.1%} | {half:.1%} |")
    for recipe, group in by_recipe.items():
        raw = [line["latency_ms"]["extra"]["raw_ms"] for line in group]
        print(f"{len(group)} evaluations of {recipe}: raw latency drifted by {max(raw) / min(raw) - 1:.1%}")
    print(f"goal: at most {GOAL:.0%} in each objective; {'met' if worst <= GOAL else 'missed'}")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())
