"""Around every request: its id, its signature, its log line and its time."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pareto_runner.api.metrics import Metrics
from pareto_runner.errors import RunnerError
from pareto_runner.logs import request_id_var
from pareto_runner.schemas import ErrorReply
from pareto_runner.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, check_signature

log = logging.getLogger("runner.http")
OPEN_PATHS = {"/health", "/metrics", "/openapi.json"}
BODY_CAP_BYTES = 1_000_000
# A benchmark of five million characters, escaped as JSON; a study of 20,000 trials.
LARGER_BODY_BYTES = {"/benchmarks": 12_000_000, "/exports/optuna": 40_000_000}
REQUEST_ID = re.compile(r"^[\w.:-]{1,100}$")


class RequestMiddleware:
    """Reads the whole body (at most 1 MB) to check the signature, then hands it on.

    An empty key turns the check off; the start refuses that outside of development.
    """

    def __init__(self, app: ASGIApp, key: str, metrics: Metrics) -> None:
        self._app = app
        self._key = key
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        given = headers.get("x-request-id", "")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        token = request_id_var.set(request_id)
        scope["request_id"] = request_id
        started, status = time.monotonic(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            body = await _read_body(receive, LARGER_BODY_BYTES.get(scope["path"], BODY_CAP_BYTES))
            if self._key and scope["path"] not in OPEN_PATHS:
                target = scope["raw_path"].decode("latin-1")
                if scope["query_string"]:
                    target += "?" + scope["query_string"].decode("latin-1")
                stamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
                check_signature(self._key, stamp, signature, scope["method"], target, body)
            await self._app(scope, _replay(body, receive), send_with_id)
        except RunnerError as error:
            await _send_error(send_with_id, error, request_id)
        finally:
            seconds = time.monotonic() - started
            route = getattr(scope.get("route"), "path", "unknown")
            self._metrics.observe_request(scope["method"], route, status, seconds)
            data = {"method": scope["method"], "path": scope["path"], "status": status, "ms": round(seconds * 1e3, 1)}
            if scope["path"] not in ("/health", "/metrics"):
                log.info("request", extra={"data": data})
            request_id_var.reset(token)


async def _read_body(receive: Receive, cap_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(chunks)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > cap_bytes:
            raise RunnerError("body_too_large", f"The request's body exceeds {cap_bytes} bytes.", "Send less.")
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _send_error(send: Send, error: RunnerError, request_id: str) -> None:
    from pareto_runner.api.replies import status_of

    reply = ErrorReply(error=error.to_info(), request_id=request_id)
    raw = json.dumps(reply.model_dump(mode="json")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
    await send({"type": "http.response.start", "status": status_of(error.code), "headers": headers})
    await send({"type": "http.response.body", "body": raw})
