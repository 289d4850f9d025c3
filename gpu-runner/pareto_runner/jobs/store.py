"""The jobs' table in SQLite: the runner's memory across restarts.

One key names one job for ever; a unique constraint, not a look-up, guarantees it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pareto_runner.errors import RunnerError
from pareto_runner.logs import now_iso
from pareto_runner.schemas import ErrorInfo, EvaluateResult, JobBody, JobEnergy, JobRequest, JobState, JobView, Progress

TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  body TEXT NOT NULL, body_hash TEXT NOT NULL,
  state TEXT NOT NULL, attempt INTEGER NOT NULL, time_limit_s INTEGER NOT NULL,
  callback_url TEXT, callback_due INTEGER NOT NULL DEFAULT 0,
  progress TEXT NOT NULL DEFAULT '{}', processes TEXT NOT NULL DEFAULT '[]', request_id TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL, queued_at TEXT NOT NULL, started_at TEXT, ended_at TEXT, heartbeat_at TEXT,
  result TEXT, error TEXT, energy TEXT
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, queued_at);
"""
ENDED = (JobState.succeeded, JobState.failed, JobState.cancelled, JobState.interrupted)
ALIKE = ("model", "recipe", "runtime", "benchmarks", "limit", "mode", "format")
"""What makes two jobs of a kind take about the same time."""
_BODY: TypeAdapter[Any] = TypeAdapter(JobBody)


@dataclass(frozen=True)
class StoredJob:
    """A job with what only the runner needs."""

    view: JobView
    body: Any
    time_limit_s: int
    callback_url: str | None
    processes: list[tuple[int, float]]


class JobStore:
    """All reads and writes of the table; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        # A finished job must survive a power cut: the web app counts on it after its own restart.
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLE)
        if "energy" not in {row["name"] for row in self._db.execute("PRAGMA table_info(jobs)")}:
            self._db.execute("ALTER TABLE jobs ADD COLUMN energy TEXT")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def submit(self, request: JobRequest, request_id: str) -> tuple[JobView, bool]:
        """Queue a job, or return the one that has this key; the flag says whether it was queued now.

        Only `job` is compared: a new callback address or time limit is no different job.

        Raises:
            RunnerError: `key_conflict` when the key names a job with another body.
        """
        body = json.dumps(request.job.model_dump(mode="json"), sort_keys=True)
        body_hash = hashlib.sha256(body.encode()).hexdigest()
        now = now_iso()
        with self._transaction():
            done = self._db.execute(
                "INSERT INTO jobs (id, key, kind, body, body_hash, state, attempt, time_limit_s, callback_url,"
                " request_id, created_at, queued_at) VALUES (?,?,?,?,?,'queued',1,?,?,?,?,?)"
                " ON CONFLICT (key) DO NOTHING",
                (
                    uuid.uuid4().hex,
                    request.key,
                    request.job.kind,
                    body,
                    body_hash,
                    request.time_limit_s,
                    request.callback_url,
                    request_id,
                    now,
                    now,
                ),
            )
            if done.rowcount == 1:
                return self.by_key(request.key), True
            row = self._row("key", request.key)
            if row["body_hash"] != body_hash:
                raise RunnerError(
                    "key_conflict",
                    f"The key '{request.key}' already names a job with other parameters.",
                    "Use a new key for a new job.",
                    field="key",
                )
            if row["state"] != JobState.interrupted.value:
                return _view(row), False
            self._db.execute(
                "UPDATE jobs SET state='queued', attempt=attempt+1, time_limit_s=?, callback_url=?, callback_due=0,"
                " request_id=?, queued_at=?, started_at=NULL, ended_at=NULL, heartbeat_at=NULL, progress='{}',"
                " error=NULL, result=NULL, energy=NULL WHERE key=?",
                (request.time_limit_s, request.callback_url, request_id, now, request.key),
            )
            return self.by_key(request.key), True

    def by_id(self, job_id: str) -> JobView:
        """Return a job.

        Raises:
            RunnerError: `job_not_found`.
        """
        return _view(self._row("id", job_id))

    def by_key(self, key: str) -> JobView:
        """Return a job by the key it was posted with.

        Raises:
            RunnerError: `job_not_found`.
        """
        return _view(self._row("key", key))

    def stored(self, job_id: str) -> StoredJob:
        """Return a job with its body."""
        return _stored(self._row("id", job_id))

    def recent(self, limit: int, state: JobState | None = None) -> list[JobView]:
        """Return the newest jobs first."""
        where, values = ("WHERE state=?", [state.value]) if state else ("", [])
        query = f"SELECT * FROM jobs {where} ORDER BY created_at DESC, rowid DESC LIMIT ?"  # noqa: S608
        with self._lock:
            return [_view(row) for row in self._db.execute(query, [*values, limit])]

    def count(self, state: JobState) -> int:
        """Return how many jobs are in a state."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM jobs WHERE state=?", (state.value,)).fetchone()[0])

    def claim_next(self) -> StoredJob | None:
        """Turn the oldest queued job into a running one and return it."""
        with self._transaction():
            row = self._db.execute(
                "UPDATE jobs SET state='running', started_at=?, heartbeat_at=? WHERE id=(SELECT id FROM jobs"
                " WHERE state='queued' ORDER BY queued_at, rowid LIMIT 1) RETURNING *",
                (now_iso(), now_iso()),
            ).fetchone()
            return _stored(row) if row else None

    def in_state(self, state: JobState) -> list[StoredJob]:
        """Return all jobs of a state."""
        with self._lock:
            return [_stored(row) for row in self._db.execute("SELECT * FROM jobs WHERE state=?", (state.value,))]

    def ended_ids(self) -> list[str]:
        """Return the ids of all jobs that have ended, the oldest first."""
        marks = ",".join("?" * len(ENDED))
        query = f"SELECT id FROM jobs WHERE state IN ({marks}) ORDER BY ended_at"  # noqa: S608
        with self._lock:
            return [row["id"] for row in self._db.execute(query, [s.value for s in ENDED])]

    def typical_seconds(self, job: StoredJob) -> float | None:
        """Return the median wall seconds of the last jobs of this kind with the same model, recipe and benchmarks."""
        same = [f"json_extract(body, '$.params.{name}') IS json_extract(?, '$.params.{name}')" for name in ALIKE]
        query = (
            "SELECT (julianday(ended_at) - julianday(started_at)) * 86400 AS seconds FROM jobs"  # noqa: S608
            f" WHERE kind=? AND state='succeeded' AND {' AND '.join(same)} ORDER BY ended_at DESC LIMIT 5"
        )
        body = json.dumps(job.body.model_dump(mode="json"), sort_keys=True)
        with self._lock:
            rows = self._db.execute(query, [job.view.kind, *[body] * len(ALIKE)]).fetchall()
        return statistics.median(row["seconds"] for row in rows) if rows else None

    def last_evaluation(self, artifact: str) -> EvaluateResult | None:
        """Return the newest result of an evaluation of this artifact."""
        query = (
            "SELECT result FROM jobs WHERE kind='evaluate' AND state='succeeded'"
            " AND json_extract(body, '$.params.artifact')=? ORDER BY ended_at DESC LIMIT 1"
        )
        with self._lock:
            row = self._db.execute(query, (artifact,)).fetchone()
        return EvaluateResult.model_validate_json(row["result"]) if row else None

    def beat(self, job_id: str, progress: Progress) -> None:
        """Store a running job's progress and heartbeat."""
        self._write(
            "UPDATE jobs SET heartbeat_at=?, progress=? WHERE id=? AND state='running'",
            (now_iso(), progress.model_dump_json(), job_id),
        )

    def set_processes(self, job_id: str, processes: list[tuple[int, float]]) -> None:
        """Store the process ids (with their start times) of a job, so that a later runner can end orphans."""
        self._write("UPDATE jobs SET processes=? WHERE id=?", (json.dumps(processes), job_id))

    def finish(
        self,
        job_id: str,
        state: JobState,
        result: dict[str, Any] | None = None,
        error: ErrorInfo | None = None,
        energy: JobEnergy | None = None,
    ) -> JobView | None:
        """End a queued or running job once; None when it had ended before."""
        with self._transaction():
            done = Progress(stage="done", fraction=1.0, eta_s=0.0).model_dump_json()
            row = self._db.execute(
                "UPDATE jobs SET progress=CASE ? WHEN 'succeeded' THEN ? ELSE progress END, state=?, ended_at=?,"
                " result=?, error=?, energy=?, processes='[]', callback_due=(callback_url IS NOT NULL)"
                " WHERE id=? AND state IN ('queued','running') RETURNING *",
                (
                    state.value,
                    done,
                    state.value,
                    now_iso(),
                    json.dumps(result) if result is not None else None,
                    error.model_dump_json() if error else None,
                    energy.model_dump_json() if energy else None,
                    job_id,
                ),
            ).fetchone()
            return _view(row) if row else None

    def give_up_interrupted(self, job_id: str) -> None:
        """Turn an interrupted job into a cancelled one, so that its key no longer starts it again."""
        self._write("UPDATE jobs SET state='cancelled' WHERE id=? AND state='interrupted'", (job_id,))

    def callbacks_due(self) -> list[StoredJob]:
        """Return the ended jobs whose caller has not been told."""
        with self._lock:
            return [_stored(row) for row in self._db.execute("SELECT * FROM jobs WHERE callback_due=1")]

    def callback_done(self, job_id: str) -> None:
        """Note that the caller was told, or that telling was given up."""
        self._write("UPDATE jobs SET callback_due=0 WHERE id=?", (job_id,))

    def _write(self, query: str, values: tuple[Any, ...]) -> None:
        with self._transaction():
            self._db.execute(query, values)

    def _row(self, column: str, value: str) -> sqlite3.Row:
        with self._lock:
            row = self._db.execute(f"SELECT * FROM jobs WHERE {column}=?", (value,)).fetchone()  # noqa: S608
        if row is None:
            raise RunnerError("job_not_found", f"There is no job with the {column} '{value}'.", "Post it first.")
        return row

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _view(row: sqlite3.Row) -> JobView:
    return JobView.model_validate(
        {
            **{name: row[name] for name in ("id", "key", "kind", "state", "attempt", "created_at", "request_id")},
            **{name: row[name] for name in ("started_at", "ended_at", "heartbeat_at")},
            "progress": json.loads(row["progress"]),
            "result": json.loads(row["result"]) if row["result"] else None,
            "error": json.loads(row["error"]) if row["error"] else None,
            "energy": json.loads(row["energy"]) if row["energy"] else None,
        }
    )


def _stored(row: sqlite3.Row) -> StoredJob:
    return StoredJob(
        view=_view(row),
        body=_BODY.validate_json(row["body"]),
        time_limit_s=row["time_limit_s"],
        callback_url=row["callback_url"],
        processes=[(int(pid), float(started)) for pid, started in json.loads(row["processes"])],
    )
