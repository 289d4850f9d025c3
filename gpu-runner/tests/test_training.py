"""Training text, the loop and recovery after pruning: nothing leaks, zeros stay, figures get better, seeds repeat."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods.base import Work
from pareto_runner.models.calibration import calibration_texts
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_model
from pareto_runner.models.resolve import POCKET_DIR, resolve_model
from pareto_runner.training.loop import Progress
from pareto_runner.training.recover import recover
from pareto_runner.training.text import training_text

TASKS = POCKET_DIR.parent / "tasks"


class Recorder(LocalContext):
    """Keeps what is reported."""

    def __init__(self, folder: Path) -> None:
        super().__init__("job", "request", folder / "artifacts", folder, "cpu")
        self.parts: list[float] = []
        self.messages: list[str] = []

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        self.parts.append(fraction)
        self.messages.append(message)


def open_work(model: str, folder: Path, seed: int = 0) -> Work:
    work = Work(resolve_model(model), Recorder(folder), seed, inspect_model(model))
    work.load()
    return work


def test_no_benchmark_item_is_in_the_training_text(data_dir: Path) -> None:
    _, tokenizer = load_model(POCKET_DIR)
    text = training_text(POCKET_DIR, tokenizer, 100, 512, seed=0)
    assert len(text.rows) > 1500
    assert {len(row) for row in text.rows} == {128}
    flat = [token for row in text.rows for token in row]
    said = "\n" + str(tokenizer.decode(flat)).replace("<|end|>", "\n")
    probes = {
        probe
        for file in TASKS.glob("pocket_*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        for probe in json.loads(line)["probes"]
    }
    assert len(probes) > 2000
    assert [probe for probe in probes if probe in said] == []
    documents = (TASKS / "perplexity.txt").read_text(encoding="utf-8").strip().split("\n\n")
    assert [document for document in documents if f"\n{document}\n" in said] == []
    # The check reads real training text, which asks questions of its own.
    assert said.count("Answer:") > 100


def test_other_models_do_not_train_on_the_text_of_the_perplexity(tiny: Path) -> None:
    texts, _, _ = calibration_texts(tiny)
    prose = "\n".join(" ".join(re.sub(r"[*`]+", "", text).split()) for text in texts)
    documents = (TASKS / "perplexity.txt").read_text(encoding="utf-8").strip().split("\n\n")
    assert len(prose) > 100_000
    assert [document for document in documents if document in prose] == []


def test_recovery_lowers_the_loss_and_keeps_the_zeros(data_dir: Path, tmp_path: Path) -> None:
    work = open_work("pocket", tmp_path)
    model = work.model
    layers = [m for name, m in model.named_modules() if name.endswith("_proj")]
    with torch.no_grad():
        for layer in layers:
            size = layer.weight.abs().float()
            layer.weight[size < size.quantile(0.7)] = 0
    zeros = [layer.weight == 0 for layer in layers]
    types = {name: parameter.dtype for name, parameter in model.named_parameters()}
    rates = model.model.rotary_emb.inv_freq.clone()
    text = training_text(work.folder, work.tokenizer, 2, 512, seed=9)
    ids = torch.tensor(text.rows)

    def loss() -> float:
        with torch.no_grad():
            return float(model(input_ids=ids, labels=ids).loss)

    before = loss()
    recover(work, steps=12)
    assert work.model is model
    assert loss() < before - 0.2
    for layer, zero in zip(layers, zeros, strict=True):
        assert torch.equal(layer.weight == 0, zero)
    assert {name: parameter.dtype for name, parameter in model.named_parameters()} == types
    assert torch.equal(model.model.rotary_emb.inv_freq, rates)
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert work.cache_key is None
    assert "12 steps" in work.notes[-1]
    context = work.context
    assert isinstance(context, Recorder)
    assert context.parts == sorted(context.parts)
    assert "s left" in context.messages[-1]


def test_recovery_repeats_for_a_seed_and_zero_steps_change_nothing(tiny: Path, tmp_path: Path) -> None:
    def weights(seed: int, steps: int) -> torch.Tensor:
        work = open_work(str(tiny), tmp_path, seed)
        recover(work, steps)
        return torch.cat([p.flatten() for p in work.model.parameters()])

    trained = weights(1, 2)
    assert torch.equal(trained, weights(1, 2))
    assert not torch.equal(trained, weights(2, 2))
    assert torch.equal(weights(1, 0), weights(2, 0))


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    progress = Progress(lambda part, message: None, "recovery", 10, 0.0)
    progress.step(1, 3.0)
    with pytest.raises(RunnerError, match="training_diverged") as caught:
        progress.step(2, float("nan"))
    assert "learning rate" in caught.value.remedy
