"""The table of really measured recipes (`recipes_table.py` makes it, data/README.md describes it), read and written."""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OBJECTIVES = ("accuracy", "latency_ms", "memory_gb", "model_size_gb", "co2_grams")
FILE = Path(__file__).resolve().parent / "data" / "recipes.json.xz"


@dataclass(frozen=True)
class Line:
    """One recipe on one model: figures with the limits of their 95 % intervals, answers by benchmark, or an error."""

    model: str
    recipe: dict[str, Any]
    figures: dict[str, tuple[float, float, float]] | None
    answers: dict[str, list[int]]
    error: str | None

    @property
    def is_baseline(self) -> bool:
        """Whether this is the uncompressed model as stored."""
        return not self.recipe["steps"] and self.recipe["runtime"] == "transformers"

    @property
    def values(self) -> list[float]:
        """The five figures, in the order of OBJECTIVES."""
        assert self.figures is not None  # noqa: S101 - an error is asked for first
        return [self.figures[name][0] for name in OBJECTIVES]


@dataclass(frozen=True)
class Table:
    """All lines, in the order in which they were measured; `about` says when, where and how."""

    about: dict[str, Any]
    lines: list[Line]

    @property
    def models(self) -> list[str]:
        """The models' names, in the order in which they first occur."""
        return list(dict.fromkeys(line.model for line in self.lines))

    def of(self, model: str) -> list[Line]:
        """Return one model's lines."""
        return [line for line in self.lines if line.model == model]


def write_table(about: dict[str, Any], rows: list[dict[str, Any]], target: Path = FILE) -> None:
    """Write the lines of a table.jsonl; answers are packed as bits, in hexadecimal."""
    lines = []
    sizes: dict[str, int] = {}
    for row in rows:
        line: dict[str, Any] = {"model": row["model"], "recipe": row["recipe"]}
        if "error" in row:
            line["error"] = row["error"]["code"]
        else:
            sizes = {name: len(bits) for name, bits in row["answers"].items()}
            bits = "".join(row["answers"][name] for name in sizes)
            line["figures"] = {name: [float(f"{x:.6g}") for x in row["figures"][name]] for name in OBJECTIVES}
            line["answers"] = f"{int(bits, 2):0{-(-len(bits) // 4)}x}"
        lines.append(line)
    text = json.dumps({"about": about, "benchmarks": sizes, "lines": lines}, separators=(",", ":"))
    target.write_bytes(lzma.compress(text.encode(), preset=9))


def read_table(file: Path = FILE) -> Table:
    """Read a table, exported or still growing (`table.jsonl`)."""
    if file.suffix == ".jsonl":
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return Table({}, [_to_line(row, _from_digits(row.get("answers", {}))) for row in rows])
    content = json.loads(lzma.decompress(file.read_bytes()))
    sizes: dict[str, int] = content["benchmarks"]
    return Table(content["about"], [_to_line(row, _unpack(row.get("answers", ""), sizes)) for row in content["lines"]])


def _to_line(row: dict[str, Any], answers: dict[str, list[int]]) -> Line:
    figures = {name: tuple(limits) for name, limits in row["figures"].items()} if "figures" in row else None
    error = row.get("error")
    return Line(row["model"], row["recipe"], figures, answers, error["code"] if isinstance(error, dict) else error)


def _from_digits(answers: dict[str, str]) -> dict[str, list[int]]:
    return {name: [int(digit) for digit in digits] for name, digits in answers.items()}


def _unpack(packed: str, sizes: dict[str, int]) -> dict[str, list[int]]:
    if not packed:
        return {}
    digits = f"{int(packed, 16):0{sum(sizes.values())}b}"
    answers, at = {}, 0
    for name, size in sizes.items():
        answers[name] = [int(digit) for digit in digits[at : at + size]]
        at += size
    return answers
