"""The Pareto fixture that the web app's tests run, checked by an independent calculation.

The web app sweeps with the WFG algorithm; here dominance is the plain definition and the volume is found by cutting
space along every coordinate, so that the two share no idea and an error in one shows as a difference.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

FIXTURE = Path(__file__).parents[2] / "lib" / "domain" / "fixtures" / "pareto-cases.json"
DATA: dict[str, Any] = json.loads(FIXTURE.read_text(encoding="utf-8"))
DIRECTIONS: dict[str, str] = DATA["directions"]


def _gain(a: float, b: float, direction: str) -> float:
    return a - b if direction == "max" else b - a


def _dominates(a: dict[str, float], b: dict[str, float]) -> bool:
    gains = [_gain(a[key], b[key], direction) for key, direction in DIRECTIONS.items()]
    return min(gains) >= 0 and max(gains) > 0


def _front(points: list[dict[str, float]]) -> list[int]:
    return [i for i, point in enumerate(points) if not any(_dominates(other, point) for other in points)]


def _volume(points: list[dict[str, float]], baseline: dict[str, float], reference: dict[str, float]) -> float:
    """Sum over the cells of the grid that the points' coordinates span of the cells which a point covers."""
    boxes = [
        [_gain(point[key] / baseline[key], reference[key], direction) for key, direction in DIRECTIONS.items()]
        for point in points
    ]
    boxes = [box for box in boxes if min(box) > 0]
    edges = [sorted({0.0, *(box[k] for box in boxes)}) for k in range(len(DIRECTIONS))]
    total = 0.0
    for cell in product(*(range(1, len(edge)) for edge in edges)):
        upper = [edge[i] for edge, i in zip(edges, cell, strict=True)]
        if any(all(u <= b for u, b in zip(upper, box, strict=True)) for box in boxes):
            size = 1.0
            for edge, i in zip(edges, cell, strict=True):
                size *= edge[i] - edge[i - 1]
            total += size
    return total


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])
def test_front_is_the_definition(case: dict[str, Any]) -> None:
    assert _front(case["points"]) == case["front"]


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])
def test_hypervolume_by_cells(case: dict[str, Any]) -> None:
    expected = _volume(case["points"], case["baseline"], DATA["reference"])
    assert case["hypervolume"] == pytest.approx(expected, rel=1e-9, abs=1e-15)
