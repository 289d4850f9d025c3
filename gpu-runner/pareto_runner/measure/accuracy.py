"""Accuracy: benchmarks scored item by item in a process of its own, in blocks that a race may end early."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.jobs.report import Span, report_progress
from pareto_runner.measure.answers import read_answers
from pareto_runner.measure.proxy import PROXY_SHARE, count_wanted, order_items
from pareto_runner.measure.racing import Line, accuracy, find_bounds, judge, plan_looks, set_line
from pareto_runner.measure.size import weight_bytes

# Without a race the items are scored in parts all the same, so that a long evaluation can tell its progress. Larger
# parts make fuller batches; of a large model every item fills the machine anyway.
BLOCK_ITEMS = 800
LARGE_BYTES, LARGE_BLOCK_ITEMS = 200_000_000, 128


@dataclass(frozen=True)
class Contender:
    """Whose stored answers (in `folder`) the candidate is compared with, and how far it may lie below them."""

    name: str
    folder: Path
    allowed: float


@dataclass(frozen=True)
class RacePlan:
    """A race as it is handed to the process that scores."""

    contenders: tuple[Contender, ...]
    alpha: float
    stop_kept: bool


class ItemProgress:
    """How many of `total` items are scored, told while it grows: a block of a large model takes many minutes.

    The first `screened` ones, of a race, screen the candidate; what survives them goes on with the rest.
    """

    def __init__(self, span: Span | None, total: int, screened: int = 0) -> None:
        self.total = total
        self._span = span
        self._screened = screened
        self._done = 0.0

    def add(self, items: float) -> None:
        """Take that so many more items are done, parts of items included."""
        self.reach(self._done + items)

    def reach(self, items: float) -> None:
        """Take how many items are done in all."""
        self._done = min(items, self.total)
        report_progress(self._span, self._done / self.total, self._describe(round(self._done)))

    def _describe(self, done: int) -> str:
        if done < self._screened:
            return f"screening, {done} of the first {self._screened} items"
        return f"{'past screening, ' if self._screened else ''}{done} of {self.total} items"


def score_benchmarks(
    runtime: str,
    path: str,
    device: str,
    is_artifact: bool,
    benchmarks: Sequence[Benchmark],
    limit: int | None,
    seed: int,
    mode: Literal["full", "proxy"] = "full",
    race: RacePlan | None = None,
    span: Span | None = None,
) -> dict[str, Any]:
    """Score a model on the benchmarks' items; runs in a fresh process.

    With `limit` (items per benchmark), `mode` or a seed that are the same, every model meets the same items. A race
    without a contender that has answered all of them is not held.

    Returns:
        `items`: per benchmark `{"ids": [...], "scores": [...], "total": n, "fingerprint": "…"}`, ascending ids;
        `against`: whose answers set the line of the race, None where none was held;
        `race`: None, or `{"decision", "against", "above", "used", "wanted"}` of one that ended early; `above` is
        the estimated distance to the line.

    Raises:
        RunnerError: `artifact_unloadable`, `nonfinite_output` or `benchmark_failed`.
    """
    import transformers

    from pareto_runner.measure.checks import open_for_measure
    from pareto_runner.measure.lm import PrefixSharingLM
    from pareto_runner.measure.tasks import LoadedTasks

    transformers.logging.set_verbosity_error()
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    tasks = LoadedTasks(benchmarks, seed)
    orders: dict[str, list[int]] = {}
    items: dict[str, dict[str, Any]] = {}
    for name in (benchmark.name for benchmark in benchmarks):
        order = order_items(tasks.strata(name), f"{seed}:{name}")
        orders[name] = order[: count_wanted(len(order), limit, mode)]
        items[name] = {"total": len(order), "fingerprint": tasks.fingerprint(name)}
    line = None if race is None else set_line(_find_lines(race, orders, items))
    wanted = {name: len(order) for name, order in orders.items()}
    looks = plan_looks(wanted) if line else _even_blocks(wanted, weight_bytes(Path(path)))
    progress = ItemProgress(span, sum(wanted.values()), _count_screened(looks) if line else 0)
    lm = PrefixSharingLM(*open_for_measure(runtime, path, device, is_artifact), progress.add)
    scores, ended = _score_in_blocks(lm, tasks, orders, looks, race, line, progress)
    for name, answered in scores.items():
        ids = sorted(orders[name][: len(answered)])
        by_id = dict(zip(orders[name], answered, strict=False))
        items[name] |= {"ids": ids, "scores": [by_id[number] for number in ids]}
    return {"items": items, "against": line.against if line else None, "race": ended}


def _find_lines(race: RacePlan, orders: dict[str, list[int]], items: dict[str, dict[str, Any]]) -> list[Line]:
    lines = []
    for contender in race.contenders:
        stored = {name: read_answers(contender.folder, name, items[name]["fingerprint"]) for name in orders}
        if all(number in stored[name] for name, order in orders.items() for number in order):
            answers = {name: [stored[name][number] for number in order] for name, order in orders.items()}
            lines.append(Line(contender.name, contender.allowed, answers))
    return lines


def _score_in_blocks(
    lm: Any,
    tasks: Any,
    orders: dict[str, list[int]],
    looks: Sequence[dict[str, int]],
    race: RacePlan | None,
    line: Line | None,
    progress: ItemProgress,
) -> tuple[dict[str, list[float]], dict[str, Any] | None]:
    bounds = find_bounds(looks, race.alpha) if race and line else []
    scores: dict[str, list[float]] = {name: [] for name in orders}
    for at, look in enumerate(looks):
        block = {name: order[len(scores[name]) : look[name]] for name, order in orders.items()}
        block = {name: numbers for name, numbers in block.items() if numbers}
        for name, found in tasks.score(lm, block).items():
            scores[name] += [found[number] for number in block[name]]
        used = sum(look.values())
        progress.reach(used)
        if race is None or line is None or at == len(looks) - 1:
            continue
        decision = judge(line, scores, bounds[at])
        if decision == "drop" or (decision == "keep" and race.stop_kept):
            stored = {name: answers[: look[name]] for name, answers in line.answers.items()}
            return scores, {
                "decision": decision,
                "against": line.against,
                "above": accuracy(scores) - accuracy(stored) + line.allowed,
                "used": used,
                "wanted": progress.total,
            }
    return scores, None


def _count_screened(looks: Sequence[dict[str, int]]) -> int:
    """Return how many items the looks ask within the proxy mode's share, or the first one where it asks more."""
    counts = [sum(look.values()) for look in looks]
    return max((count for count in counts if count <= PROXY_SHARE * counts[-1]), default=counts[0])


def _even_blocks(wanted: dict[str, int], weights: int) -> list[dict[str, int]]:
    size = BLOCK_ITEMS if weights < LARGE_BYTES else LARGE_BLOCK_ITEMS
    blocks = -(-sum(wanted.values()) // size)
    return [{name: count * at // blocks for name, count in wanted.items()} for at in range(1, blocks + 1)]
