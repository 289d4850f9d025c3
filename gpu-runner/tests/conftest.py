"""One data folder, one tiny model and quiet children for the whole run of the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pareto_runner.jobs.processes import prepare_environment
from tests.tiny import make_tiny

prepare_environment()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of this run's own; the developer's is never touched."""
    folder = tmp_path_factory.mktemp("data")
    before = os.environ.get("PARETO_DATA")
    os.environ["PARETO_DATA"] = str(folder)
    yield folder
    if before is None:
        del os.environ["PARETO_DATA"]
    else:
        os.environ["PARETO_DATA"] = before


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny") / "model")
