"""The signature on every request between the web app and the runner: an HMAC over time, method, path and body."""

from __future__ import annotations

import hashlib
import hmac
import time

from pareto_runner.errors import RunnerError

TIMESTAMP_HEADER = "x-pareto-timestamp"
SIGNATURE_HEADER = "x-pareto-signature"
TOLERANCE_S = 300


def sign(key: str, timestamp: str, method: str, path_with_query: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 of `timestamp.METHOD.path.body`."""
    head = f"{timestamp}.{method.upper()}.{path_with_query}.".encode()
    return hmac.new(key.encode(), head + body, hashlib.sha256).hexdigest()


def signed_headers(key: str, method: str, path_with_query: str, body: bytes) -> dict[str, str]:
    """Return the two headers of a request made now."""
    timestamp = str(int(time.time()))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(key, timestamp, method, path_with_query, body)}


def check_signature(key: str, timestamp: str, signature: str, method: str, path_with_query: str, body: bytes) -> None:
    """Check a request's signature in constant time.

    Raises:
        RunnerError: `unauthorized`, with what is wrong.
    """
    if not timestamp or not signature:
        raise _refuse("The request is not signed.")
    try:
        age_s = abs(time.time() - int(timestamp))
    except ValueError:
        raise _refuse("The request's timestamp is no number.") from None
    if age_s > TOLERANCE_S:
        raise _refuse(f"The request's timestamp is {age_s:.0f} s off the runner's clock; {TOLERANCE_S} s are allowed.")
    if not hmac.compare_digest(sign(key, timestamp, method, path_with_query, body), signature):
        raise _refuse("The request's signature does not match.")


def _refuse(message: str) -> RunnerError:
    return RunnerError(
        "unauthorized", message, "Give the web app and the runner the same RUNNER_KEY and check both clocks."
    )
