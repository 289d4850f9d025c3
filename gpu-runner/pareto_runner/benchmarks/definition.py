"""What the lab knows of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Benchmark:
    """One benchmark, run by lm-eval from the YAML files in `tasks_dir` under the task or group name `name`.

    `metric` is the main metric and `filter` lm-eval's output filter it is read from. `chance` is the score of
    guessing, None where it depends on the item. `dataset` is the hub data set it needs, None where the task brings
    its items; of that, `configs` (None: those that the task files name) and `splits`. `files` is the folder (or
    the one file) on this machine that the data set is read from, set when the benchmark is resolved; None means the
    cache of `datasets`. A part of a group (`part_of`) is listed only where its items are here.
    """

    name: str
    title: str
    like: str
    metric: str
    chance: float | None
    items: int
    version: str
    tasks_dir: Path
    source: Literal["pocket", "hub", "own"] = "hub"
    dataset: str | None = None
    configs: tuple[str, ...] | None = ("default",)
    splits: tuple[str, ...] = ("test",)
    files: Path | None = None
    part_of: str | None = None
    runs_code: bool = False
    filter: str = "none"
    unit: str = "fraction"
    direction: Literal["max", "min"] = "max"
