"""Where the table grows: one line per recipe, what waits to be measured, and fresh processes of the runner."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

JOB_LIMIT_S = 900.0
# Nobody foresaw these, or they are the machine's doing: the recipe is tried again next time.
PASSING = ("internal_error", "job_crashed", "measure_crashed", "time_limit", "out_of_memory", "artifact_not_found")


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

    def worked(self, processor_seconds: float) -> None:
        """Ignore it."""

    def processes(self, identities: list[tuple[int, float]]) -> None:
        """Ignore them: the supervision ends them itself."""


def name_of(model: str) -> str:
    """Return what a model is called in the table: its folder's name, as the generator was told."""
    return model if model == "pocket" else Path(model).parent.name


def call(target: Any, /, **kwargs: Any) -> Any:
    """Run a function of the runner in a fresh process."""
    import pickle

    from pareto_runner.jobs.supervise import Supervision

    name = f"{target.__module__}:{target.__qualname__}"
    spec = {"mode": "call", "target": name, "kwargs": pickle.dumps(kwargs).hex()}
    return Supervision(spec, Quiet(), JOB_LIMIT_S, threading.Event(), "measure").run()


class Table:
    """The table's folder: `table.jsonl`, and in `made/` one file per artifact that waits to be measured."""

    def __init__(self, folder: Path) -> None:
        from pareto_runner.benchmarks.pocket import read_pocket_benchmarks
        from pareto_runner.settings import load_settings

        self.folder, self.made = folder, folder / "made"
        self.file = folder / "table.jsonl"
        self.made.mkdir(parents=True, exist_ok=True)
        self.artifacts = load_settings().artifacts_dir
        self.benchmarks = list(read_pocket_benchmarks())

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines measured so far."""
        text = self.file.read_text(encoding="utf-8") if self.file.is_file() else ""
        return [json.loads(line) for line in text.splitlines()]

    def waiting(self) -> list[Path]:
        """Return the entries of the artifacts to be measured, in order."""
        return sorted(self.made.glob("*.json"))

    def path(self, entry: dict[str, Any]) -> Path:
        """Return the folder that an entry's figures are measured on."""
        from pareto_runner.models.resolve import resolve_model

        if entry["artifact"]:
            return Path(self.artifacts / entry["artifact"])
        model = resolve_model(entry["ref"])
        if entry["recipe"]["runtime"] == "transformers":
            return model
        from pareto_runner.measure.reference import convert_model

        folder = self.folder / "references" / f"{entry['model']}-{entry['recipe']['runtime']}"
        if not folder.exists():
            call(convert_model, runtime=entry["recipe"]["runtime"], source=str(model), target=str(folder))
        return folder

    def target(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments by which the runner's measurements know an artifact."""
        return {
            "runtime": entry["recipe"]["runtime"],
            "path": str(self.path(entry)),
            "device": "cpu",
            "is_artifact": bool(entry["artifact"]),
        }

    def score(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return the answers to all items of all benchmarks."""
        from pareto_runner.measure.accuracy import score_benchmarks

        asked = call(score_benchmarks, **self.target(entry), benchmarks=self.benchmarks, limit=None, seed=0)
        return {name: pack(found["scores"]) for name, found in asked["items"].items()}


def pack(scores: list[float]) -> str | list[float]:
    """Return scores of 0 and 1 as a string of digits, others as they are."""
    binary = all(score in (0.0, 1.0) for score in scores)
    return "".join(str(int(score)) for score in scores) if binary else scores


@contextmanager
def claim(table: Table, name: str, target: Path) -> Iterator[bool]:
    """Tell whether `target` is this process's to write; several may run, and one that dies lets go of its claims."""
    folder = table.folder / "claims"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield not target.exists() and stream.tell() == 0
        if target.exists():
            stream.write("made")


def key(model: str, recipe: dict[str, Any]) -> str:
    """Return what tells the lines apart."""
    return json.dumps([model, recipe], sort_keys=True)


def titles(recipe: dict[str, Any]) -> str:
    """Return a recipe in a few words."""
    return f"{' + '.join(step['method'] for step in recipe['steps']) or 'uncompressed'} in {recipe['runtime']}"


def read(file: Path) -> dict[str, Any]:
    """Return a JSON file."""
    return dict(json.loads(file.read_text(encoding="utf-8")))


def write(file: Path, content: dict[str, Any]) -> None:
    """Write a JSON file whole: the other process reads it."""
    temporary = file.with_suffix(".writing")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    os.replace(temporary, file)
