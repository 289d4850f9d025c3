"""What happens to artifacts after they are made: cards, bundles, exports, reproduction, upload."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from pareto_runner.artifacts import reproduce as command
from pareto_runner.artifacts.bundle import make_bundle, reproduce
from pareto_runner.artifacts.card import write_card
from pareto_runner.artifacts.export import export
from pareto_runner.artifacts.manifest import read_manifest
from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import LocalContext
from pareto_runner.models.hub import HubAccess
from pareto_runner.schemas import (
    BenchmarkScore,
    CompressParams,
    EvaluateResult,
    ExportParams,
    Figure,
    PushParams,
    PushResult,
    ReproduceParams,
)
from pareto_runner.settings import load_settings
from tests.hub_push_double import COMMIT, serve_push_hub
from tests.runtimes_here import needs_onnxruntime

STEP = {"method": "rtn", "params": {"bits": 4, "group_size": 32}}


@pytest.fixture(scope="module")
def made(tiny: Path, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": [STEP]}})
    result = compress(params, context(data_dir, tmp_path_factory.mktemp("work")))
    return data_dir / result.artifact.path


def context(data_dir: Path, work: Path) -> LocalContext:
    return LocalContext("job", "request", data_dir / "artifacts", work, "cpu")


def figure(value: float, unit: str) -> Figure:
    return Figure(value=value, low=value * 0.9, high=value * 1.1, n=5, unit=unit, spread="of the test")


def evaluation(artifact: str) -> EvaluateResult:
    score = BenchmarkScore(name="pocket_facts", metric="acc", version="1", score=figure(0.5, "share"))
    return EvaluateResult(
        artifact=artifact,
        runtime="transformers",
        accuracy=figure(0.5, "share"),
        latency_ms=figure(2.5, "ms"),
        memory_gb=figure(0.1, "GB"),
        model_size_gb=figure(0.001, "GB"),
        co2_grams=figure(0.02, "g"),
        perplexity=figure(8.0, "perplexity"),
        benchmarks=[score],
        device="a processor",
        seed=3,
        versions={},
        labels=["energy: estimate"],
        seconds={},
    )


def test_the_card_tells_the_facts_and_no_path_of_this_machine(made: Path, tiny: Path) -> None:
    manifest = read_manifest(made)
    card = write_card(manifest, evaluation(manifest.hash), "mit")
    head = yaml.safe_load(card.split("---")[1])
    assert head["base_model_relation"] == "quantized"
    assert head["license"] == "mit"
    (entry,) = head["model-index"][0]["results"]
    assert entry["metrics"][0]["value"] == 0.5
    assert entry["metrics"][0]["args"]["low_95"] == 0.45
    for text in ("CO2", "0.02", "seed 3", "energy: estimate", "`rtn`", manifest.base_revision):
        assert text in card, text
    assert str(tiny.parent) not in card
    assert "model-index" not in write_card(manifest, None)


HOSTILE = json.loads((Path(__file__).parents[2] / "lib" / "testing" / "hostile-texts.json").read_text())["markup"]


@pytest.mark.parametrize("text", ["`|<b>x</b>|`\n# head", "[x](javascript:parent.hit=1)", *HOSTILE])
def test_the_card_holds_no_markup_of_others(made: Path, text: str) -> None:
    said = evaluation("hash").model_copy(update={"device": text, "labels": [text]})
    said.benchmarks[0].name = text
    named = {"base_model": f"/models/{text}", "labels": [text], "notes": [text]}
    manifest = read_manifest(made).model_copy(update=named)
    _, head, body = write_card(manifest, said).split("---\n", 2)
    assert yaml.safe_load(head)["library_name"]
    prose = re.sub(r"`[^`\n]*`", "", body)
    assert "<" not in prose
    assert "](" not in prose
    assert body.count("\n# ") == 1
    assert all(line.count("|") == 7 for line in body.splitlines() if line.startswith("|"))


def test_a_bundle_makes_the_same_artifact_again(
    made: Path, tiny: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = make_bundle(read_manifest(made))
    file = tmp_path / "bundle.json"
    file.write_text(bundle.model_dump_json())
    assert command.main([str(file)]) == 0
    assert f"identical {bundle.artifact}" in capsys.readouterr().out

    other = bundle.model_copy(update={"weight_files": {"model.safetensors": "0" * 64}, "artifact": "0" * 64})
    result = reproduce(ReproduceParams(bundle=other), context(data_dir, tmp_path))
    assert not result.identical
    assert result.differences[0] == "model.safetensors: differs"
    wrong = bundle.model_copy(update={"revision": "1" * 40})
    with pytest.raises(RunnerError, match="revision_mismatch"):
        reproduce(ReproduceParams(bundle=wrong), context(data_dir, tmp_path))


def test_a_packed_artifact_is_exported_dense_with_the_same_logits(
    made: Path, tiny: Path, data_dir: Path, tmp_path: Path
) -> None:
    import torch

    from pareto_runner.models.load import load_artifact, load_model

    result = export(
        ExportParams(model=str(tiny), artifact=made.name, format="safetensors"), context(data_dir, tmp_path)
    )
    folder = data_dir / result.artifact.path
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
    assert result.loads[0].loaded
    plain: tuple[Any, Any] = load_model(folder)
    packed: tuple[Any, Any] = load_artifact(made)
    ids = torch.arange(40)[None]
    with torch.inference_mode():
        assert torch.equal(plain[0](ids).logits, packed[0](ids).logits)


@pytest.mark.parametrize(
    "step",
    [{"method": "nf4"}, {"method": "qlora", "params": {"steps": 2, "rank": 4, "keep": "adapter"}}],
    ids=["nf4", "qlora"],
)
def test_other_formats_are_exported_dense_too(tiny: Path, data_dir: Path, tmp_path: Path, step: dict[str, Any]) -> None:
    import torch

    from pareto_runner.models.load import load_artifact, load_model

    params = CompressParams.model_validate({"model": str(tiny), "recipe": {"steps": [step]}})
    artifact = compress(params, context(data_dir, tmp_path)).artifact
    wanted = ExportParams(model=str(tiny), artifact=artifact.hash, format="safetensors")
    exported = export(wanted, context(data_dir, tmp_path)).artifact
    plain: tuple[Any, Any] = load_model(data_dir / exported.path)
    stored: tuple[Any, Any] = load_artifact(data_dir / artifact.path)
    ids = torch.arange(40)[None]
    with torch.inference_mode():
        ours, theirs = plain[0](ids).logits.float(), stored[0](ids).logits.float()
    assert float((ours - theirs).norm() / theirs.norm()) < 0.02


@needs_onnxruntime
def test_export_to_onnx_keeps_the_packed_weights_and_generates(
    made: Path, tiny: Path, data_dir: Path, tmp_path: Path
) -> None:
    result = export(ExportParams(model=str(tiny), artifact=made.name, format="onnx"), context(data_dir, tmp_path))
    manifest = read_manifest(data_dir / result.artifact.path)
    assert manifest.recipe.runtime == "onnxruntime"
    assert manifest.weight_bytes < 1.5 * (tiny / "model.safetensors").stat().st_size
    assert ("onnxruntime", True) in [(load.runtime, load.loaded) for load in result.loads]
    again = ExportParams(model=str(tiny), artifact=result.artifact.hash, format="safetensors")
    with pytest.raises(RunnerError, match="export_unsupported"):
        export(again, context(data_dir, tmp_path))


def push(made: Path, token: str | None) -> PushResult:
    params = PushParams(artifact=made.name, repo="me/made")
    access = HubAccess(load_settings(), token)
    return access.push(params, made, "# the card\n", threading.Event(), time.monotonic() + 60)


def test_pushing_needs_a_token_that_may_write_and_checks_what_arrived(
    made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(RunnerError, match="hub_token_missing"):
        push(made, None)
    with serve_push_hub("right") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        with pytest.raises(RunnerError, match="hub_refused"):
            push(made, "wrong")
        result = push(made, "right")
        assert (result.repo, result.revision) == ("me/made", COMMIT)
        assert hub.created["visibility"] == "private"
        assert hub.files["README.md"] == b"# the card\n"
        assert hub.files["model.safetensors"] == (made / "model.safetensors").read_bytes()
        assert "manifest.json" not in hub.files
        hub.spoil = True
        with pytest.raises(RunnerError, match="upload_corrupt"):
            push(made, "right")
