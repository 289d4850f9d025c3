"""docs/families.md is true: a sample of its cells, each method once and each family more than once, is run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from pareto_runner.methods import METHODS
from tests.families import CONFIGS, make_family
from tests.family_runs import run_on_family
from tests.fresh_context import FreshContext

PAGE = Path(__file__).resolve().parents[2] / "docs" / "families.md"
WORDS = {"made": "yes", "refused": "no", "unavailable": "n/a", "failed": "fails"}


def read_page() -> dict[str, dict[str, str]]:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return {row[0].strip("`"): dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}


def test_page_covers_every_method_and_family_and_nothing_fails_late() -> None:
    page = read_page()
    assert set(page) == {method.name for method in METHODS}
    for row in page.values():
        assert set(row) == set(CONFIGS)
        assert set(row.values()) <= {"yes", "no", "n/a"}


@pytest.mark.parametrize("index", range(len(METHODS)), ids=[method.name for method in METHODS])
def test_a_cell_of_the_page_is_true(tmp_path: Path, data_dir: Path, index: int) -> None:
    """Methods go with the families in turn, beginning behind Llama, which all other tests use."""
    family = list(CONFIGS)[(5 * index + 1) % len(CONFIGS)]
    outcome = run_on_family(METHODS[index], make_family(family, tmp_path / "model"), FreshContext(tmp_path))
    said = read_page()[METHODS[index].name][family]
    # What needs other hardware may be there on one machine and not on another.
    if "n/a" not in (said, WORDS[outcome.status]):
        assert WORDS[outcome.status] == said, outcome.reason
