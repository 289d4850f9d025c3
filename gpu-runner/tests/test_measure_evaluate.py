import json
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.benchmarks import pocket
from pareto_runner.errors import RunnerError
from pareto_runner.measure import accuracy, costs
from pareto_runner.measure.accuracy import Contender, RacePlan, score_benchmarks
from pareto_runner.measure.answers import add_answers, answers_dir, read_answers
from pareto_runner.measure.evaluate import evaluate, plan_race
from pareto_runner.measure.tasks import LoadedTasks
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import EvaluateParams, EvaluateResult, Race, Rival
from tests.fresh_context import FreshContext
from tests.tiny import make_tiny

CHOICE = """\
task: toy_choice
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: choices
doc_to_target: answer
metric_list: [{{metric: acc, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
"""
FREE = """\
task: toy_free
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "mat"
generation_kwargs: {{until: ["\\n"], max_gen_toks: 4, do_sample: false}}
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
"""


@pytest.fixture(scope="module")
def context(data_dir: Path) -> FreshContext:
    make_tiny(data_dir / "artifacts" / "abc123")
    return FreshContext(data_dir)


@pytest.fixture
def toy_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"question": f"the cat sat on {i}", "choices": ["mat", "dog", "far"], "answer": i % 3} for i in range(60)]
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(json.dumps(item) for item in items))
    (tmp_path / "choice.yaml").write_text(CHOICE.format(file=file))
    (tmp_path / "free.yaml").write_text(FREE.format(file=file))
    entry = {"title": "T", "like": "arc", "unit": "fraction", "direction": "max", "chance": 0.3, "items": 60}
    index = [
        {**entry, "name": "toy_choice", "metric": "acc", "version": 1.0},
        {**entry, "name": "toy_free", "metric": "exact_match", "version": 1.0},
    ]
    (tmp_path / "index.json").write_text(json.dumps(index))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pocket, "POCKET_TASKS_DIR", tmp_path)


def params(**changes: Any) -> EvaluateParams:
    values = {"model": "pocket", "artifact": "abc123", "benchmarks": ["toy_choice", "toy_free"], "limit": 12}
    return EvaluateParams(**{**values, **changes})


@pytest.mark.usefixtures("toy_tasks")
def test_all_figures_of_one_artifact(context: FreshContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "MAX_ROUNDS", 2)
    monkeypatch.setattr(costs, "MIN_ROUNDS", 2)
    context.stages.clear()
    result = evaluate(params(), context)
    for figure in (result.latency_ms, result.memory_gb, result.co2_grams, result.accuracy, result.perplexity):
        assert figure.low <= figure.value <= figure.high
        assert figure.value >= 0
        assert figure.n > 1
        assert figure.spread
    assert [len(b.items) for b in result.benchmarks] == [12, 12]
    assert [len(b.item_ids) for b in result.benchmarks] == [12, 12]
    assert EvaluateResult.model_validate_json(result.model_dump_json()) == result
    fractions = [fraction for _, fraction in context.stages]
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1.0
    assert result.memory_gb.value < 0.05
    assert result.co2_grams.extra["source"] in ("estimate", "RAPL")
    assert result.latency_ms.extra["p95_ms"] > 0


@pytest.mark.usefixtures("toy_tasks")
def test_a_race_against_stored_answers_ends_early(context: FreshContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "MAX_ROUNDS", 1)
    monkeypatch.setattr(costs, "MIN_ROUNDS", 1)
    alone = evaluate(params(limit=None, race=Race(floor=0.1)), context)
    assert (alone.early_stop, alone.accuracy_delta) == (None, None)
    assert [len(b.items) for b in alone.benchmarks] == [60, 60]

    revision = inspect_model("pocket").revision
    own = answers_dir(revision, "abc123", "transformers", "cpu")
    baseline = answers_dir(revision, None, "transformers", "cpu")
    for file in own.glob("*/*.json"):
        # A baseline that answers everything, stored as if it had been measured before.
        add_answers(baseline, file.parent.name, file.stem, dict.fromkeys(range(60), 1.0))
    raced = evaluate(params(limit=None, race=Race(floor=0.1)), context)
    assert raced.early_stop is not None
    assert (raced.early_stop.decision, raced.early_stop.against) == ("drop", "floor")
    assert 32 <= raced.early_stop.items_used < raced.early_stop.items_total == 120
    assert raced.accuracy.n == raced.early_stop.items_used
    assert raced.accuracy_delta is not None
    assert raced.accuracy_delta.high < -0.1
    # What is computed must agree to the last digit; what is timed may not be asserted.
    assert raced.model_size_gb == alone.model_size_gb
    assert raced.perplexity == alone.perplexity
    for some, whole in zip(raced.benchmarks, alone.benchmarks, strict=True):
        assert [whole.items[number] for number in some.item_ids] == some.items
    # What a dropped candidate answered is kept beside what it had answered before.
    assert all(len(read_answers(own, file.parent.name, file.stem)) == 60 for file in own.glob("*/*.json"))


def test_only_rivals_that_cost_no_more_are_raced_against() -> None:
    costs = {"latency_ms": 2.0, "memory_gb": 0.1, "model_size_gb": 0.01, "co2_grams": 0.5}
    rivals = [
        Rival(artifact="same", runtime="transformers", **costs),
        Rival(artifact="slower", runtime="transformers", **{**costs, "latency_ms": 2.1}),
        Rival(artifact=None, runtime="onnxruntime", **{**costs, "co2_grams": 0.1}),
    ]

    def folder(artifact: str | None, runtime: str) -> Path:
        return Path(runtime) / str(artifact)

    plan = plan_race(Race(floor=0.05, rivals=rivals, tolerance=0.02), costs, folder)
    assert [(c.name, str(c.folder), c.allowed) for c in plan.contenders] == [
        ("same", "transformers/same", 0.02),
        ("baseline", "onnxruntime/None", 0.02),
        ("floor", "transformers/None", 0.05),
    ]
    assert [c.name for c in plan_race(Race(rivals=rivals), costs, folder).contenders] == ["same", "baseline"]


@pytest.mark.usefixtures("toy_tasks")
def test_proxy_asks_a_part_of_what_a_full_run_asks(context: FreshContext) -> None:
    def ask(**options: Any) -> dict[str, Any]:
        target = {"runtime": "transformers", "path": str(context.artifacts_dir / "abc123"), "device": "cpu"}
        benchmarks = list(pocket.read_pocket_benchmarks(pocket.POCKET_TASKS_DIR))
        kwargs = {**target, "is_artifact": True, "benchmarks": benchmarks, "seed": 3, **options}
        return dict(context.spawn_measure(score_benchmarks, kwargs)["items"])

    proxy, limited = ask(limit=None, mode="proxy"), ask(limit=20)
    for name in ("toy_choice", "toy_free"):
        assert (len(proxy[name]["ids"]), len(limited[name]["ids"]), proxy[name]["total"]) == (16, 20, 60)
        assert set(proxy[name]["ids"]) < set(limited[name]["ids"])
        assert proxy[name]["fingerprint"] == limited[name]["fingerprint"]
    rights = [number % 3 for number in proxy["toy_choice"]["ids"]]
    assert sorted(rights.count(answer) for answer in range(3)) == [5, 5, 6]


@pytest.mark.usefixtures("toy_tasks")
def test_a_survivor_is_asked_nothing_twice(
    context: FreshContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    told: list[str] = []
    score = LoadedTasks.score

    def listen(self: LoadedTasks, lm: Any, block: dict[str, list[int]]) -> Any:
        asked.extend((name, number) for name, numbers in block.items() for number in numbers)
        return score(self, lm, block)

    monkeypatch.setattr(LoadedTasks, "score", listen)
    monkeypatch.setattr(accuracy, "report_progress", lambda span, fraction, message: told.append(message))
    benchmarks = list(pocket.read_pocket_benchmarks(pocket.POCKET_TASKS_DIR))
    path = str(context.artifacts_dir / "abc123")

    def run(race: RacePlan | None) -> dict[str, Any]:
        asked.clear()
        told.clear()
        return score_benchmarks("transformers", path, "cpu", True, benchmarks, None, 3, race=race)

    everything = run(None)["items"]
    assert not any("screening" in message for message in told)
    for name, found in everything.items():
        add_answers(tmp_path, name, found["fingerprint"], dict(zip(found["ids"], found["scores"], strict=True)))
    raced = run(RacePlan((Contender("itself", tmp_path, 0.01),), alpha=0.05, stop_kept=False))
    assert (raced["against"], raced["race"], raced["items"]) == ("itself", None, everything)
    assert sorted(asked) == sorted((name, number) for name, found in everything.items() for number in found["ids"])
    assert told[0].startswith("screening, ")
    assert told[-1] == "past screening, 120 of 120 items"


@pytest.mark.usefixtures("toy_tasks")
def test_errors_name_the_field_before_any_time_is_spent(context: FreshContext) -> None:
    context.stages.clear()
    for changes, code, field in (
        ({"benchmarks": ["toy_choic"]}, "unknown_benchmark", "benchmarks"),
        ({"region": "NOWHERE"}, "unknown_region", "region"),
        ({"artifact": "0000"}, "artifact_not_found", "artifact"),
        ({"artifact": "../abc123"}, "artifact_not_found", "artifact"),
        ({"runtime": "abacus"}, "unknown_runtime", "runtime"),
    ):
        with pytest.raises(RunnerError) as caught:
            evaluate(params(**changes), context)
        assert (caught.value.code, caught.value.field) == (code, field)
        assert caught.value.remedy
    assert context.stages == []


@pytest.mark.usefixtures("toy_tasks")
def test_a_broken_artifact_fails_with_its_cause(context: FreshContext) -> None:
    broken = context.artifacts_dir / "b0b0"
    make_tiny(broken)
    (broken / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(RunnerError) as caught:
        evaluate(params(artifact="b0b0"), context)
    assert caught.value.code == "artifact_unloadable"
