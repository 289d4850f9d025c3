"""The one exception that leaves the runner: typed, with a plain cause and a next step."""

from __future__ import annotations

from typing import Any

from pareto_runner.schemas import ErrorInfo


class RunnerError(Exception):
    """An error with a stable code, a message (what happened and why) and a remedy (what to do).

    It crosses process borders as an `ErrorInfo`, so everything in `details` must be JSON-able.
    `retryable` says that the same inputs may succeed later; `field` names the input at fault.
    """

    def __init__(
        self,
        code: str,
        message: str,
        remedy: str = "",
        field: str | None = None,
        retryable: bool = False,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.field = field
        self.retryable = retryable
        self.details = details or {}

    def to_info(self) -> ErrorInfo:
        """Return the wire form."""
        return ErrorInfo(
            code=self.code,
            message=self.message,
            remedy=self.remedy,
            field=self.field,
            retryable=self.retryable,
            details=self.details,
        )

    @classmethod
    def from_info(cls, info: ErrorInfo) -> RunnerError:
        """Rebuild the exception from its wire form."""
        return cls(info.code, info.message, info.remedy, info.field, info.retryable, dict(info.details))

    def __reduce__(self) -> tuple[Any, ...]:
        return (
            RunnerError,
            (self.code, self.message, self.remedy, self.field, self.retryable, self.details),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" {self.remedy}" if self.remedy else "")
