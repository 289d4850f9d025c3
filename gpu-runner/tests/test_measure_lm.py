import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.measure import lm as lm_module
from pareto_runner.measure.checks import open_for_measure
from pareto_runner.measure.lm import PrefixSharingLM
from pareto_runner.runtimes.transformers import TransformersBackend
from tests.tiny import make_tiny

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "then", "it", "ran", "far", "away", "from", "home"]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    backend, tokenizer = open_for_measure("transformers", str(make_tiny(tmp_path_factory.mktemp("tiny"))), "cpu", False)
    assert isinstance(backend, TransformersBackend)
    backend.model.float()
    return backend, tokenizer


def request(*args: Any, item: int = 0) -> Any:
    return SimpleNamespace(args=args, task_name="task", doc_id=item)


def plain_score(model: Any, context: list[int], answer: list[int]) -> float:
    ids = torch.tensor([context + answer])
    with torch.inference_mode():
        logprobs = torch.log_softmax(model(ids).logits[0].float(), -1)
    return sum(float(logprobs[len(context) + i - 1, token]) for i, token in enumerate(answer))


@pytest.mark.parametrize("rows", [3, 256])
def test_scores_equal_the_plain_computation(
    loaded: tuple[Any, Any], rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lm_module, "MAX_ROWS", rows)
    backend, tokenizer = loaded
    generator = random.Random(0)  # noqa: S311
    requests = []
    for _ in range(12):
        context = " ".join(generator.choices(WORDS, k=generator.randint(1, 6)))
        requests += [request(context, " " + " ".join(generator.choices(WORDS, k=k))) for k in (1, 2, 2, 3)]
    requests.append(request("", "a mat"))
    requests.append(request("x", " y"))
    generator.shuffle(requests)
    scorer = PrefixSharingLM(backend, tokenizer)
    scores = scorer.loglikelihood(requests, disable_tqdm=True)
    for one, (score, _) in zip(requests, scores, strict=True):
        context, answer = one.args
        if context:
            ids = tokenizer.encode(context)
            rest = tokenizer.encode(context + answer)[len(ids) :]
        else:
            ids, rest = [tokenizer.bos_token_id], tokenizer.encode(answer, add_special_tokens=False)
        assert score == pytest.approx(plain_score(backend.model, ids, rest), abs=1e-3)


def test_a_context_too_long_is_cut_from_the_left(loaded: tuple[Any, Any]) -> None:
    backend, tokenizer = loaded
    context = " ".join(WORDS * 20)
    ((score, _),) = PrefixSharingLM(backend, tokenizer).loglikelihood([request(context, " mat")], disable_tqdm=True)
    ids = tokenizer.encode(context)
    rest = tokenizer.encode(context + " mat")[len(ids) :]
    limit = backend.model.config.max_position_embeddings
    assert score == pytest.approx(plain_score(backend.model, ids[-(limit + 1 - len(rest)) :], rest), abs=1e-3)


def test_greedy_flag_marks_the_models_own_choice(loaded: tuple[Any, Any]) -> None:
    backend, tokenizer = loaded
    scorer = PrefixSharingLM(backend, tokenizer)
    context = tokenizer.encode("the cat sat")
    with torch.inference_mode():
        best = int(backend.model(torch.tensor([context])).logits[0, -1].argmax())
    scores = scorer._loglikelihood_tokens([(("", ""), context, [best]), (("", ""), context, [(best + 1) % 512])])
    assert [greedy for _, greedy in scores] == [True, False]


def test_generation_equals_one_by_one(loaded: tuple[Any, Any]) -> None:
    backend, tokenizer = loaded
    scorer = PrefixSharingLM(backend, tokenizer)
    options = {"until": ["t"], "max_gen_toks": 14, "do_sample": False}
    prompts = ["the cat", "a mat and then it ran far", "home", "it ran far away from"]
    together = scorer.generate_until([request(p, options) for p in prompts])
    for prompt, text in zip(prompts, together, strict=True):
        ids = torch.tensor([tokenizer.encode(prompt)])
        with torch.inference_mode():
            for _ in range(14):
                ids = torch.cat([ids, backend.model(ids).logits[:, -1].argmax(-1, keepdim=True)], dim=1)
        plain = tokenizer.decode(ids[0, len(tokenizer.encode(prompt)) :])
        assert text == plain.split("<|end|>")[0].split("t")[0]


def test_a_whole_text_is_scored_in_windows(loaded: tuple[Any, Any]) -> None:
    backend, tokenizer = loaded
    scorer = PrefixSharingLM(backend, tokenizer)
    short, long = "the cat sat on", " ".join(WORDS * 20)
    scores = scorer.loglikelihood_rolling([request(short), request(long)])
    ids = tokenizer.encode(short)
    assert scores[0] == pytest.approx(plain_score(backend.model, [0], ids), abs=1e-3)
    ids = tokenizer.encode(long)
    window = backend.context
    parts = [plain_score(backend.model, [0], ids[:window])]
    for start in range(window, len(ids), window):
        # A window's first prediction rests on as much of the text before it as the model can see.
        end = min(start + window, len(ids))
        parts.append(plain_score(backend.model, ids[end - window - 1 : start], ids[start:end]))
    assert scores[1] == pytest.approx(sum(parts), abs=2e-3)


def test_it_tells_how_many_items_are_done_while_it_works(
    loaded: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    scorer = PrefixSharingLM(*loaded, told.append)
    monkeypatch.setattr(lm_module, "MAX_ROWS", 3)
    choices = [request(f"the {word}", answer, item=item) for item, word in enumerate(WORDS) for answer in (" a", " on")]
    scorer.loglikelihood(choices)
    assert len(told) > 3
    assert sum(told) == pytest.approx(len(WORDS))
    told.clear()
    texts = [request(" ".join(WORDS * 20), item=0), request("the cat", item=1)]
    scorer.loglikelihood_rolling(texts)
    assert sum(told) == pytest.approx(2)
    told.clear()
    options = {"until": [], "max_gen_toks": 4, "do_sample": False}
    scorer.generate_until([request("the " * length, options, item=length) for length in (2, 3, 50)])
    assert len(told) > 1
    assert sum(told) == pytest.approx(3)


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    backend, tokenizer = open_for_measure("transformers", str(make_tiny(tmp_path)), "cpu", False)
    assert isinstance(backend, TransformersBackend)
    with torch.no_grad():
        backend.model.model.norm.weight.fill_(float("nan"))
    scorer = PrefixSharingLM(backend, tokenizer)
    with pytest.raises(RunnerError, match="nonfinite_output"):
        scorer.loglikelihood([request("the", " cat")], disable_tqdm=True)
    with pytest.raises(RunnerError, match="nonfinite_output"):
        scorer.generate_until([request("the", {"until": [], "max_gen_toks": 4})])
