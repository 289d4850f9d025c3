"""The compress jobs of the table, ahead of the measuring; where far enough ahead, the scoring too."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

from recipes.folder import JOB_LIMIT_S, PASSING, Quiet, Table, claim, key, name_of, read, titles, write
from recipes.listing import list_recipes

WAIT_S = 1.0


def make(table: Table, models: Sequence[str], count: int, seed: int, ahead: int, end: float) -> None:
    """Run the compress jobs of the first `count` recipes, for all models in turns, up to `ahead` of the measuring."""
    done = {key(line["model"], line["recipe"]) for line in table.lines()}
    done |= {key(entry["model"], entry["recipe"]) for entry in map(read, table.waiting())}
    for number, recipe in enumerate(islice(list_recipes(models, seed), count)):
        for place, model in enumerate(models):
            if key(name_of(model), recipe) in done:
                continue
            while len(table.waiting()) >= ahead:
                if not score_ahead(table):
                    time.sleep(WAIT_S)
            if time.monotonic() > end:
                return
            name = f"{number:05d}-{place}"
            with claim(table, name, table.made / f"{name}.json") as mine:
                entry = make_one(table, model, recipe) if mine else None
                if entry is not None:
                    write(table.made / f"{name}.json", entry)


def make_one(table: Table, model: str, recipe: dict[str, Any]) -> dict[str, Any] | None:
    """Return the entry of a recipe's artifact, or of why it cannot be made; None where it is to be tried again."""
    from pareto_runner.errors import RunnerError
    from pareto_runner.jobs.supervise import Supervision

    entry: dict[str, Any] = {"model": name_of(model), "ref": model, "recipe": recipe, "artifact": None}
    if not recipe["steps"]:
        return entry
    work = table.folder / f"work-{os.getpid()}"
    work.mkdir(exist_ok=True)
    spec = {
        "mode": "job",
        "target": "pareto_runner.jobs.execute:execute",
        "body": {"kind": "compress", "params": {"model": model, "recipe": recipe}},
        "job_id": "table",
        "request_id": "table",
        "artifacts_dir": str(table.artifacts),
        "work_dir": str(work),
        "device": "cpu",
        "shrink": 1.0,
        "retries": [],
    }
    start = time.monotonic()
    try:
        result = Supervision(spec, Quiet(), JOB_LIMIT_S, threading.Event()).run()
        entry |= {"artifact": result["artifact"]["hash"], "parameters": result["parameters"]}
    except RunnerError as error:
        if error.code in PASSING:
            print(f"not made: {titles(recipe)}: {error.code} {error.message[:200]}", flush=True)
            return None
        entry["error"] = {"code": error.code, "message": error.message[:300]}
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {**entry, "compress_s": round(time.monotonic() - start, 1)}


def score_ahead(table: Table) -> bool:
    """Score the last waiting artifact that has no answers yet; tell whether there was one."""
    from pareto_runner.errors import RunnerError

    for file in reversed(table.waiting()):
        with claim(table, f"{file.stem}-answers", file.with_suffix(".answers")) as mine:
            try:
                entry = read(file)
                if mine and "error" not in entry:
                    write(file.with_suffix(".answers"), table.score(entry))
                    return True
            except (OSError, RunnerError):
                # The measuring process was faster, or meets the same error and writes it down.
                continue
    return False
