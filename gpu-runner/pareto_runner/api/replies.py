"""How errors become replies: every one has the same body and a status that fits its code."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.schemas import ErrorReply

log = logging.getLogger("runner.http")
STATUS = {
    "unauthorized": 401,
    "model_gated": 403,
    "not_found": 404,
    "job_not_found": 404,
    "model_not_found": 404,
    "artifact_not_found": 404,
    "benchmark_not_found": 404,
    "method_not_allowed": 405,
    "key_conflict": 409,
    "benchmark_exists": 409,
    "body_too_large": 413,
    "internal_error": 500,
    "hub_unreachable": 503,
    "out_of_memory": 503,
    "disk_full": 507,
}
HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}


def status_of(code: str) -> int:
    """Return the HTTP status of an error code; what is not listed is a request that cannot be met (422)."""
    return STATUS.get(code, 422)


def reply_error(error: RunnerError, request: Request) -> JSONResponse:
    """Return an error's reply."""
    body = ErrorReply(error=error.to_info(), request_id=request.scope.get("request_id", ""))
    return JSONResponse(body.model_dump(mode="json"), status_code=status_of(error.code))


def add_error_replies(app: FastAPI) -> None:
    """Make the app answer every error with an `ErrorReply`."""

    @app.exception_handler(RunnerError)
    async def _runner(request: Request, error: RunnerError) -> JSONResponse:
        return reply_error(error, request)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
        field = ".".join(place) or None
        message = f"{field or 'The request'}: {first['msg']}."
        remedy = "See /openapi.json for what the runner takes."
        details = {"problems": len(error.errors())}
        return reply_error(RunnerError("invalid_request", message, remedy, field, details=details), request)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTP_CODES.get(error.status_code, "invalid_request")
        return reply_error(RunnerError(code, f"{request.method} {request.url.path}: {error.detail}."), request)

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.exception("request failed", exc_info=error)
        return reply_error(as_runner_error(error), request)
