"""The Optuna storage that an experiment is exported to, read back by Optuna itself."""

from __future__ import annotations

from pathlib import Path

import optuna
import pytest
from pydantic import ValidationError

from pareto_runner.artifacts.optuna_export import OptunaStudy, write_optuna_storage

TIMES = {"started_at": "2026-11-21T10:00:00Z", "ended_at": "2026-11-21T10:01:00Z"}


def study(trials: list[dict[str, object]]) -> dict[str, object]:
    return {"name": "s", "metrics": ["accuracy", "ms"], "directions": ["maximize", "minimize"], "trials": trials}


def test_trials_come_back_with_values_states_and_parameters(tmp_path: Path) -> None:
    trials = [
        {**TIMES, "params": {"runtime": "transformers"}, "values": [0.5, 3.0], "attributes": {"label": "<b>"}},
        {**TIMES, "params": {"step1": "rtn", "step1.rtn.bits": 4, "mixed": 1}, "values": [0.4, 1.0]},
        {**TIMES, "params": {"step1": "gptq", "step1.rtn.bits": 8, "mixed": "a"}, "values": None},
    ]
    file = tmp_path / "study.db"
    file.write_bytes(write_optuna_storage(OptunaStudy.model_validate(study(trials))))
    read = optuna.load_study(study_name="s", storage=f"sqlite:///{file}")
    assert [t.state.name for t in read.trials] == ["COMPLETE", "COMPLETE", "FAIL"]
    assert read.trials[1].params == {"step1": "rtn", "step1.rtn.bits": 4, "mixed": "1"}
    assert read.trials[0].user_attrs == {"label": "<b>"}
    assert {t.number for t in read.best_trials} == {0, 1}
    assert read.metric_names == ["accuracy", "ms"]
    assert str(read.trials[0].duration) == "0:01:00"


def test_values_of_another_number_than_the_metrics_are_refused() -> None:
    with pytest.raises(ValidationError, match="same length"):
        OptunaStudy.model_validate(study([{**TIMES, "values": [1.0]}]))
