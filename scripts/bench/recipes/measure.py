"""The measuring of the table: rounds of fresh processes, several artifacts and one baseline in turns.

A line differs from an evaluation in the product in two ways. ROUNDS rounds instead of 5 to 9, so its intervals are
wider; they are stored. And one baseline per round serves a batch of artifacts that are measured in turns with it.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from recipes.folder import PASSING, Table, call, read, titles

ROUNDS = 3
BATCH = 6
WAIT_S = 1.0
PATIENCE_S = 90.0


def measure(table: Table, end: float) -> None:
    """Measure what waits, in batches, until `end`."""
    idle_since = time.monotonic()
    while time.monotonic() < end:
        waiting: dict[str, list[Path]] = {}
        for file in table.waiting():
            waiting.setdefault(read(file)["model"], []).append(file)
        model, files = max(waiting.items(), key=lambda each: len(each[1]), default=("", []))
        # A full batch pays for its baseline best; the last ones never fill one.
        if not files or (len(files) < BATCH and time.monotonic() < idle_since + PATIENCE_S):
            time.sleep(WAIT_S)
            continue
        files = files[:BATCH]
        start = time.monotonic()
        measure_batch(table, files)
        idle_since = time.monotonic()
        print(
            f"{time.strftime('%H:%M:%S')} {len(files)} lines of {model} in {time.monotonic() - start:.0f} s", flush=True
        )


def measure_batch(table: Table, files: list[Path]) -> None:
    """Write the lines of some artifacts of one model."""
    from pareto_runner.errors import RunnerError
    from pareto_runner.measure.rounds import measure_round

    entries = {file: read(file) for file in files}
    live = [file for file, entry in entries.items() if "error" not in entry]
    ref = entries[files[0]]["ref"]
    baseline = {"model": entries[files[0]]["model"], "ref": ref, "artifact": None}
    baseline["recipe"] = {"steps": [], "runtime": "transformers"}
    rounds: dict[Any, list[dict[str, Any]]] = {file: [] for file in [None, *live]}
    for at in range(ROUNDS):
        # Who begins changes from round to round, so that no place is always the warm one.
        order = [None, *live]
        turn = at * len(order) // ROUNDS
        for file in (*order[turn:], *order[:turn]):
            if file is not None and "error" in entries[file]:
                continue
            try:
                rounds[file].append(call(measure_round, **table.target(baseline if file is None else entries[file])))
            except RunnerError as error:
                if file is None:
                    raise
                entries[file]["error"] = {"code": error.code, "message": error.message[:300]}
    for file, entry in entries.items():
        line = {name: value for name, value in entry.items() if name != "ref"}
        if "error" not in entry:
            line = finish(table, file, entry, line, ref, rounds[file], rounds[None])
        if line.get("error", {}).get("code") not in PASSING:
            with table.file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({**line, "at": time.strftime("%Y-%m-%dT%H:%M:%S")}) + "\n")
        print(f"    {line.get('error', {}).get('code', 'measured')}: {titles(entry['recipe'])}", flush=True)
        drop(table, file, entry)


def finish(
    table: Table,
    file: Path,
    entry: dict[str, Any],
    line: dict[str, Any],
    ref: str,
    own: list[dict[str, Any]],
    baseline: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the line with answers and figures, by the functions that the product's evaluation ends with."""
    from pareto_runner.errors import RunnerError
    from pareto_runner.measure.energy import find_grid_factor
    from pareto_runner.measure.environment import describe_measure_device
    from pareto_runner.measure.figures import Pair, co2_figure, latency_figure, memory_figure
    from pareto_runner.measure.pinned import pin_baseline
    from pareto_runner.measure.size import size_figure, weight_bytes
    from pareto_runner.measure.stats import mean_of_strata, proportion_interval
    from pareto_runner.models.inspect import inspect_model

    scored = file.with_suffix(".answers")
    try:
        answers = read(scored) if scored.exists() else table.score(entry)
    except RunnerError as error:
        return {**line, "error": {"code": error.code, "message": error.message[:300]}}
    pinned = pin_baseline(inspect_model(ref).revision, describe_measure_device("cpu"), baseline)
    pair = Pair(own, baseline)
    accuracy = mean_of_strata([proportion_interval([float(score) for score in scores]) for scores in answers.values()])
    figures = {
        "accuracy": accuracy,
        "latency_ms": latency_figure(pair, pinned),
        "memory_gb": memory_figure(own, "cpu"),
        "model_size_gb": size_figure(weight_bytes(table.path(entry))),
        "co2_grams": co2_figure(pair, pinned, find_grid_factor("WORLD")),
    }
    parts = {name: [figure.value, figure.low, figure.high] for name, figure in figures.items()}
    return {**line, "figures": parts, "waited_share": pair.waited_share(), "answers": answers}


def drop(table: Table, file: Path, entry: dict[str, Any]) -> None:
    """Remove an entry and, unless another one names it too, its artifact."""
    file.unlink(missing_ok=True)
    file.with_suffix(".answers").unlink(missing_ok=True)
    if entry["artifact"] and not any(read(other)["artifact"] == entry["artifact"] for other in table.waiting()):
        shutil.rmtree(table.artifacts / entry["artifact"], ignore_errors=True)
