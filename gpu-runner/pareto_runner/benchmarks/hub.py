"""Well-known benchmarks by lm-eval's own names; metric, version and size as in lm-eval 0.4.13."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from pareto_runner.benchmarks.definition import Benchmark


def _tasks_dir(folder: str) -> Path:
    # Found without importing lm_eval, which would slow down every start of the API process.
    spec = importlib.util.find_spec("lm_eval")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("lm_eval is not installed; install gpu-runner/requirements.txt")
    return Path(spec.origin).parent / "tasks" / folder


HUB_BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark(
        name="gsm8k",
        title="GSM8K: grade-school word problems, 5-shot",
        like="gsm8k",
        metric="exact_match",
        chance=0.0,
        items=1319,
        version="3.0",
        tasks_dir=_tasks_dir("gsm8k"),
        dataset="openai/gsm8k",
        filter="strict-match",
    ),
    Benchmark(
        name="arc_easy",
        title="ARC easy: school science",
        like="arc_easy",
        metric="acc_norm",
        chance=0.25,
        items=2376,
        version="1.0",
        tasks_dir=_tasks_dir("arc"),
        dataset="allenai/ai2_arc",
    ),
    Benchmark(
        name="arc_challenge",
        title="ARC challenge: harder school science",
        like="arc_challenge",
        metric="acc_norm",
        chance=0.25,
        items=1172,
        version="1.0",
        tasks_dir=_tasks_dir("arc"),
        dataset="allenai/ai2_arc",
    ),
    Benchmark(
        name="hellaswag",
        title="HellaSwag: plausible endings",
        like="hellaswag",
        metric="acc_norm",
        chance=0.25,
        items=10042,
        version="1.0",
        tasks_dir=_tasks_dir("hellaswag"),
        dataset="Rowan/hellaswag",
    ),
    Benchmark(
        name="winogrande",
        title="WinoGrande: pronouns",
        like="winogrande",
        metric="acc",
        chance=0.5,
        items=1267,
        version="1.0",
        tasks_dir=_tasks_dir("winogrande"),
        dataset="allenai/winogrande",
    ),
    Benchmark(
        name="truthfulqa_mc2",
        title="TruthfulQA: weight on the true answers",
        like="truthfulqa_mc2",
        metric="acc",
        chance=None,
        items=817,
        version="3.0",
        tasks_dir=_tasks_dir("truthfulqa"),
        dataset="truthfulqa/truthful_qa",
    ),
    Benchmark(
        name="mmlu",
        title="MMLU: 57 subjects",
        like="mmlu",
        metric="acc",
        chance=0.25,
        items=14042,
        version="2",
        tasks_dir=_tasks_dir("mmlu"),
        dataset="cais/mmlu",
    ),
    Benchmark(
        name="piqa",
        title="PIQA: physical sense",
        like="piqa",
        metric="acc_norm",
        chance=0.5,
        items=1838,
        version="1.0",
        tasks_dir=_tasks_dir("piqa"),
        dataset="baber/piqa",
    ),
    Benchmark(
        name="commonsense_qa",
        title="CommonsenseQA: everyday knowledge",
        like="commonsense_qa",
        metric="acc",
        chance=0.2,
        items=1221,
        version="Yaml",
        tasks_dir=_tasks_dir("commonsense_qa"),
        dataset="tau/commonsense_qa",
    ),
)
