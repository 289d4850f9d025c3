"""Models of the hub: the real client library in its own process, against a local double."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.models.hub import HubAccess
from pareto_runner.models.resolve import hub_dir, resolve_model
from pareto_runner.models.trust import is_trusted_folder
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


def test_an_interrupted_download_goes_on_in_another_process(hub: Hub, tiny: Path) -> None:
    size = (tiny / "model.safetensors").stat().st_size
    hub.cut_after = 100_000
    with pytest.raises(RunnerError, match="hub_unreachable"):
        bring("owner/name")
    (part,) = hub_dir("owner/name").glob(".tmp-*/model.safetensors.part")
    assert part.stat().st_size == 300_000
    hub.cut_after, hub.ranges = None, []
    bring("owner/name")
    assert hub.ranges == ["model.safetensors bytes=300000-"]
    assert (resolve_model("owner/name") / "model.safetensors").stat().st_size == size


def test_a_damaged_leftover_is_fetched_anew(hub: Hub) -> None:
    folder = hub_dir("owner/name") / f".tmp-{COMMIT}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors.part").write_bytes(b"x" * 5_000)
    bring("owner/name")
    assert resolve_model("owner/name").name == COMMIT


def test_code_of_a_repository_runs_only_where_its_revision_is_trusted(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = json.loads((hub.folder / "config.json").read_text())
    config.update(model_type="own_kind", auto_map={"AutoModelForCausalLM": "modeling_evil.Own"})
    (hub.folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(RunnerError) as caught:
        bring("owner/name")
    assert caught.value.code == "remote_code_untrusted"
    assert f"PARETO_TRUST_REMOTE_CODE=owner/name@{COMMIT}" in caught.value.remedy
    monkeypatch.setenv("PARETO_TRUST_REMOTE_CODE", "owner/name@main")
    with pytest.raises(RunnerError, match="remote_code_untrusted"):
        bring("owner/name")
    monkeypatch.setenv("PARETO_TRUST_REMOTE_CODE", f"other/x@{COMMIT}, owner/name@{COMMIT}")
    bring("owner/name")
    folder = resolve_model("owner/name")
    assert (folder / "modeling_evil.py").is_file()
    assert is_trusted_folder(folder)
    (folder.parent / "copy").mkdir()
    copied = folder.parent / "copy" / "modeling_evil.py"
    copied.write_bytes((folder / "modeling_evil.py").read_bytes())
    assert is_trusted_folder(copied.parent)
    copied.write_text("something else")
    assert not is_trusted_folder(copied.parent)


def test_refusals_have_their_codes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for ref, code in (("owner/other", "model_not_found"), ("owner/name@v9", "model_not_found")):
        with pytest.raises(RunnerError, match=code):
            HubAccess(load_settings(), None).inspect(ref)
    hub.gated = True
    with pytest.raises(RunnerError, match="model_gated") as caught:
        bring("owner/name")
    assert f"{hub.url}/owner/name" in caught.value.remedy
    assert "HF_TOKEN" in caught.value.remedy
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RunnerError, match="hub_unreachable"):
        bring("owner/name")
