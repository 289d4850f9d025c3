"""What the lab knows of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Benchmark:
    """One benchmark, run by lm-eval from the YAML files in `tasks_dir` under the task or group name `name`.

    `metric` is the main metric and `filter` lm-eval's output filter it is read from. `chance` is the score of
    guessing, None where it depends on the item. `dataset` is the hub data set it needs, None for local files.
    """

    name: str
    title: str
    like: str
    metric: str
    chance: float | None
    items: int
    version: str
    tasks_dir: Path
    dataset: str | None = None
    filter: str = "none"
    unit: str = "fraction"
    direction: Literal["max", "min"] = "max"
