"""Makes and measures many recipes of one model, for what is studied over recipes: racing, estimates, predictions.

Every line of the table is a real artifact, made by the compress job and scored after it was loaded again from disk.
The recipes are drawn over all methods and parameters that can run here, in a fixed order by seed, so a run can be
ended at any time and taken up again: lines that are there are skipped, and a larger `--count` continues the list.

    cd gpu-runner && .venv/bin/python ../scripts/bench/recipes_table.py --count 100 --accuracy-only
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "gpu-runner"))
DEFAULT_DIR = REPO / "data" / "bench" / "recipes"
# Their ranges are there to forbid nonsense, not to be explored; nearly all of a uniform draw would be nonsense.
LEFT_ALONE = {"learning_rate", "damping", "threshold"}
# Enough to train a little; the table needs many recipes rather than good ones.
MOST_STEPS = 60
PLAIN_SHARE, PACKED_AFTER_SHARE = 0.65, 0.25


def draw_value(name: str, schema: dict[str, Any], chance: random.Random) -> Any:
    """Return one value of a parameter from its JSON Schema."""
    default: Any = schema.get("default")
    if name in LEFT_ALONE or "type" not in schema:
        return default
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema["type"] == "boolean":
        return chance.random() < 0.5
    if schema["type"] == "number":
        low, high = schema.get("minimum"), schema.get("maximum", 2)
        return default if low is None or high > 1 else round(chance.uniform(low, high), 2)
    if name.endswith("steps") and name != "steps":
        return chance.choice([0, 0, 0, MOST_STEPS])
    if name == "steps":
        return MOST_STEPS
    if schema["type"] == "integer":
        scaled = round(default * chance.choice([0.5, 1, 2]))
        return min(schema.get("maximum", scaled), max(schema.get("minimum", scaled), scaled))
    return default


def draw_recipes(model: str, seed: int, runtime: str) -> Iterator[dict[str, Any]]:
    """Yield valid recipes without end, none twice; the first is the uncompressed model."""
    from pareto_runner.methods import METHODS
    from pareto_runner.models.inspect import inspect_model
    from pareto_runner.schemas import Recipe
    from pareto_runner.validation import check_recipe

    chance = random.Random(seed)  # noqa: S311
    facts = inspect_model(model)
    methods = [method for method in METHODS if method.availability().available]
    packing = [method for method in methods if method.final]
    plain = [method for method in methods if not method.final]

    def draw_step(method: Any) -> dict[str, Any]:
        properties = method.params_type.model_json_schema().get("properties", {})
        params = {name: draw_value(name, schema, chance) for name, schema in properties.items()}
        return {"method": method.name, "params": params}

    seen = set()
    first: dict[str, Any] = {"version": 1, "steps": [], "runtime": runtime}
    yield first
    turns: list[Any] = []
    while True:
        # Each method has its turn before any has a second one.
        turns = turns or chance.sample(methods, len(methods))
        steps = [draw_step(turns.pop())]
        shape = chance.random()
        if shape > PLAIN_SHARE and not any(method.name == steps[0]["method"] for method in packing):
            steps.append(draw_step(chance.choice(packing if shape < PLAIN_SHARE + PACKED_AFTER_SHARE else plain)))
        recipe = {"version": 1, "steps": steps, "runtime": runtime}
        key = json.dumps(recipe, sort_keys=True)
        if key not in seen and not check_recipe(Recipe.model_validate(recipe), facts):
            seen.add(key)
            yield recipe


class Quiet:
    """Takes what a job says and keeps nothing."""

    def progress(self, stage: str, fraction: float, message: str) -> None:
        """Ignore it."""

    def log(self, level: str, message: str) -> None:
        """Ignore it."""

    def beat(self) -> None:
        """Ignore it."""

    def expect(self, seconds: float) -> None:
        """Ignore it."""

    def processes(self, identities: list[tuple[int, float]]) -> None:
        """Ignore them: the supervision ends them itself."""


class Table:
    """The table's file, one JSON object per line, and the folders that its jobs use."""

    def __init__(self, folder: Path, model: str, limit_s: float) -> None:
        from pareto_runner.benchmarks.pocket import read_pocket_benchmarks
        from pareto_runner.device import find_device
        from pareto_runner.settings import load_settings

        self.file = folder / "table.jsonl"
        self.model, self.limit_s, self.device = model, limit_s, find_device()
        self.artifacts = load_settings().artifacts_dir
        self.work = folder / "work"
        self.benchmarks = list(read_pocket_benchmarks())
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.is_file() else []
        self.done = {json.dumps(json.loads(line)["recipe"], sort_keys=True) for line in lines}

    def job(self, kind: str, params: dict[str, Any]) -> Any:
        """Run one job of the runner in processes of its own."""
        from pareto_runner.jobs.supervise import Supervision

        self.work.mkdir(parents=True, exist_ok=True)
        spec = {
            "mode": "job",
            "target": "pareto_runner.jobs.execute:execute",
            "body": {"kind": kind, "params": params},
            "job_id": "table",
            "request_id": "table",
            "artifacts_dir": str(self.artifacts),
            "work_dir": str(self.work),
            "device": self.device,
            "shrink": 1.0,
            "retries": [],
        }
        try:
            return Supervision(spec, Quiet(), self.limit_s, threading.Event()).run()
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def measure(self, recipe: dict[str, Any], accuracy_only: bool) -> dict[str, Any]:
        """Return the line of one recipe; one that fails is a line too."""
        from pareto_runner.errors import RunnerError

        line: dict[str, Any] = {"recipe": recipe}
        artifact = None
        start = time.monotonic()
        try:
            if recipe["steps"]:
                made = self.job("compress", {"model": self.model, "recipe": recipe})
                artifact = made["artifact"]["hash"]
                line["compress"] = {key: made[key] for key in ("artifact", "parameters", "seconds")}
            line |= self.score(artifact, recipe["runtime"]) if accuracy_only else self.evaluate(artifact, recipe)
        except RunnerError as error:
            line["error"] = {"code": error.code, "message": error.message[:300]}
        if artifact:
            shutil.rmtree(self.artifacts / artifact, ignore_errors=True)
        return {**line, "wall_s": round(time.monotonic() - start, 1)}

    def score(self, artifact: str | None, runtime: str) -> dict[str, Any]:
        """Return the answers alone, without the costs."""
        from pareto_runner.jobs.supervise import Supervision
        from pareto_runner.measure.accuracy import score_benchmarks
        from pareto_runner.models.resolve import resolve_model

        kwargs = {
            "runtime": runtime,
            "path": str(self.artifacts / artifact if artifact else resolve_model(self.model)),
            "device": self.device,
            "is_artifact": artifact is not None,
            "benchmarks": self.benchmarks,
            "limit": None,
            "seed": 0,
        }
        spec = call_spec(score_benchmarks, kwargs)
        items = Supervision(spec, Quiet(), self.limit_s, threading.Event(), "measure").run()["items"]
        return {"answers": {name: pack(found["scores"]) for name, found in items.items()}}

    def evaluate(self, artifact: str | None, recipe: dict[str, Any]) -> dict[str, Any]:
        """Return the answers and all figures."""
        names = [benchmark.name for benchmark in self.benchmarks]
        params = {"model": self.model, "artifact": artifact, "runtime": recipe["runtime"], "benchmarks": names}
        result = self.job("evaluate", params)
        keys = ("accuracy", "latency_ms", "memory_gb", "model_size_gb", "co2_grams", "perplexity")
        figures = {key: {part: result[key][part] for part in ("value", "low", "high", "n")} for key in keys}
        return {"figures": figures, "answers": {found["name"]: pack(found["items"]) for found in result["benchmarks"]}}


def call_spec(target: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the spec of a fresh process that calls a function."""
    import pickle

    name = f"{target.__module__}:{target.__qualname__}"
    return {"mode": "call", "target": name, "kwargs": pickle.dumps(kwargs).hex()}


def pack(scores: list[float]) -> str | list[float]:
    """Return scores of 0 and 1 as a string of digits, others as they are."""
    binary = all(score in (0.0, 1.0) for score in scores)
    return "".join(str(int(score)) for score in scores) if binary else scores


def export(file: Path, target: Path) -> None:
    """Write the lines with answers as a compressed .npz.

    `answers` (uint8 [recipes, items], hundredths), `benchmarks` and `sizes` (their names and numbers of items, in the
    order of the columns), `recipes` (JSON), `size_bytes` of the artifacts, 0 for the uncompressed model.
    """
    import numpy as np

    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if "answers" in line]
    names = sorted(lines[0]["answers"])
    table = [[round(100 * float(score)) for name in names for score in line["answers"][name]] for line in lines]
    np.savez_compressed(
        target,
        answers=np.array(table, dtype=np.uint8),
        benchmarks=np.array(names),
        sizes=np.array([len(lines[0]["answers"][name]) for name in names]),
        recipes=np.array([json.dumps(line["recipe"]) for line in lines]),
        size_bytes=np.array([line.get("compress", {}).get("artifact", {}).get("size_bytes", 0) for line in lines]),
    )
    print(f"{len(lines)} recipes, {sum(len(v) for v in lines[0]['answers'].values())} items: {target}")


def main() -> None:
    """Make the lines that are wanted and not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="recipes of the list, those done before included")
    parser.add_argument("--limit", type=int, default=10**9, help="at most so many new ones in this run")
    parser.add_argument("--budget-minutes", type=float, default=1e9, help="begin none after this time")
    parser.add_argument("--recipe-limit-s", type=float, default=600, help="longest job")
    parser.add_argument("--accuracy-only", action="store_true", help="skip latency, memory and energy")
    parser.add_argument("--model", default="pocket")
    parser.add_argument("--runtime", default="transformers")
    parser.add_argument("--seed", type=int, default=0, help="of the list of recipes")
    parser.add_argument("--folder", type=Path, default=DEFAULT_DIR)
    parser.add_argument("--export", type=Path, help="write the table as .npz and end")
    options = parser.parse_args()
    if options.export:
        export(options.folder / "table.jsonl", options.export)
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ["PARETO_DATA"] = str(options.folder / "data")
    from pareto_runner.jobs.processes import prepare_environment

    prepare_environment()
    table = Table(options.folder, options.model, options.recipe_limit_s)
    end = time.monotonic() + 60 * options.budget_minutes
    new = 0
    for number, recipe in enumerate(draw_recipes(options.model, options.seed, options.runtime)):
        if number >= options.count or new >= options.limit or time.monotonic() > end:
            break
        if json.dumps(recipe, sort_keys=True) in table.done:
            continue
        line = table.measure(recipe, options.accuracy_only)
        # A recipe that cannot be made is a fact of it; an error nobody foresaw is not, and is tried again next time.
        if line.get("error", {}).get("code") != "internal_error":
            with table.file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        new += 1
        steps = " + ".join(step["method"] for step in recipe["steps"]) or "uncompressed"
        print(f"{number + 1:4d} {line['wall_s']:6.1f} s  {steps}  {line.get('error', {}).get('code', '')}", flush=True)


if __name__ == "__main__":
    main()
