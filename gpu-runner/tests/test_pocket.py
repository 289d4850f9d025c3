"""The pocket model and its benchmarks: no leak, distinct items, the same text for a seed."""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from pocket.benchmarks import BENCHMARKS, SPLITS, make_items
from pocket.corpus import World, stream_documents

POCKET = Path(__file__).parents[1] / "pocket"
TASKS = POCKET / "tasks"
NAMES = [benchmark.name for benchmark in BENCHMARKS]
# The seed of the committed model: the sample is the beginning of what it was trained on.
TRAINING_SEED = 1


def read_rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TASKS / name).read_text(encoding="utf-8").splitlines()]


@cache
def world() -> World:
    return World.build()


@cache
def training_text() -> str:
    """Each document follows a newline, which a probe may use to mean the start of a line."""
    documents = islice(stream_documents(TRAINING_SEED, world()), 8_000)
    return "\n" + "\n".join(documents)


def find_leak(probes: list[str], text: str) -> str | None:
    return next((probe for probe in probes if probe in text), None)


@pytest.mark.parametrize("suffix", ["", ".validation"])
@pytest.mark.parametrize("name", NAMES)
def test_held_out_items_do_not_occur_in_training(name: str, suffix: str) -> None:
    rows = read_rows(f"{name}{suffix}.jsonl")
    assert all(row["probes"] for row in rows)
    leaks = [leak for row in rows if (leak := find_leak(row["probes"], training_text()))]
    assert leaks == []


@pytest.mark.parametrize("name", NAMES)
def test_the_leak_check_finds_an_item_that_leaked(name: str) -> None:
    # One item is put into the text as a training document would hold it: a check that does not
    # fire then would prove nothing about the others.
    benchmark = next(b for b in BENCHMARKS if b.name == name)
    rows = read_rows(f"{name}.jsonl")
    text = training_text() + "\n" + f"{rows[0]['prompt']} {rows[0]['answer']}"
    if benchmark.name == "pocket_arithmetic":
        text += rows[0]["probes"][0]
    assert find_leak(rows[0]["probes"], text)


def test_held_out_documents_do_not_occur_in_training() -> None:
    documents = (TASKS / "perplexity.txt").read_text(encoding="utf-8").strip().split("\n\n")
    assert len(documents) == 100
    natural = set(world().natural)
    assert [d for d in documents if d in natural or f"\n{d}\n" in training_text()] == []


@pytest.mark.parametrize("name", NAMES)
def test_items_are_distinct_and_complete(name: str) -> None:
    rows = {
        split: read_rows(f"{name}{suffix}.jsonl") for split, suffix in (("test", ""), ("validation", ".validation"))
    }
    for split, count in SPLITS.items():
        assert len({row["prompt"] for row in rows[split]}) == len(rows[split]) == count
    probes = {probe for row in rows["test"] for probe in row["probes"]}
    assert not probes & {probe for row in rows["validation"] for probe in row["probes"]}
    for row in rows["test"]:
        if "choices" in row:
            assert row["choices"][row["target"]] == row["answer"]
            assert len(set(row["choices"])) == len(row["choices"])


def test_the_corpus_and_the_items_are_the_same_for_a_seed() -> None:
    first = list(islice(stream_documents(5, world()), 500))
    assert first == list(islice(stream_documents(5, world()), 500))
    assert first != list(islice(stream_documents(6, world()), 500))
    benchmark = BENCHMARKS[0]
    assert make_items(benchmark, TRAINING_SEED, "test") == read_rows(f"{benchmark.name}.jsonl")


def test_the_index_names_every_task_file() -> None:
    index = json.loads((TASKS / "index.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in index] == NAMES
    assert sorted(path.stem for path in TASKS.glob("*.yaml")) == sorted(NAMES)


def test_the_calibration_text_is_long_enough() -> None:
    rows = read_rows("calibration.jsonl")
    assert len(rows) >= 512
    assert all(row["text"].strip() for row in rows)


def test_the_model_loads_and_beats_chance() -> None:
    tokenizer = AutoTokenizer.from_pretrained(POCKET / "model")
    model = AutoModelForCausalLM.from_pretrained(POCKET / "model").float().eval()
    rows = read_rows("pocket_people.jsonl")[:50]
    texts = [f"{row['prompt']} {choice}" for row in rows for choice in row["choices"]]
    encoded = tokenizer(texts, padding=True, padding_side="right", return_tensors="pt")
    with torch.no_grad():
        logits = model(**encoded).logits[:, :-1].log_softmax(-1)
    ids, mask = encoded["input_ids"][:, 1:], encoded["attention_mask"][:, 1:].clone()
    scores = logits.gather(-1, ids[..., None])[..., 0]
    right = first = 0
    for row in rows:
        mask[first : first + len(row["choices"]), : len(tokenizer(row["prompt"])["input_ids"]) - 1] = 0
        last = first + len(row["choices"])
        right += int((scores * mask)[first:last].sum(-1).argmax()) == row["target"]
        first = last
    # 50 guesses among four reach 23 with a probability below 0.1 %.
    assert right >= 23


def test_a_prompt_that_ends_in_a_newline_is_cut_as_in_training() -> None:
    tokenizer = AutoTokenizer.from_pretrained(POCKET / "model")
    head, tail = "def f(x):\n", "    return x"
    whole = tokenizer(head + tail)["input_ids"]
    assert whole[: len(tokenizer(head)["input_ids"])] == tokenizer(head)["input_ids"]
    assert tokenizer.decode(whole, skip_special_tokens=True) == head + tail
