import json
from pathlib import Path
from typing import Any

import pytest

from pareto_runner.benchmarks import pocket
from pareto_runner.errors import RunnerError
from pareto_runner.measure import evaluate as module
from pareto_runner.measure.evaluate import evaluate
from pareto_runner.schemas import EvaluateParams, EvaluateResult
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
def context(tmp_path_factory: pytest.TempPathFactory) -> FreshContext:
    folder = tmp_path_factory.mktemp("data")
    make_tiny(folder / "artifacts" / "abc123")
    return FreshContext(folder)


@pytest.fixture
def toy_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"question": f"the cat sat on {i}", "choices": ["mat", "dog", "far"], "answer": i % 3} for i in range(30)]
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(json.dumps(item) for item in items))
    (tmp_path / "choice.yaml").write_text(CHOICE.format(file=file))
    (tmp_path / "free.yaml").write_text(FREE.format(file=file))
    entry = {"title": "T", "like": "arc", "unit": "fraction", "direction": "max", "chance": 0.3, "items": 30}
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
def test_the_same_artifact_twice(context: FreshContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUNDS", 2)
    first = evaluate(params(), context)
    second = evaluate(params(), context)
    for figure in (first.latency_ms, first.memory_gb, first.co2_grams, first.accuracy, first.perplexity):
        assert figure.low <= figure.value <= figure.high
        assert figure.value >= 0
        assert figure.n > 1
        assert figure.spread
    # What is computed must agree to the last digit; what is timed may not be asserted.
    assert [b.items for b in first.benchmarks] == [b.items for b in second.benchmarks]
    assert first.accuracy == second.accuracy
    assert first.model_size_gb == second.model_size_gb
    assert first.perplexity.value == pytest.approx(second.perplexity.value)
    assert [len(b.items) for b in first.benchmarks] == [12, 12]
    assert EvaluateResult.model_validate_json(first.model_dump_json()) == first
    fractions = [fraction for _, fraction in context.stages[: len(context.stages) // 2]]
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1.0
    assert first.memory_gb.value < 0.05
    assert first.co2_grams.extra["source"] in ("estimate", "RAPL")
    assert first.latency_ms.extra["p95_ms"] > 0


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
