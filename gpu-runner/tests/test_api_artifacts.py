"""The HTTP interface to runtimes, templates, estimates and artifacts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pareto_runner.api.app import make_app
from pareto_runner.settings import Secrets, load_settings
from tests.signed import KEY, SignedClient, job, wait_end


@pytest.fixture(scope="module")
def api(data_dir: Path) -> Iterator[SignedClient]:
    app = make_app(load_settings(), Secrets(KEY, None))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield SignedClient(client)


def test_runtimes_and_templates_are_listed_and_the_templates_are_valid(api: SignedClient, tiny: Path) -> None:
    runtimes = {runtime["name"]: runtime for runtime in api.get("/runtimes").json()}
    assert runtimes["transformers"]["availability"]["available"]
    templates = api.get("/templates").json()
    assert {t["name"] for t in templates} == {
        "aggressive_compression",
        "balanced_quality",
        "quick_eval",
        "accuracy_focus",
    }
    for template in templates:
        for model in ("pocket", str(tiny)):
            reply = api.post("/validate", {"model": model, "recipe": template["recipe"]}).json()
            assert reply["problems"] == [], (template["name"], model)
        estimate = api.post("/estimate", {"model": "pocket", "recipe": template["recipe"]}).json()
        assert 0 < estimate["seconds"]["low"] < estimate["seconds"]["value"] < estimate["seconds"]["high"]
        assert estimate["fits"]
    assert api.post("/estimate", {"model": "pocket", "recipe": {"steps": [{"method": "x"}]}}).status_code == 422


def test_artifacts_are_served_and_a_push_without_a_token_fails_with_the_remedy(api: SignedClient, tiny: Path) -> None:
    rtn = {"method": "rtn", "params": {"group_size": 64}}
    posted = api.post("/jobs", job("to-push", str(tiny), [rtn]))
    made = wait_end(api, posted.json()["id"])
    manifest = api.get(f"/artifacts/{made['result']['artifact']['hash']}").json()
    check_artifact_routes(api, manifest["hash"], manifest["files"][0]["path"])
    params = {"artifact": manifest["hash"], "repo": "me/made"}
    posted = api.post("/jobs", {"key": "push", "job": {"kind": "push", "params": params}})
    view = wait_end(api, posted.json()["id"])
    assert (view["state"], view["error"]["code"]) == ("failed", "hub_token_missing")
    assert "HF_TOKEN" in view["error"]["remedy"]
    errors = {e["quantity"]: e for e in api.get("/estimate/errors").json()["errors"]}
    assert errors["seconds"]["jobs"] >= 1
    (load_settings().artifacts_dir / manifest["hash"] / manifest["files"][0]["path"]).unlink()
    assert api.get(f"/artifacts/{manifest['hash']}").json()["error"]["code"] == "artifact_damaged"


def check_artifact_routes(api: SignedClient, artifact: str, file: str) -> None:
    base = f"/artifacts/{artifact}"
    manifest = api.get(base).json()
    assert manifest["hash"] == artifact
    assert {"runtime": "transformers", "loaded": True, "reason": ""} in manifest["loads"]
    sent = api.get(f"{base}/files/{file}")
    entry = next(e for e in manifest["files"] if e["path"] == file)
    assert hashlib.sha256(sent.content).hexdigest() == entry["sha256"]
    for path in ("..%2F..%2Frunner%2Fjobs.sqlite", "manifest.json", "none"):
        assert api.get(f"{base}/files/{path}").status_code == 404
    assert api.get(f"/artifacts/{'0' * 64}").json()["error"]["code"] == "artifact_not_found"
    bundle = api.get(f"{base}/bundle").json()
    assert (bundle["artifact"], bundle["revision"]) == (artifact, manifest["base_revision"])
    card = api.get(f"{base}/card").text
    assert "base_model_relation: quantized" in card
    assert "Not evaluated yet" in card
