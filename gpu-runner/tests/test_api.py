"""The HTTP interface: signatures, errors, validation, and a GPTQ job from the request to the artifact."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pareto_runner.api.app import make_app
from pareto_runner.api.openapi import OPENAPI_FILE, render_openapi
from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.methods import METHODS
from pareto_runner.settings import Secrets, load_settings
from pareto_runner.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, check_signature, sign
from tests.signed import KEY, SignedClient, job, wait_end
from tests.tiny import write_bert

GPTQ = {"method": "gptq", "params": {"group_size": 64, "calibration_samples": 8}}


@pytest.fixture(scope="module")
def api(data_dir: Path) -> Iterator[SignedClient]:
    app = make_app(load_settings(), Secrets(KEY, None))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield SignedClient(client)


def test_openapi_is_what_is_committed() -> None:
    assert OPENAPI_FILE.read_text() == render_openapi(), "run python -m pareto_runner.api.openapi"


def test_open_paths_need_no_signature_and_the_others_do(api: SignedClient) -> None:
    for path in ("/health", "/metrics", "/openapi.json"):
        assert api.client.get(path).status_code == 200, path
    reply = api.client.get("/methods", headers={"x-request-id": "abc-1"})
    assert reply.status_code == 401
    assert reply.headers["x-request-id"] == "abc-1"
    assert reply.json()["error"]["code"] == "unauthorized"
    assert reply.json()["request_id"] == "abc-1"


def test_no_page_takes_scripts_from_elsewhere(api: SignedClient) -> None:
    for path in ("/docs", "/redoc"):
        assert api.get(path).status_code == 404, path


@pytest.mark.parametrize(("shift_s", "path", "body"), [(-301, "/gpu", ""), (0, "/methods", ""), (0, "/gpu", "x")])
def test_old_or_altered_requests_are_refused(api: SignedClient, shift_s: int, path: str, body: str) -> None:
    stamp = str(int(time.time()) + shift_s)
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(KEY, stamp, "GET", path, body.encode())}
    assert api.client.get("/gpu", headers=headers).status_code == 401


def test_query_is_signed_too(api: SignedClient) -> None:
    assert api.get("/jobs?limit=5").status_code == 200


def test_every_error_has_the_same_shape(api: SignedClient) -> None:
    for reply, status, code in (
        (api.get("/nothing"), 404, "not_found"),
        (api.call("PUT", "/jobs"), 405, "method_not_allowed"),
        (api.get("/jobs/unknown"), 404, "job_not_found"),
        (api.get("/jobs/by-key/unknown"), 404, "job_not_found"),
        (api.post("/jobs", {"key": "a b"}), 422, "invalid_request"),
        (api.post("/models/inspect", {"model": "no/such/thing"}), 404, "model_not_found"),
        (api.post("/models/inspect", {"model": "x" * 2_000_000}), 413, "body_too_large"),
    ):
        assert reply.status_code == status, reply.text
        assert reply.json()["error"]["code"] == code
        assert reply.json()["request_id"] == reply.headers["x-request-id"]


def test_methods_carry_their_schemas(api: SignedClient) -> None:
    methods = {method["name"]: method for method in api.get("/methods").json()}
    assert set(methods) == {method.name for method in METHODS}
    assert all(method["params_schema"]["additionalProperties"] is False for method in methods.values())
    assert methods["gptq"]["params_schema"]["properties"]["bits"]["enum"] == [2, 3, 4, 8]
    for method in methods.values():
        availability = method["availability"]
        assert availability["available"] or (availability["reason"] and availability["remedy"]), method["name"]


def test_inspect_reads_facts_without_loading(api: SignedClient, tiny: Path) -> None:
    facts = api.post("/models/inspect", {"model": str(tiny)}).json()
    assert facts["architecture"] == "LlamaForCausalLM"
    assert (facts["layers"], facts["hidden_size"], facts["heads"], facts["kv_heads"]) == (2, 128, 4, 2)
    assert facts["dtype"] == "bfloat16"
    assert facts["linear_in_features"] == [128, 256]
    assert facts["parameters"] == 361_088


def problems(api: SignedClient, model: str, steps: list[Any], benchmarks: list[str] | None = None) -> dict[str, str]:
    body = {"model": model, "recipe": {"steps": steps}, "benchmarks": benchmarks}
    reply = api.post("/validate", body)
    assert reply.status_code == 200
    return {problem["field"]: problem["code"] for problem in reply.json()["problems"]}


def test_what_could_not_be_measured_is_refused(api: SignedClient, tiny: Path) -> None:
    body = {"model": str(tiny), "recipe": {"steps": [GPTQ], "runtime": "vllm"}}
    (problem,) = api.post("/validate", body).json()["problems"]
    assert (problem["code"], problem["field"]) == ("runtime_unavailable", "recipe.runtime")
    assert "Nothing is measured" in problem["message"]


def test_validate_accepts_what_runs(api: SignedClient, tiny: Path) -> None:
    assert problems(api, str(tiny), [{"method": "magnitude"}, GPTQ]) == {}


def test_validate_names_the_field(api: SignedClient, tiny: Path, tmp_path: Path) -> None:
    model = str(tiny)
    assert problems(api, "nowhere/", []) == {"model": "model_not_found"}
    assert problems(api, str(write_bert(tmp_path / "bert")), []) == {"model": "not_causal_lm"}
    assert problems(api, model, [{"method": "magic"}]) == {"recipe.steps.0.method": "unknown_method"}
    assert problems(api, model, [{"method": "gptq", "params": {"bits": 5, "speed": 1}}]) == {
        "recipe.steps.0.params.bits": "invalid_params",
        "recipe.steps.0.params.speed": "invalid_params",
    }
    assert problems(api, model, [{"method": "int8"}, {"method": "magnitude"}]) == {
        "recipe.steps.1.method": "step_after_packed"
    }
    assert problems(api, model, [{"method": "structured", "params": {"ffn_ratio": 0}}]) == {
        "recipe.steps.0.params.ffn_ratio": "nothing_removed"
    }
    assert problems(api, model, [], ["nonsense"]) == {"benchmarks.0": "unknown_benchmark"}
    assert problems(api, model, [], []) == {"benchmarks": "no_benchmarks"}


def test_validate_checks_group_sizes_after_the_steps_before(api: SignedClient, tiny: Path) -> None:
    cut = {"method": "structured", "params": {"ffn_ratio": 0.25, "heads_ratio": 0.5}}
    assert problems(api, str(tiny), [cut, {"method": "gptq", "params": {"group_size": 128}}]) == {
        "recipe.steps.1.params.group_size": "group_size_mismatch"
    }
    assert problems(api, str(tiny), [cut, {"method": "gptq", "params": {"group_size": 64}}]) == {}


def test_validate_refuses_what_the_disk_cannot_hold(
    api: SignedClient, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pareto_runner.validation.SPARE_BYTES", 10**18)
    reply = api.post("/validate", {"model": str(tiny)}).json()
    assert [problem["code"] for problem in reply["problems"]] == ["disk_full"]
    assert reply["facts"]["layers"] == 2


@pytest.mark.parametrize("damage", ["cut", "no-header", "pickle", "config"])
def test_validate_refuses_damaged_files(api: SignedClient, tiny: Path, tmp_path: Path, damage: str) -> None:
    for path in tiny.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = tmp_path / "model.safetensors"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "no-header":
        weights.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    elif damage == "pickle":
        weights.rename(tmp_path / "pytorch_model.bin")
    else:
        (tmp_path / "config.json").write_text("{")
    assert problems(api, str(tmp_path), []) == {"model": "model_corrupt"}


class Listener(HTTPServer):
    """Takes callbacks; the first one is refused, so that it must be sent again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.tries = 0


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.tries += 1
        self.send_response(503 if self.server.tries == 1 else 200)
        self.end_headers()
        if self.server.tries > 1:
            self.server.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))

    def log_message(self, *_: Any) -> None:
        pass


def test_a_gptq_job_from_request_to_artifact_and_callback(api: SignedClient, tiny: Path, data_dir: Path) -> None:
    listener = Listener()
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{listener.server_address[1]}/api/callback?job=1"
    body = job("exp:1:compress", str(tiny), [GPTQ], callback_url=url)
    posted = api.call("POST", "/jobs", body, headers={"x-request-id": "req-9"})
    assert posted.status_code == 202
    job_id = posted.json()["id"]
    assert api.post("/jobs", body).json()["id"] == job_id
    conflict = api.post("/jobs", job("exp:1:compress", str(tiny), []))
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "key_conflict")

    view = wait_end(api, job_id)
    assert view["state"] == "succeeded", view["error"]
    assert view["request_id"] == "req-9"
    assert set(view["result"]["seconds"]) == {"load", "gptq", "save", "verify"}
    artifact = view["result"]["artifact"]
    assert artifact["format"] == "compressed-tensors"
    assert artifact["labels"] == ["stored packed, computed dense"]
    manifest = check_artifact(data_dir / artifact["path"])
    assert (manifest.hash, manifest.weight_bytes) == (artifact["hash"], artifact["size_bytes"])
    assert "re-loaded in a fresh process" in api.get(f"/jobs/{job_id}/logs").text
    assert api.get("/jobs/by-key/exp:1:compress").json()["id"] == job_id
    check_log_pages(api)
    assert job_id in [entry["id"] for entry in api.get("/jobs?state=succeeded").json()]
    assert 'runner_jobs_ended_total{code="",kind="compress",state="succeeded"}' in api.client.get("/metrics").text

    end = time.monotonic() + 20
    while not listener.got and time.monotonic() < end:
        time.sleep(0.05)
    listener.shutdown()
    path, headers, raw = listener.got[0]
    check_signature(KEY, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], "POST", path, raw)
    assert json.loads(raw)["state"] == "succeeded"
    check_stream(api, job_id)


def check_log_pages(api: SignedClient) -> None:
    path = "/jobs/by-key/exp:1:compress/log"
    whole = api.get(path).json()
    assert (whole["more"], whole["ended"], whole["kept"]) == (False, True, True)
    messages = [line["message"] for line in whole["lines"]]
    assert messages[:2] == ["queued", "running"]
    assert messages[-1] == "succeeded"
    read, after = [], 0
    while True:
        page = api.get(f"{path}?after={after}&limit=3").json()
        read += page["lines"]
        after = page["next"]
        if not page["more"]:
            break
    assert read == whole["lines"]
    assert api.get(f"{path}?after={after}").json()["lines"] == []


def check_stream(api: SignedClient, job_id: str) -> None:
    events = read_stream(api.get(f"/jobs/{job_id}/events").text)
    states = [event["state"] for _, kind, event in events if kind == "state"]
    assert states == ["queued", "running", "succeeded"]
    middle = events[len(events) // 2][0]
    rest = read_stream(api.get(f"/jobs/{job_id}/events", headers={"last-event-id": middle}).text)
    assert rest == events[len(events) // 2 + 1 :]


def read_stream(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    events = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return events


def test_a_job_with_a_wrong_recipe_fails_at_once_with_the_field(api: SignedClient, tiny: Path) -> None:
    step = {"method": "gptq", "params": {"group_size": 128}}
    cut = {"method": "structured", "params": {"ffn_ratio": 0.25}}
    posted = api.post("/jobs", job("wrong", str(tiny), [cut, step]))
    view = wait_end(api, posted.json()["id"])
    assert view["state"] == "failed"
    assert view["error"]["code"] == "group_size_mismatch"
    assert view["error"]["field"] == "recipe.steps.1.params.group_size"


def test_cancelling_over_http(api: SignedClient) -> None:
    assert api.call("DELETE", "/jobs/unknown").status_code == 404


def test_a_study_of_many_trials_is_taken_where_other_requests_are_too_large(api: SignedClient) -> None:
    times = {"started_at": "2026-11-21T10:00:00Z", "ended_at": "2026-11-21T10:01:00Z"}
    trial = {**times, "values": [0.5], "attributes": {"recipe": "x" * 1_100_000}}
    study = {"name": "s", "metrics": ["accuracy"], "directions": ["maximize"], "trials": [trial]}
    reply = api.post("/exports/optuna", study)
    assert (reply.status_code, reply.content[:15]) == (200, b"SQLite format 3")
