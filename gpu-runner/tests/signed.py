"""A test client that signs, as the web app does."""

from __future__ import annotations

import json
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
