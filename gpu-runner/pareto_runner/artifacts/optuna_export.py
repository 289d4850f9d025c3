"""Writes an experiment as an Optuna study (Akiba et al., KDD 2019), for optuna-dashboard and Optuna's own analysis."""

from __future__ import annotations

import logging
import tempfile
import warnings
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Value = str | bool | int | float


class OptunaTrial(BaseModel):
    """One episode; without values it failed."""

    model_config = ConfigDict(extra="forbid")

    params: dict[str, Value] = {}
    values: list[float] | None = None
    attributes: dict[str, str] = {}
    started_at: datetime
    ended_at: datetime


class OptunaStudy(BaseModel):
    """An experiment as a study: a direction and a name for each objective, and its trials in order."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=500)
    metrics: list[str] = Field(min_length=1)
    directions: list[Literal["maximize", "minimize"]]
    attributes: dict[str, str] = {}
    trials: list[OptunaTrial] = Field(max_length=20_000)

    @model_validator(mode="after")
    def _same_length(self) -> OptunaStudy:
        lengths = {
            len(self.metrics),
            len(self.directions),
            *(len(t.values) for t in self.trials if t.values is not None),
        }
        if len(lengths) != 1:
            raise ValueError("metrics, directions and every trial's values must have the same length")
        return self


def write_optuna_storage(study: OptunaStudy) -> bytes:
    """Return an SQLite file with the study.

    A parameter that is a number in all trials becomes a float or integer distribution over the range that occurs;
    any other becomes a categorical one over the values that occur.
    """
    import optuna
    from optuna.trial import TrialState, create_trial

    optuna.logging.set_verbosity(logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    seen: dict[str, list[Value]] = {}
    for trial in study.trials:
        for name, value in trial.params.items():
            seen.setdefault(name, []).append(value)
    distributions = {name: _distribution(values) for name, values in seen.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "study.db"
        storage = optuna.storages.RDBStorage(f"sqlite:///{file}")
        made = optuna.create_study(storage=storage, study_name=study.name, directions=study.directions)
        made.set_metric_names(study.metrics)
        for key, text in study.attributes.items():
            made.set_user_attr(key, text)
        trials = []
        for trial in study.trials:
            frozen = create_trial(
                state=TrialState.COMPLETE if trial.values is not None else TrialState.FAIL,
                values=trial.values,
                params=_as_drawn(trial.params, distributions),
                distributions={name: distributions[name] for name in trial.params},
                user_attrs=dict(trial.attributes),
            )
            # Optuna keeps local times without a zone.
            frozen.datetime_start = trial.started_at.astimezone().replace(tzinfo=None)
            frozen.datetime_complete = trial.ended_at.astimezone().replace(tzinfo=None)
            trials.append(frozen)
        made.add_trials(trials)
        storage.engine.dispose()
        return file.read_bytes()


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _distribution(values: list[Value]) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if all(_is_number(value) for value in values):
        numbers = [float(value) for value in values]
        if all(number.is_integer() for number in numbers):
            return IntDistribution(int(min(numbers)), int(max(numbers)))
        return FloatDistribution(min(numbers), max(numbers))
    # Values of several types are told apart by their text.
    return CategoricalDistribution(sorted({str(value) for value in values}))


def _as_drawn(params: dict[str, Value], distributions: dict[str, BaseDistribution]) -> dict[str, Value]:
    from optuna.distributions import CategoricalDistribution, IntDistribution

    def convert(name: str, value: Value) -> Value:
        kind = distributions[name]
        if isinstance(kind, CategoricalDistribution):
            return str(value)
        return int(value) if isinstance(kind, IntDistribution) else float(value)

    return {name: convert(name, value) for name, value in params.items()}
