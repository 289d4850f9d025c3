"""The search: a legal pool, candidates that keep every rule whatever the history, and the same reply twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from pareto_runner.api.app import make_app
from pareto_runner.methods import find_method
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import ModelFacts, Recipe
from pareto_runner.search.answer import answer
from pareto_runner.search.figures import OBJECTIVES
from pareto_runner.search.pool import legal_pool
from pareto_runner.search.propose import propose
from pareto_runner.search.schemas import Figures, Observation, SearchReply, SearchRequest
from pareto_runner.search.space import complete, key_of
from pareto_runner.search.state import make_state
from pareto_runner.search.strategies import STRATEGIES, find_strategy
from pareto_runner.settings import Secrets, load_settings
from pareto_runner.validation import check_recipe
from tests.runtimes_here import needs_onnxruntime
from tests.signed import KEY, SignedClient

BASELINE = dict(zip(OBJECTIVES, (0.5, 1.7, 0.01, 0.003, 0.0009), strict=True))
NAMES = [strategy.name for strategy in STRATEGIES]


@pytest.fixture(scope="module")
def facts() -> ModelFacts:
    return inspect_model("pocket")


@pytest.fixture(scope="module")
def api(data_dir: Path) -> Iterator[SignedClient]:
    with TestClient(make_app(load_settings(), Secrets(KEY, None)), raise_server_exceptions=False) as client:
        yield SignedClient(client)


def observe(recipe: Recipe, ratios: list[float] | None) -> dict[str, Any]:
    """One entry of a history; without ratios it failed."""
    if ratios is None:
        return {"recipe": recipe.model_dump(), "error": "it failed"}
    figures = {name: ratio * BASELINE[name] for name, ratio in zip(OBJECTIVES, ratios, strict=True)}
    return {"recipe": recipe.model_dump(), "figures": figures}


def ask(facts: ModelFacts, **more: Any) -> SearchReply:
    return answer(SearchRequest.model_validate({"model": "pocket", "baseline": BASELINE, **more}), facts)


def expected_ratios(facts: ModelFacts, index: int) -> list[float]:
    """Plausible figures of a recipe of the pool: what the prior says of it."""
    return [float(x) for x in np.exp(legal_pool(facts).mean[index])]


@needs_onnxruntime
def test_pool_is_legal_and_holds_nothing_twice(facts: ModelFacts) -> None:
    pool = legal_pool(facts)
    assert len(pool) > 1_000
    assert len(set(pool.keys)) == len(pool)
    assert {len(recipe.steps) for recipe in pool.recipes} == {0, 1, 2}
    assert {recipe.runtime for recipe in pool.recipes} >= {"transformers", "onnxruntime"}
    for recipe in pool.recipes[::7]:
        assert check_recipe(recipe, facts) == []
        assert complete(recipe) == recipe


@pytest.mark.parametrize("strategy", NAMES)
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_candidates_keep_every_rule(strategy: str, facts: ModelFacts, data: st.DataObject) -> None:
    pool = legal_pool(facts)
    tried = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=12, unique=True))
    failed = data.draw(st.sets(st.sampled_from(tried))) if tried else set()
    refused = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=3))
    forbidden = data.draw(st.lists(st.sampled_from(["gptq", "rtn", "structured"]), max_size=2, unique=True))
    history = [observe(pool.recipes[i], None if i in failed else expected_ratios(facts, i)) for i in tried]
    request = {
        "strategy": strategy,
        "history": history,
        "refused": [pool.recipes[i].model_dump() for i in refused],
        "rules": {"forbidden": forbidden},
        "seed": data.draw(st.integers(0, 9)),
        "count": 5,
    }
    reply = ask(facts, **request)
    keys = [key_of(candidate.recipe) for candidate in reply.candidates]
    assert len(keys) == len(set(keys)) == 5
    assert not {pool.keys[i] for i in (*tried, *refused)}.intersection(keys)
    for candidate in reply.candidates:
        assert check_recipe(candidate.recipe, facts) == []
        assert not set(forbidden).intersection(step.method for step in candidate.recipe.steps)
        assert candidate.gain.mean >= 0
        for expected in candidate.expected.values():
            assert 0 < expected.low <= expected.ratio <= expected.high
    again = ask(facts, **request)
    assert again.model_copy(update={"seconds": 0}) == reply.model_copy(update={"seconds": 0})


def test_pinned_methods_are_in_every_candidate(facts: ModelFacts) -> None:
    reply = ask(facts, rules={"pinned": ["structured"]})
    assert reply.pins == 1
    for candidate in reply.candidates:
        assert "structured" in {step.method for step in candidate.recipe.steps}
    # No recipe holds all three: those that hold two are left.
    for candidate in ask(facts, rules={"pinned": ["structured", "gptq", "rtn"]}).candidates:
        assert len({"structured", "gptq", "rtn"}.intersection(step.method for step in candidate.recipe.steps)) == 2


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ({"forbidden": ["pruning"]}, lambda each: each <= {"quantization", "asvd", "distillation", "lora", "qlora"}),
        ({"allowed": ["quantization"]}, lambda each: each <= {"quantization"}),
        ({"forbidden": ["training"]}, lambda each: each <= {"quantization", "pruning", "asvd"}),
    ],
)
def test_kinds_of_steps_are_ruled(facts: ModelFacts, rules: dict[str, Any], kept: Callable[[set[str]], bool]) -> None:
    candidates = ask(facts, rules=rules, count=100).candidates
    assert len(candidates) == 100
    for candidate in candidates:
        assert kept({find_method(step.method).action for step in candidate.recipe.steps})
        if rules == {"forbidden": ["training"]}:
            assert not any(step.params.get("recovery_steps") for step in candidate.recipe.steps)


def test_widths_are_ruled(facts: ModelFacts) -> None:
    widths: dict[str, set[float]] = {}
    for candidate in ask(facts, rules={"allowed": ["4-bit"]}, count=100).candidates:
        for step in candidate.recipe.steps:
            widths.setdefault(step.method, set()).add(step.params.get("bits", 4))
    assert {"gptq", "rtn", "nf4"} <= set(widths)
    assert not {"structured", "int8", "mixed"} & set(widths)
    assert {bits for found in widths.values() for bits in found} == {4}


def test_an_alternative_step_keeps_the_rules_too(facts: ModelFacts) -> None:
    when = {"figure": "perplexity_ratio", "op": "below", "value": 1.1, "otherwise": [{"method": "lora", "params": {}}]}
    steps = [{"method": "structured", "params": {"ffn_ratio": 0.25}, "when": when}]
    (proposal,) = ask(facts, rules={"forbidden": ["training"]}, proposals=[{"steps": steps}]).proposals
    assert [(problem.code, problem.message) for problem in proposal.problems] == [
        ("method_forbidden", "A person forbade training.")
    ]


def test_constraints_are_respected(facts: ModelFacts) -> None:
    pool = legal_pool(facts)
    history = [observe(pool.recipes[i], expected_ratios(facts, i)) for i in range(0, 400, 40)]
    constraints = [
        {"objective": "model_size_gb", "bound": 0.5 * BASELINE["model_size_gb"]},
        {"objective": "accuracy", "bound": 0.9, "relative": True},
    ]
    found = ask(facts, history=history, constraints=constraints).candidates
    assert found[0].expected["accuracy"].ratio >= 0.9
    for candidate in found:
        assert candidate.expected["model_size_gb"].ratio <= 0.5
        assert candidate.expected["accuracy"].high >= 0.9
        assert candidate.feasible > 0.25


@needs_onnxruntime
def test_proposals_are_answered_one_by_one(facts: ModelFacts) -> None:
    tried = {"steps": [{"method": "rtn", "params": {"bits": 8}}], "runtime": "onnxruntime"}
    new = {"steps": [{"method": "rtn", "params": {"bits": 4, "symmetric": False}}], "runtime": "onnxruntime"}
    illegal = {"steps": [{"method": "rtn", "params": {"bits": 5}}]}
    reply = ask(
        facts,
        history=[observe(Recipe.model_validate(tried), [1.0, 0.1, 0.7, 0.8, 0.1])],
        proposals=[tried, illegal, new, {"steps": []}],
        rules={"forbidden": ["nf4"]},
    )
    codes = [[problem.code for problem in proposal.problems] for proposal in reply.proposals]
    assert codes == [["already_tried"], ["invalid_params"], [], ["nothing_to_make"]]
    candidate = reply.proposals[2].candidate
    assert candidate is not None
    assert candidate.origin == "model"


def test_a_proposer_that_means_harm_does_not_come_first(facts: ModelFacts) -> None:
    pool = legal_pool(facts)
    baseline = Figures.model_validate(BASELINE)
    history = [
        Observation.model_validate(observe(pool.recipes[i], expected_ratios(facts, i))) for i in range(0, 1_000, 125)
    ]
    state = make_state(pool, history, baseline)
    hybrid = find_strategy("hybrid")
    plain = propose(state, hybrid, 1)
    worst = [state.pool.recipes[i] for i in np.argsort(state.pool.mean[:, 0])[:5]]
    assert propose(state, hybrid, 1, worst).candidates[0].recipe == plain.candidates[0].recipe


def test_first_picks_come_from_memory_where_there_is_one(facts: ModelFacts) -> None:
    pool = legal_pool(facts)
    assert {candidate.origin for candidate in ask(facts, count=3).candidates} == {"default"}
    memory = [
        {
            "recipe": pool.recipes[i].model_dump(),
            "ratios": dict(zip(OBJECTIVES, expected_ratios(facts, i), strict=True)),
            "similarity": 0.9,
            "source": "an experiment",
        }
        for i in range(0, len(pool), 60)
    ]
    found = ask(facts, count=5, memory=memory).candidates
    assert "default" not in {candidate.origin for candidate in found}
    assert any(candidate.evidence for candidate in found)


def test_an_end_is_advised_when_nothing_is_to_be_won(facts: ModelFacts) -> None:
    pool = legal_pool(facts)
    good = [observe(pool.recipes[i], expected_ratios(facts, i)) for i in range(0, len(pool), 300)]
    useless = [
        i for i, traits in enumerate(pool.traits) if (traits.methods, traits.runtime) == (("wanda",), "transformers")
    ]
    history = [*good, *(observe(pool.recipes[i], expected_ratios(facts, i)) for i in useless[:5])]
    others = sorted({step.method for recipe in pool.recipes for step in recipe.steps} - {"fp8", "nf4"})
    assert ask(facts, history=history, rules={"forbidden": others}).stop.advised
    assert not ask(facts, history=history[:3], rules={"forbidden": others}).stop.advised
    assert not ask(facts, history=history).stop.advised


def test_api_lists_strategies_and_ranks(api: SignedClient) -> None:
    assert [strategy["name"] for strategy in api.get("/strategies").json()] == NAMES
    body = {"model": "pocket", "baseline": BASELINE, "count": 2}
    reply = api.post("/search", body)
    assert reply.status_code == 200, reply.text
    assert len(reply.json()["candidates"]) == 2


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"strategy": "oracle"}, "unknown_strategy", "strategy"),
        ({"baseline": {**BASELINE, "memory_gb": 0}}, "invalid_baseline", "baseline.memory_gb"),
        ({"rules": {"forbidden": ["nothing"]}}, "unknown_method", "rules.forbidden.0"),
        ({"model": "no/such/thing"}, "model_not_found", "model"),
        ({"count": 0}, "invalid_request", "count"),
    ],
)
def test_api_says_what_is_wrong(api: SignedClient, change: dict[str, Any], code: str, field: str) -> None:
    error = api.post("/search", {"model": "pocket", "baseline": BASELINE, **change}).json()["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["remedy"] or code == "invalid_request"


def test_validation_keeps_the_rules_too(api: SignedClient) -> None:
    recipe = {"steps": [{"method": "rtn", "params": {"bits": 8}}]}
    rules = {"forbidden": ["8-bit", "magic"]}
    problems = api.post("/validate", {"model": "pocket", "recipe": recipe, "rules": rules}).json()["problems"]
    assert [(problem["code"], problem["field"]) for problem in problems] == [
        ("method_forbidden", "recipe"),
        ("unknown_method", "rules.forbidden.1"),
    ]
