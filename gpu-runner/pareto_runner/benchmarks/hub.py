"""Well-known benchmarks by lm-eval's own names; metric, version and size as in lm-eval 0.4.13."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from pareto_runner.benchmarks.definition import Benchmark

OWN_TASKS = Path(__file__).parent / "tasks"


def _define(name: str, title: str, tasks: str | Path, dataset: str, **more: Any) -> Benchmark:
    folder = tasks if isinstance(tasks, Path) else _lm_eval_tasks() / tasks
    defaults: dict[str, Any] = {"like": name, "source": "hub", "version": "1.0"}
    return Benchmark(name=name, title=title, tasks_dir=folder, dataset=dataset, **{**defaults, **more})


def _lm_eval_tasks() -> Path:
    # Found without importing lm_eval, which would slow down every start of the API process.
    spec = importlib.util.find_spec("lm_eval")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("lm_eval is not installed; install gpu-runner/requirements.txt")
    return Path(spec.origin).parent / "tasks"


GSM8K: dict[str, Any] = {
    "like": "gsm8k",
    "metric": "exact_match",
    "filter": "strict-match",
    "chance": 0.0,
    "items": 1319,
    "version": "3.0",
    "configs": ("main",),
}
ARC: dict[str, Any] = {"metric": "acc_norm", "chance": 0.25}
TRUTHFUL: dict[str, Any] = {
    "metric": "acc",
    "chance": None,
    "items": 817,
    "configs": ("multiple_choice",),
    "splits": ("validation",),
}
# (subset, items, choices) as in lm-eval's group; of BIG-Bench Hard it leaves out the three with free answers.
BBH_SUBSETS: tuple[tuple[str, int, int], ...] = (
    ("boolean_expressions", 250, 2),
    ("causal_judgement", 187, 2),
    ("date_understanding", 250, 6),
    ("disambiguation_qa", 250, 3),
    ("formal_fallacies", 250, 2),
    ("geometric_shapes", 250, 11),
    ("hyperbaton", 250, 2),
    ("logical_deduction_five_objects", 250, 5),
    ("logical_deduction_seven_objects", 250, 7),
    ("logical_deduction_three_objects", 250, 3),
    ("movie_recommendation", 250, 6),
    ("navigate", 250, 2),
    ("object_counting", 250, 19),
    ("penguins_in_a_table", 146, 5),
    ("reasoning_about_colored_objects", 250, 18),
    ("ruin_names", 250, 6),
    ("salient_translation_error_detection", 250, 6),
    ("snarks", 178, 2),
    ("sports_understanding", 250, 2),
    ("temporal_sequences", 250, 4),
    ("tracking_shuffled_objects_five_objects", 250, 5),
    ("tracking_shuffled_objects_seven_objects", 250, 7),
    ("tracking_shuffled_objects_three_objects", 250, 3),
    ("web_of_lies", 250, 2),
)
BBH_ITEMS = sum(items for _, items, _ in BBH_SUBSETS)
BBH: dict[str, Any] = {"like": "bbh", "metric": "acc_norm"}

HUB_BENCHMARKS: tuple[Benchmark, ...] = (
    _define(
        "gsm8k",
        "GSM8K: grade-school word problems, 5-shot",
        "gsm8k",
        "openai/gsm8k",
        **{**GSM8K, "splits": ("test", "train")},
    ),
    _define(
        "gsm8k_cot",
        "GSM8K: grade-school word problems, 8 worked examples",
        "gsm8k",
        "openai/gsm8k",
        **GSM8K,
    ),
    _define(
        "humaneval",
        "HumanEval: Python functions, run against their tests in a sandbox",
        OWN_TASKS / "humaneval",
        "openai/openai_humaneval",
        metric="pass@1",
        chance=0.0,
        items=164,
        configs=("openai_humaneval",),
        runs_code=True,
    ),
    _define(
        "leaderboard_bbh",
        "BIG-Bench Hard: 24 hard tasks, 3-shot",
        "leaderboard/bbh_mc",
        "SaylorTwift/bbh",
        **BBH,
        chance=round(sum(items / choices for _, items, choices in BBH_SUBSETS) / BBH_ITEMS, 4),
        items=BBH_ITEMS,
        configs=tuple(subset for subset, _, _ in BBH_SUBSETS),
    ),
    *(
        _define(
            f"leaderboard_bbh_{subset}",
            f"BIG-Bench Hard: {subset.replace('_', ' ')}, 3-shot",
            "leaderboard/bbh_mc",
            "SaylorTwift/bbh",
            **BBH,
            chance=round(1 / choices, 4),
            items=items,
            configs=(subset,),
            part_of="leaderboard_bbh",
        )
        for subset, items, choices in BBH_SUBSETS
    ),
    _define("arc_easy", "ARC easy: school science", "arc", "allenai/ai2_arc", **ARC, items=2376, configs=("ARC-Easy",)),
    _define(
        "arc_challenge",
        "ARC challenge: harder school science",
        "arc",
        "allenai/ai2_arc",
        **ARC,
        items=1172,
        configs=("ARC-Challenge",),
    ),
    _define(
        "hellaswag",
        "HellaSwag: plausible endings",
        "hellaswag",
        "Rowan/hellaswag",
        metric="acc_norm",
        chance=0.25,
        items=10042,
        splits=("validation",),
    ),
    _define(
        "winogrande",
        "WinoGrande: pronouns",
        "winogrande",
        "allenai/winogrande",
        metric="acc",
        chance=0.5,
        items=1267,
        configs=("winogrande_xl",),
        splits=("validation",),
    ),
    _define(
        "truthfulqa_mc1",
        "TruthfulQA: the one true answer",
        "truthfulqa",
        "truthfulqa/truthful_qa",
        **{**TRUTHFUL, "version": "2.0"},
    ),
    _define(
        "truthfulqa_mc2",
        "TruthfulQA: weight on the true answers",
        "truthfulqa",
        "truthfulqa/truthful_qa",
        **{**TRUTHFUL, "version": "3.0"},
    ),
    _define(
        "mmlu",
        "MMLU: 57 subjects",
        "mmlu/default",
        "cais/mmlu",
        metric="acc",
        chance=0.25,
        items=14042,
        version="2",
        configs=None,
    ),
    _define(
        "piqa",
        "PIQA: physical sense",
        "piqa",
        "baber/piqa",
        metric="acc_norm",
        chance=0.5,
        items=1838,
        splits=("validation",),
    ),
    _define(
        "commonsense_qa",
        "CommonsenseQA: everyday knowledge",
        "commonsense_qa",
        "tau/commonsense_qa",
        metric="acc",
        chance=0.2,
        items=1221,
        # lm-eval gives this task no version.
        version="lm-eval 0.4.13",
        splits=("validation",),
    ),
)
