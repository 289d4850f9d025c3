"""Accuracy: lm-eval benchmarks scored item by item, in a process of its own."""

from __future__ import annotations

import logging
import math
import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.measure.stats import Estimate, mean_of_strata, proportion_interval
from pareto_runner.schemas import BenchmarkScore, Figure


def score_benchmarks(
    runtime: str,
    path: str,
    device: str,
    is_artifact: bool,
    benchmarks: Sequence[Any],
    limit: int | None,
    seed: int,
) -> dict[str, list[float]]:
    """Return one score per item of each benchmark, in the order of its items; runs in a fresh process.

    `benchmarks` are `Benchmark` records. With `limit` the same items are taken for every model, so that
    two artifacts are compared item by item.

    Raises:
        RunnerError: `artifact_unloadable`, `nonfinite_output` or `benchmark_failed`.
    """
    import transformers
    from lm_eval.evaluator import evaluate
    from lm_eval.tasks import TaskManager

    from pareto_runner.measure.checks import open_for_measure
    from pareto_runner.measure.lm import PrefixSharingLM

    transformers.logging.set_verbosity_error()
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    _keep_compiled_templates()
    backend, tokenizer = open_for_measure(runtime, path, device, is_artifact)
    folders = sorted({str(benchmark.tasks_dir) for benchmark in benchmarks})
    manager = TaskManager(include_path=folders, include_defaults=False)
    leaves: dict[str, list[str]] = {}
    tasks: dict[str, Any] = {}
    for benchmark in benchmarks:
        loaded = manager.load([benchmark.name])["tasks"]
        leaves[benchmark.name] = list(loaded)
        tasks.update(loaded)
    for task in tasks.values():
        _fix_shots(task, seed)
    samples = _choose_samples(tasks, leaves, limit, seed)
    try:
        result = evaluate(
            lm=PrefixSharingLM(backend, tokenizer),
            task_dict={"tasks": tasks, "groups": {}, "group_map": {}},
            samples=samples,
            bootstrap_iters=0,
            log_samples=True,
        )
    except RunnerError:
        raise
    except (KeyError, ValueError, TypeError) as error:
        raise RunnerError(
            "benchmark_failed",
            f"lm-eval could not score the benchmarks: {type(error).__name__}: {error}",
            "See the job's log; leave out the benchmark that it names.",
            field="benchmarks",
        ) from error
    return {
        benchmark.name: [
            score for leaf in leaves[benchmark.name] for score in _item_scores(result["samples"][leaf], benchmark)
        ]
        for benchmark in benchmarks
    }


def _keep_compiled_templates() -> None:
    # lm-eval compiles a task's few templates anew for every item, a third of the time on a small model.
    from lm_eval import utils

    utils.env.from_string = lru_cache(maxsize=512)(utils.env.from_string)


def _fix_shots(task: Any, seed: int) -> None:
    # lm-eval's `simple_evaluate` does this, but it would also index its 13,000 task files.
    if task.get_config("num_fewshot") is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=seed)


def _choose_samples(
    tasks: dict[str, Any], leaves: dict[str, list[str]], limit: int | None, seed: int
) -> dict[str, list[int]] | None:
    if limit is None:
        return None
    chosen: dict[str, list[int]] = {}
    for names in leaves.values():
        share = math.ceil(limit / len(names))
        for name in names:
            task = tasks[name]
            choices = task.OUTPUT_TYPE == "multiple_choice"
            strata = [_stratum(task.doc_to_target(doc)) if choices else 0 for doc in task.eval_docs]
            chosen[name] = choose_items(strata, share, f"{seed}:{name}")
    return chosen


def _stratum(target: Any) -> Hashable:
    return target if isinstance(target, (int, str)) else 0


def choose_items(strata: Sequence[Hashable], limit: int, seed: str) -> list[int]:
    """Return at most `limit` item numbers in ascending order, spread over the strata in proportion.

    The choice depends on the strata and the seed alone, so that every model meets the same items; a smaller
    limit takes a part of what a larger one takes.
    """
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, stratum in enumerate(strata):
        members[stratum].append(index)
    generator = random.Random(seed)  # noqa: S311 (a sample, no secret)
    ranked: list[tuple[float, float, int]] = []
    for key in sorted(members, key=repr):
        shuffled = members[key]
        generator.shuffle(shuffled)
        ranked += [((rank + 0.5) / len(shuffled), generator.random(), item) for rank, item in enumerate(shuffled)]
    return sorted(item for _, _, item in sorted(ranked)[:limit])


def _item_scores(samples: list[dict[str, Any]], benchmark: Any) -> list[float]:
    mine = [s for s in samples if s["filter"] == benchmark.filter]
    mine.sort(key=lambda sample: sample["doc_id"])
    return [float(sample[benchmark.metric]) for sample in mine]


def benchmark_score(benchmark: Any, items: list[float]) -> BenchmarkScore:
    """Return the wire form of one benchmark's score with its interval over items."""
    estimate = proportion_interval(items)
    binary = all(item in (0.0, 1.0) for item in items)
    return BenchmarkScore(
        name=benchmark.name,
        metric=benchmark.metric,
        version=benchmark.version,
        score=Figure(
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            unit=benchmark.unit,
            spread=f"95 % {'Wilson' if binary else 'Student'} interval over items",
            extra={"chance": benchmark.chance},
        ),
        items=items,
    )


def accuracy_figure(scores: Sequence[BenchmarkScore]) -> Figure:
    """Return the mean over benchmarks; the interval is over items, the choice of benchmarks taken as fixed."""
    strata = [Estimate(s.score.value, s.score.low, s.score.high, s.score.n) for s in scores]
    estimate = mean_of_strata(strata)
    return Figure(
        value=estimate.value,
        low=max(0.0, estimate.low),
        high=min(1.0, estimate.high),
        n=estimate.n,
        unit="fraction",
        spread="95 % interval of the mean over benchmarks, each a stratum of its items (MOVER from their intervals)",
        extra={"benchmarks": len(scores)},
    )
