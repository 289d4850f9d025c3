"""Uploaded benchmarks: what is refused and why, and one of each kind scored by lm-eval."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pareto_runner.api.app import make_app
from pareto_runner.benchmarks import resolve_benchmarks
from pareto_runner.benchmarks.own import own_dir, read_own
from pareto_runner.benchmarks.own_jsonl import read_jsonl
from pareto_runner.benchmarks.own_yaml import read_yaml
from pareto_runner.benchmarks.pocket import POCKET_TASKS_DIR
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.supervise import call_fresh
from pareto_runner.measure.accuracy import score_benchmarks
from pareto_runner.settings import Secrets, Settings
from tests.signed import KEY, SignedClient

POCKET = POCKET_TASKS_DIR.parent / "model"
CHOICE = '{"question": "Two and two is", "choices": ["three", "four"], "answer": %s}\n'
TASK = """
output_type: multiple_choice
doc_to_text: "{{ place | title }} is known for"
doc_to_choice: options
doc_to_target: "{{ right }}"
items:
  - {place: rome, options: [wine, ice], right: wine}
  - {place: oslo, options: [wine, ice], right: '1'}
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SignedClient:
    monkeypatch.setenv("PARETO_DATA", str(tmp_path))
    settings = Settings(data_dir=tmp_path, host="127.0.0.1", port=0, environment="test")
    # Not entered as a context, so that no job queue starts.
    return SignedClient(TestClient(make_app(settings, Secrets(KEY, None))))


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ('{"question": "a", "answer": "b"}\n\n{"question": }', 3, "no JSON"),
        ("[1]", 1, "not an object"),
        ('{"question": " ", "answer": "b"}', 1, "the question is missing or empty"),
        ('{"question": "a"}', 1, "the answer is missing or empty"),
        ('{"question": "a", "answer": "b\\nc"}', 1, "more than one line"),
        ('{"question": "a", "answer": "b", "code": "x"}', 1, "unknown field 'code'"),
        ('{"question": "a", "choices": ["x"], "answer": 0}', 1, "choices must be a list"),
        ('{"question": "a", "choices": ["x", "x"], "answer": 0}', 1, "two choices are the same"),
        (CHOICE % '"five"', 1, "neither one of the choices"),
        (CHOICE % "2", 1, "neither one of the choices"),
        (CHOICE % "true", 1, "neither one of the choices"),
        (CHOICE % "1" + '{"question": "a", "answer": "b"}', 2, "one kind"),
        (CHOICE % "1" + CHOICE % '"four"', 2, "the same question as in line 1"),
        ('{"question": "' + "x" * 100_001 + '", "answer": "b"}', 1, "longer than 100000"),
        ("[" * 90_000, 1, "nested too deep"),
    ],
)
def test_bad_lines_are_named(content: str, line: int, message: str) -> None:
    with pytest.raises(RunnerError, match="benchmark_invalid") as caught:
        read_jsonl(content)
    assert caught.value.field == "content"
    (problem,) = caught.value.details["problems"]
    assert problem["line"] == line
    assert message in problem["message"]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(RunnerError) as caught:
        read_jsonl("x\n" * 30)
    assert caught.value.message.startswith("Line 1: no JSON")
    assert "29 more problems" in caught.value.message
    assert len(caught.value.details["problems"]) == 20
    with pytest.raises(RunnerError, match="no item"):
        read_jsonl("\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("doc_to_choice: options", "doc_to_choice: !function utils.options"), "cannot bring code"),
        (("doc_to_choice: options", "doc_to_choice: !!python/name:os.system"), "cannot bring code"),
        (("output_type", "dataset_path: owner/name\noutput_type"), "'dataset_path' is not taken"),
        (("output_type", "include: other.yaml\noutput_type"), "'include' is not taken"),
        (("output_type", "process_results: x\noutput_type"), "'process_results' is not taken"),
        (("place | title", "place.__class__"), "uses getattr"),
        (("place | title", "place['__class__']"), "uses getitem"),
        (("place | title", "place.format()"), "uses call"),
        (("place | title", "place | attr('__class__')"), "uses filter"),
        (("{{ right }}", "{% import 'x' as y %}"), "uses import"),
        (("{{ right }}", "{{ right"), "no template"),
        (("place: oslo", "place: &x oslo, again: *x"), "aliases"),
        (("place: oslo", "place: 2020-01-01"), "something else than texts"),
        (("place: oslo", "town: oslo"), "not those of the first item"),
        (("right: '1'", "right: '2'"), "neither one of the choices"),
        (("right: '1'", "right: milk"), "neither one of the choices"),
        (("right: '1'", "right: 1"), "'right' holds a whole number, and text in the first item"),
        (("oslo, options: [wine, ice]", "oslo, options: [wine, 7]"), "a list holds a whole number and text"),
        (("{{ right }}", "{{ wrong }}"), "cannot be filled"),
        (("oslo, options: [wine, ice], right: '1'", "rome, options: [wine, ice], right: wine"), "same as item 1"),
        (("output_type: multiple_choice", "output_type: loglikelihood_rolling"), "output_type must be"),
        (("output_type", "metric_list: [{metric: code_eval}]\noutput_type"), "metric_list takes"),
        (("output_type", "filter_list: [{name: x, filter: [{function: custom}]}]\noutput_type"), "filter's function"),
        (("items:", "generation_kwargs: {do_sample: true}\nitems:"), "greedy"),
        (("items:", "items: [\n"), "no YAML"),
    ],
)
def test_yaml_that_brings_more_than_data_is_refused(change: tuple[str, str], message: str) -> None:
    assert change[0] in TASK
    with pytest.raises(RunnerError, match="benchmark_invalid") as caught:
        read_yaml(TASK.replace(*change))
    assert message in caught.value.message


def test_upload_list_and_removal_over_http(client: SignedClient) -> None:
    upload = {"name": "sums", "format": "jsonl", "content": CHOICE % "1", "title": "Sums"}
    added = client.post("/benchmarks", upload)
    assert added.status_code == 200
    info = added.json()
    assert (info["name"], info["source"], info["items"], info["chance"]) == ("sums", "own", 1, 0.5)
    assert info["availability"]["available"]
    assert client.post("/benchmarks", upload).json() == info
    assert info in client.get("/benchmarks").json()
    other = client.post("/benchmarks", {**upload, "content": CHOICE % "0"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "benchmark_exists")
    assert client.post("/benchmarks", {**upload, "name": "gsm8k"}).status_code == 409
    assert client.post("/benchmarks", {**upload, "name": "../x"}).json()["error"]["field"] == "name"
    assert client.post("/benchmarks", {**upload, "content": "x"}).json()["error"]["details"]["problems"][0]["line"] == 1
    assert client.call("DELETE", "/benchmarks/sums").json() == info
    assert client.call("DELETE", "/benchmarks/sums").status_code == 404
    assert client.call("DELETE", "/benchmarks/gsm8k").status_code == 404
    assert list(own_dir().iterdir()) == []
    changed = client.post("/benchmarks", {**upload, "content": CHOICE % "0"}).json()
    assert changed["version"] != info["version"]


def test_damaged_folder_is_left_out(client: SignedClient) -> None:
    (own_dir() / "broken").mkdir(parents=True)
    assert read_own() == ()
    assert client.get("/benchmarks").status_code == 200


def test_own_benchmarks_are_scored(client: SignedClient) -> None:
    questions = [{"question": f"{n} plus {n} is", "answer": str(2 * n)} for n in range(3)]
    answers = "\n".join(json.dumps(item) for item in questions)
    uploads: list[dict[str, Any]] = [
        {"name": "choices", "format": "jsonl", "content": CHOICE % "1"},
        {"name": "answers", "format": "jsonl", "content": answers},
        {"name": "places", "format": "yaml", "content": TASK},
    ]
    for upload in uploads:
        assert client.post("/benchmarks", upload).status_code == 200
    names = [upload["name"] for upload in uploads]
    target = {"runtime": "transformers", "path": str(POCKET), "device": "cpu", "is_artifact": False}
    chosen = {"benchmarks": resolve_benchmarks(names), "limit": None, "seed": 0}
    found = call_fresh(score_benchmarks, {**target, **chosen})["items"]
    assert {name: len(entry["scores"]) for name, entry in found.items()} == {"choices": 1, "answers": 3, "places": 2}
    assert all(score in (0.0, 1.0) for entry in found.values() for score in entry["scores"])
