"""Whether the hub can be reached, asked by the runner's own process; jobs never ask, they are offline."""

from __future__ import annotations

import os
import threading
import time

ASK_AGAIN_S = 60.0
LIMIT_S = 2.0

_lock = threading.Lock()
_known: dict[str, tuple[float, bool]] = {}


def hub_reachable() -> bool:
    """Return whether the hub answers at all; asked at most once a minute, and never for longer than two seconds."""
    import httpx

    endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    with _lock:
        asked, answer = _known.get(endpoint, (0.0, False))
        if asked and time.monotonic() - asked < ASK_AGAIN_S:
            return answer
        try:
            httpx.head(endpoint, timeout=LIMIT_S)
            answer = True
        except httpx.HTTPError:
            answer = False
        _known[endpoint] = (time.monotonic(), answer)
        return answer
