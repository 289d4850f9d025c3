"""All strategies, in one explicit tuple: a strategy is one file here and one entry below."""

from __future__ import annotations

from pareto_runner.errors import RunnerError
from pareto_runner.search.strategies.bandit import Bandit
from pareto_runner.search.strategies.base import Strategy
from pareto_runner.search.strategies.evolutionary import Evolutionary
from pareto_runner.search.strategies.gp_ehvi import GpEhvi
from pareto_runner.search.strategies.hybrid import Hybrid
from pareto_runner.search.strategies.optuna import Nsga2, Nsga3, Tpe
from pareto_runner.search.strategies.pbt import PopulationBased
from pareto_runner.search.strategies.random import Random

STRATEGIES: tuple[Strategy, ...] = (
    Hybrid(),
    GpEhvi(),
    Tpe(),
    Nsga2(),
    Nsga3(),
    Bandit(),
    PopulationBased(),
    Evolutionary(),
    Random(),
)


def find_strategy(name: str) -> Strategy:
    """Return the strategy of that name.

    Raises:
        RunnerError: `unknown_strategy`.
    """
    for strategy in STRATEGIES:
        if strategy.name == name:
            return strategy
    raise RunnerError(
        "unknown_strategy",
        f"There is no strategy '{name}'.",
        f"Choose one of: {', '.join(strategy.name for strategy in STRATEGIES)}.",
        field="strategy",
    )
