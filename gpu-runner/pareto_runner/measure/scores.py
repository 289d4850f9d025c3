"""From item scores to accuracy figures: each benchmark's, their mean, and the paired differences to the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.measure.answers import Scores
from pareto_runner.measure.racing import SLACK
from pareto_runner.measure.stats import (
    Estimate,
    mean_of_strata,
    paired_interval,
    paired_strata_interval,
    proportion_interval,
)
from pareto_runner.schemas import BenchmarkScore, EarlyStop, Figure

POINTS = 100


def pair(answered: Mapping[str, Any], baseline: Scores) -> list[float]:
    """Return the differences to the baseline of the items that both have answered.

    `answered` is one of the `items` of `score_benchmarks`.
    """
    scores = zip(answered["ids"], answered["scores"], strict=True)
    return [score - baseline[number] for number, score in scores if number in baseline]


def benchmark_score(benchmark: Benchmark, answered: Mapping[str, Any], differences: Sequence[float]) -> BenchmarkScore:
    """Return the wire form of one benchmark's score and, where there are any, of the paired differences."""
    ids, scores, total = answered["ids"], answered["scores"], answered["total"]
    binary = all(score in (0.0, 1.0) for score in scores)
    all_items = len(ids) == total
    sample = "items" if all_items else f"{len(ids)} of {total} items, drawn once for all models and spread over strata"
    return BenchmarkScore(
        name=benchmark.name,
        metric=benchmark.metric,
        version=benchmark.version,
        score=_figure(
            proportion_interval(scores),
            benchmark.unit,
            f"95 % {'Wilson' if binary else 'Student'} interval over {sample}",
            {"chance": benchmark.chance, "items_total": total},
        ),
        items=scores,
        item_ids=[] if all_items else ids,
        delta=_figure(
            paired_interval(differences),
            benchmark.unit,
            "95 % interval of the paired difference over items (Bonett and Price)",
            _count(differences),
        )
        if differences
        else None,
    )


def _count(differences: Sequence[float]) -> dict[str, int]:
    return {"won": sum(d > 0 for d in differences), "lost": sum(d < 0 for d in differences)}


def accuracy_figure(scores: Sequence[BenchmarkScore], ended_early: bool = False) -> Figure:
    """Return the mean over benchmarks; the interval is over items, the choice of benchmarks taken as fixed.

    A race ends when the answers are clear, so of those that ended early the extremes look a little more extreme.
    """
    estimate = mean_of_strata([_estimate(score.score) for score in scores])
    asked, total = estimate.n, sum(int(score.score.extra["items_total"]) for score in scores)
    part = "" if asked == total else f"; on {asked} of {total} items"
    part += ", the number decided by a race, which the interval leaves out" if ended_early else ""
    return _figure(
        Estimate(estimate.value, max(0.0, estimate.low), min(1.0, estimate.high), estimate.n),
        "fraction",
        f"95 % interval of the mean over benchmarks, each a stratum of its items (MOVER from their intervals){part}",
        {"benchmarks": len(scores), "items_total": total},
    )


def accuracy_delta(differences: Sequence[Sequence[float]]) -> Figure | None:
    """Return the mean over benchmarks of the paired differences; None where one of them has none."""
    if not all(differences):
        return None
    return _figure(
        paired_strata_interval(differences),
        "fraction",
        "95 % interval of the mean over benchmarks of the paired differences, each a stratum of its items (Student)",
        _count([d for stratum in differences for d in stratum]),
    )


def early_stop(ended: Mapping[str, Any], alpha: float) -> EarlyStop:
    """Return the wire form of a race that ended early (`race` of `score_benchmarks`)."""
    who = "the baseline" if ended["against"] == "floor" else f"the rival {ended['against'][:12]}"
    place = "surely below" if ended["decision"] == "drop" else f"very likely at most {SLACK * POINTS:.1f} points below"
    gap = f"{abs(ended['above']) * POINTS:.1f} points {'below' if ended['above'] < 0 else 'above'} it"
    return EarlyStop(
        reason=f"{place} the line that {who} sets: about {gap} on the {ended['used']} items asked",
        decision=ended["decision"],
        against=ended["against"],
        items_used=ended["used"],
        items_total=ended["wanted"],
        alpha=alpha,
    )


def _estimate(figure: Figure) -> Estimate:
    return Estimate(figure.value, figure.low, figure.high, figure.n)


def _figure(estimate: Estimate, unit: str, spread: str, extra: dict[str, Any]) -> Figure:
    return Figure(
        value=estimate.value, low=estimate.low, high=estimate.high, n=estimate.n, unit=unit, spread=spread, extra=extra
    )
