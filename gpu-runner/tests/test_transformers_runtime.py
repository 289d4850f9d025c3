import json
from pathlib import Path

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.runtimes import RUNTIMES, find_runtime, require_runtime
from pareto_runner.runtimes.generate import complete, generate
from pareto_runner.runtimes.transformers import TransformersBackend, TransformersRuntime
from tests.families import make_family


@pytest.fixture(scope="module")
def backend(tiny: Path) -> TransformersBackend:
    backend = TransformersRuntime().open(tiny, "cpu", 1)
    backend.model.float()
    return backend


def plain(backend: TransformersBackend, ids: list[list[int]]) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = backend.model(torch.tensor(ids)).logits
    return logits


def test_runtimes_are_found_by_name() -> None:
    assert find_runtime("transformers").name == "transformers"
    assert len({runtime.name for runtime in RUNTIMES}) == len(RUNTIMES)
    for runtime in RUNTIMES:
        info = runtime.info()
        assert info.formats
        assert info.availability.available or (info.availability.reason and info.availability.remedy)
    with pytest.raises(RunnerError) as caught:
        require_runtime("transformer")
    assert (caught.value.code, caught.value.field) == ("unknown_runtime", "runtime")
    assert "transformers" in caught.value.remedy


def test_forward_in_parts_equals_the_whole(backend: TransformersBackend) -> None:
    rows = [[5, 6, 7, 8, 9], [15, 3, 2, 40, 41]]
    whole = plain(backend, rows)
    backend.reset(2)
    ids = torch.tensor(rows)
    torch.testing.assert_close(backend.forward(ids[:, :3], last_only=False), whole[:, :3], atol=1e-4, rtol=1e-4)
    last = backend.forward(ids[:, 3:])
    assert last.shape == (2, 1, backend.vocabulary)
    torch.testing.assert_close(last, whole[:, 4:], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", ["mistral", "gemma3_text", "gpt2", "opt"])
def test_every_family_sees_what_came_before(family: str, tmp_path: Path) -> None:
    backend = TransformersRuntime().open(make_family(family, tmp_path), "cpu", 1)
    backend.model.float()
    ids = torch.randint(0, backend.vocabulary, (2, 100), generator=torch.Generator().manual_seed(0))
    order = [1, 0, 1]
    whole = plain(backend, ids[order].tolist())
    # Past the sliding window of those that have one.
    backend.reset(2)
    backend.forward(ids[:, :70])
    backend.select(order)
    parts = [backend.forward(ids[order, 70:90], last_only=False)]
    parts += [backend.forward(ids[order, at : at + 1]) for at in range(90, 100)]
    torch.testing.assert_close(torch.cat(parts, dim=1), whole[:, 70:], atol=1e-4, rtol=1e-4)


def test_select_repeats_and_drops_sequences(backend: TransformersBackend) -> None:
    rows = [[5, 6, 7], [15, 3, 2], [1, 9, 30]]
    backend.reset(3)
    backend.forward(torch.tensor(rows))
    backend.select([2, 2, 0])
    logits = backend.forward(torch.tensor([[4], [8], [12]]))[:, -1]
    chosen = [[*rows[2], 4], [*rows[2], 8], [*rows[0], 12]]
    torch.testing.assert_close(logits, plain(backend, chosen)[:, -1], atol=1e-4, rtol=1e-4)


def test_prompts_of_all_lengths_are_completed_as_alone(backend: TransformersBackend) -> None:
    prompts = [[(7 * i + n) % 512 for i in range(n)] for n in (1, 4, 60, 61, 30, 3)]
    together = complete(backend, prompts, 6, lambda rows: [False] * len(rows))
    for prompt, tokens in zip(prompts, together, strict=True):
        alone, _ = generate(backend, torch.tensor([prompt]), 6)
        assert tokens == alone[0].tolist()
    stopped = complete(backend, prompts, 60, lambda rows: [len(row) >= 2 for row in rows])
    assert all(2 <= len(tokens) < 12 for tokens in stopped)


def test_bytes_are_those_of_the_model(tiny: Path) -> None:
    backend = TransformersRuntime().open(tiny, "cpu", 1)
    config = json.loads((tiny / "config.json").read_text())
    width = config["hidden_size"] // config["num_attention_heads"]
    assert backend.kv_bytes_per_token == 2 * 2 * config["num_hidden_layers"] * config["num_key_value_heads"] * width
    # The head is tied to the embedding, so the whole table is read for each token.
    weights = (tiny / "model.safetensors").stat().st_size
    assert backend.weight_bytes_per_token() == pytest.approx(weights, rel=0.01)
    assert backend.dense
    backend.model.lm_head.weight = torch.nn.Parameter(backend.model.lm_head.weight.detach().clone())
    row = config["hidden_size"] * 2
    assert backend.weight_bytes_per_token() == pytest.approx(weights + row, rel=0.01)
