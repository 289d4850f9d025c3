"""Where real benchmark data lies: named by `PARETO_TEST_DATA`, or in a `shared/data` folder beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PARETO_TEST_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def find_shared(name: str) -> Path:
    """Return a file or folder of the real data, or skip the test where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path
