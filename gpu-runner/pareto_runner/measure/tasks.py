"""Benchmarks as lm-eval loads them: items numbered through all sub-tasks, scored in any parts and any order."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pareto_runner.benchmarks.definition import Benchmark
from pareto_runner.benchmarks.files import serve_files
from pareto_runner.errors import RunnerError


class LoadedTasks:
    """The benchmarks' items. An item's number is its place in the benchmark, counted through its sub-tasks."""

    def __init__(self, benchmarks: Sequence[Benchmark], seed: int) -> None:
        from lm_eval.tasks import TaskManager

        _keep_compiled_templates()
        serve_files(benchmarks)
        self._seed = seed
        self._benchmarks = {benchmark.name: benchmark for benchmark in benchmarks}
        folders = sorted({str(benchmark.tasks_dir) for benchmark in benchmarks})
        manager = TaskManager(include_path=folders, include_defaults=False)
        self._leaves: dict[str, dict[str, Any]] = {}
        for benchmark in benchmarks:
            self._leaves[benchmark.name] = dict(manager.load([benchmark.name])["tasks"])
            for task in self._leaves[benchmark.name].values():
                _fix_shots(task, seed)

    def strata(self, name: str) -> list[Hashable]:
        """Return each item's stratum: its sub-task and, of multiple choice, which answer is right."""
        found: list[Hashable] = []
        for leaf, task in self._leaves[name].items():
            choices = task.OUTPUT_TYPE == "multiple_choice"
            targets = (task.doc_to_target(doc) if choices else 0 for doc in task.eval_docs)
            found += [(leaf, target if isinstance(target, (int, str)) else 0) for target in targets]
        return found

    def fingerprint(self, name: str) -> str:
        """Return a hash of all that an item's score depends on besides the model: items, examples shown, version."""
        digest = hashlib.sha256(f"{self._benchmarks[name].version};{self._benchmarks[name].metric}".encode())
        for leaf, task in self._leaves[name].items():
            shots = int(task.get_config("num_fewshot"))
            digest.update(f"{leaf};{shots};{self._seed if shots else ''}".encode())
            for doc in task.eval_docs:
                digest.update(repr(doc).encode())
        return digest.hexdigest()[:16]

    def score(self, lm: Any, wanted: Mapping[str, Sequence[int]]) -> dict[str, dict[int, float]]:
        """Return the scores of the wanted items by number, per benchmark.

        Raises:
            RunnerError: `benchmark_failed`, or what the model's own process raises.
        """
        from lm_eval.evaluator import evaluate

        tasks: dict[str, Any] = {}
        samples: dict[str, list[int]] = {}
        starts: dict[str, list[tuple[str, int]]] = {name: [] for name in wanted}
        for name, numbers in wanted.items():
            start = 0
            for leaf, task in self._leaves[name].items():
                size = len(task.eval_docs)
                mine = sorted(number - start for number in numbers if start <= number < start + size)
                if mine:
                    tasks[leaf], samples[leaf] = task, mine
                    starts[name].append((leaf, start))
                start += size
        try:
            result = evaluate(
                lm=lm,
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
            name: {
                start + int(sample["doc_id"]): float(sample[self._benchmarks[name].metric])
                for leaf, start in starts[name]
                for sample in result["samples"][leaf]
                if sample["filter"] == self._benchmarks[name].filter
            }
            for name in wanted
        }


def _keep_compiled_templates() -> None:
    # lm-eval compiles a task's few templates anew for every item, a third of the time on a small model.
    from lm_eval import utils

    if not hasattr(utils.env.from_string, "cache_info"):
        utils.env.from_string = lru_cache(maxsize=512)(utils.env.from_string)


def _fix_shots(task: Any, seed: int) -> None:
    # lm-eval's `simple_evaluate` sets these too, but it would also index its 13,000 task files.
    if task.get_config("num_fewshot") is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=seed)
    if not task.get_config("num_fewshot"):
        return
    plain = task.fewshot_context

    def draw_by_item(doc: Any, *args: Any, **kwargs: Any) -> Any:
        # lm-eval draws one item's examples after another's from a single stream, so that a prompt would depend on
        # which items came before it, and two models scored on different parts could not be compared item by item.
        digest = hashlib.sha256(f"{seed};{doc!r}".encode()).digest()
        task.set_fewshot_seed(seed=int.from_bytes(digest[:8], "big"))
        return plain(doc, *args, **kwargs)

    task.fewshot_context = draw_by_item
