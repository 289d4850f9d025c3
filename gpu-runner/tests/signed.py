"""A test client that signs, as the web app does."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
from fastapi.testclient import TestClient

from pareto_runner.signing import signed_headers

KEY = "a-key-of-the-tests"


class SignedClient:
    def __init__(self, client: TestClient) -> None:
        self.client = client

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        raw = json.dumps(body).encode() if body is not None else b""
        signed = signed_headers(KEY, method, path, raw)
        return self.client.request(
            method, path, content=raw, headers={"content-type": "application/json", **signed, **(headers or {})}
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.call("POST", path, body)


def job(key: str, model: str, steps: list[Any], **extra: Any) -> dict[str, Any]:
    params = {"model": model, "recipe": {"steps": steps}}
    return {"key": key, "job": {"kind": "compress", "params": params}, **extra}


def wait_end(api: SignedClient, job_id: str) -> dict[str, Any]:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        view: dict[str, Any] = api.get(f"/jobs/{job_id}").json()
        if view["state"] not in ("queued", "running"):
            return view
        time.sleep(0.1)
    raise AssertionError("waited too long")
