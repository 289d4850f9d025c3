"""What all wire types stand on: the base and the typed errors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Base of all wire models: an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


class ErrorInfo(Wire):
    """A typed error. `code` is stable, `message` says what happened and why, `remedy` what to do."""

    code: str
    message: str
    remedy: str = ""
    field: str | None = None
    retryable: bool = False
    details: dict[str, Any] = Field(default_factory=dict)


class ErrorReply(Wire):
    """The body of every reply with a status of 400 or more."""

    error: ErrorInfo
    request_id: str
