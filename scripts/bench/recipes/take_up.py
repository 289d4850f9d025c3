"""Going on with the committed table: its lines, and its baselines as the fixed points of what is measured next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from recipes.folder import Table, call, name_of
from table import Line, read_table


def take_up(table: Table, models: Sequence[str]) -> None:
    """Fill an empty folder with the committed lines.

    Times and energy are always told against a model's baseline, measured in turns with it, and scaled by what that
    baseline took once. So lines of another day fit the committed ones if that figure is theirs.

    Raises:
        SystemExit: the folder has lines already, or a model does not answer as the committed table's did.
    """
    if table.lines():
        raise SystemExit(f"{table.file} has lines already; take-up begins in an empty folder.")
    committed = read_table()
    for model in models:
        _pin(
            table,
            model,
            next(line for line in committed.of(name_of(model)) if line.is_baseline),
        )
    rows = [_to_row(line, committed.about["from"]) for line in committed.lines]
    table.file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} lines taken up")


def _pin(table: Table, model: str, line: Line) -> None:
    from pareto_runner.measure.energy import find_grid_factor
    from pareto_runner.measure.environment import describe_measure_device
    from pareto_runner.measure.figures import JOULES_PER_WH
    from pareto_runner.measure.pinned import pin_baseline
    from pareto_runner.measure.rounds import measure_round
    from pareto_runner.models.inspect import inspect_model

    entry = {
        "model": name_of(model),
        "ref": model,
        "artifact": None,
        "recipe": line.recipe,
    }
    if table.score(entry) != {name: "".join(map(str, scores)) for name, scores in line.answers.items()}:
        raise SystemExit(f"{model} does not answer as the committed table's did; data/README.md says how it was made.")
    _, latency, _, _, grams = line.values
    joules = grams / find_grid_factor("WORLD").grams_per_kwh * JOULES_PER_WH
    # A real round says where the energy figures come from, which is part of what a pinned figure holds for.
    real = call(measure_round, **table.target(entry))
    told = {
        "step_ms": [latency],
        "joules_per_token": joules,
        "gross_joules_per_token": joules,
    }
    pin_baseline(
        inspect_model(model).revision,
        describe_measure_device("cpu"),
        [{**real, **told}],
    )


def _to_row(line: Line, at: str) -> dict[str, Any]:
    row: dict[str, Any] = {"model": line.model, "recipe": line.recipe, "at": at}
    if line.figures is None:
        return {**row, "error": {"code": line.error}}
    answers = {name: "".join(map(str, scores)) for name, scores in line.answers.items()}
    return {
        **row,
        "figures": {name: list(limits) for name, limits in line.figures.items()},
        "answers": answers,
    }
