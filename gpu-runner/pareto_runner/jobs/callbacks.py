"""Telling the caller that a job has ended: a signed POST, tried again for some minutes, never in a job's way."""

from __future__ import annotations

import logging
import threading
import time
from urllib.parse import urlsplit

import httpx

from pareto_runner.jobs.store import JobStore, StoredJob
from pareto_runner.signing import signed_headers

log = logging.getLogger("runner.callbacks")
GIVE_UP_AFTER_S = 600.0
LONGEST_PAUSE_S = 60.0


class CallbackSender:
    """One thread that delivers what the store says is due; what was due before a restart is delivered after it."""

    def __init__(self, store: JobStore, key: str) -> None:
        self._store = store
        self._key = key
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._first: dict[str, float] = {}
        self._next: dict[str, tuple[float, float]] = {}
        self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)

    def start(self) -> None:
        """Start to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is still due stays in the store."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(5)

    def wake(self) -> None:
        """Say that something is due."""
        self._wake.set()

    def _run(self) -> None:
        with httpx.Client(timeout=10, follow_redirects=False, trust_env=False) as client:
            while not self._stopping.is_set():
                self._wake.clear()
                due = self._store.callbacks_due()
                for job in due:
                    if not self._stopping.is_set() and time.monotonic() >= self._next.get(job.view.id, (0.0, 0.0))[0]:
                        self._deliver(client, job)
                self._wake.wait(1.0 if due else None)

    def _deliver(self, client: httpx.Client, job: StoredJob) -> None:
        job_id, now = job.view.id, time.monotonic()
        first = self._first.setdefault(job_id, now)
        reason = self._post(client, job)
        if reason is None or now - first > GIVE_UP_AFTER_S:
            if reason is not None:
                log.warning("callback given up: %s", reason, extra={"data": {"job": job_id}})
            self._store.callback_done(job_id)
            self._first.pop(job_id, None)
            self._next.pop(job_id, None)
            return
        pause = min(LONGEST_PAUSE_S, 2 * self._next.get(job_id, (0.0, 0.5))[1])
        self._next[job_id] = (now + pause, pause)
        log.info("callback failed, next try in %.0f s: %s", pause, reason, extra={"data": {"job": job_id}})

    def _post(self, client: httpx.Client, job: StoredJob) -> str | None:
        """Return why it failed, or None."""
        assert job.callback_url is not None  # noqa: S101 - the store's query selects only such jobs
        url = urlsplit(job.callback_url)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = job.view.model_dump_json().encode()
        headers = {
            "content-type": "application/json",
            "x-request-id": job.view.request_id,
            **signed_headers(self._key, "POST", path, body),
        }
        try:
            reply = client.post(job.callback_url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"{type(error).__name__}: {error}"
        return None if reply.is_success else f"status {reply.status_code}"
