"""Models of the hub: the real client library in its own process, against a local double."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.models.hub import HubAccess
from pareto_runner.models.resolve import hub_dir, resolve_model
from pareto_runner.settings import load_settings
from tests.hub_double import COMMIT, Hub, serve_hub


@pytest.fixture
def hub(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    folder = tmp_path / "repo"
    folder.mkdir()
    for path in tiny.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pytorch_model.bin").write_bytes(b"never taken")
    (folder / "modeling_evil.py").write_text("never taken")
    monkeypatch.setenv("PARETO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    with serve_hub(folder) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


def bring(ref: str, cancelled: threading.Event | None = None) -> None:
    access = HubAccess(load_settings(), "hub-token")
    access.bring(ref, lambda *_: None, cancelled or threading.Event(), time.monotonic() + 60)


def test_inspects_downloads_and_stays_offline_afterwards(hub: Hub) -> None:
    facts = HubAccess(load_settings(), None).inspect("owner/name")
    assert (facts.source, facts.revision, facts.license, facts.parameters) == ("hub", COMMIT, "mit", 361_088)
    assert not hub_dir("owner/name").exists()

    bring("owner/name@main")
    assert "Bearer hub-token" in hub.tokens
    folder = resolve_model("owner/name")
    assert folder.name == COMMIT
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert not names & {"pytorch_model.bin", "modeling_evil.py", ".cache"}
    asked = len(hub.paths)
    bring("owner/name")
    assert HubAccess(load_settings(), None).inspect("owner/name").revision == COMMIT
    assert len(hub.paths) == asked


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_wrong_checksum_is_noticed(hub: Hub, name: str) -> None:
    hub.damage = name
    with pytest.raises(RunnerError) as caught:
        bring("owner/name")
    assert caught.value.code == "model_corrupt" or name == "config.json"
    with pytest.raises(RunnerError, match="model_not_found"):
        resolve_model("owner/name")


def test_refusals_have_their_codes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for ref, code in (("owner/other", "model_not_found"), ("owner/name@v9", "model_not_found")):
        with pytest.raises(RunnerError, match=code):
            HubAccess(load_settings(), None).inspect(ref)
    hub.gated = True
    with pytest.raises(RunnerError, match="model_gated"):
        bring("owner/name")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RunnerError, match="hub_unreachable"):
        bring("owner/name")
