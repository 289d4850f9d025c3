"""The jobs' endpoints."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response, status
from fastapi.responses import PlainTextResponse
from sse_starlette import EventSourceResponse

from pareto_runner.api.stream import stream_events
from pareto_runner.jobs.events import read_events, read_lines
from pareto_runner.jobs.manager import JobManager
from pareto_runner.jobs.store import ENDED
from pareto_runner.schemas import JobRequest, JobState, JobView, LogPage

EVENTS_DOC = (
    "Server-sent events `state`, `progress` and `log`; the data of each is a JSON object with `at` and `type`. "
    "Send the last id as `Last-Event-ID` to go on from there. Ends when the job has ended."
)


def make_jobs_router(jobs: JobManager) -> APIRouter:
    """Make the router over a job manager."""
    router = APIRouter(prefix="/jobs", tags=["jobs"])

    @router.post("", status_code=status.HTTP_202_ACCEPTED)
    def post_job(body: JobRequest, request: Request) -> JobView:
        """Queue a job, or return the one that the key names; an interrupted one is queued again."""
        return jobs.submit(body, request.scope["request_id"])

    @router.get("")
    def list_jobs(limit: Annotated[int, Query(ge=1, le=200)] = 50, state: JobState | None = None) -> list[JobView]:
        """Return the newest jobs first."""
        return jobs.store.recent(limit, state)

    @router.get("/by-key/{key}")
    def get_job_by_key(key: str) -> JobView:
        """Return the job that was posted with this key."""
        return jobs.store.by_key(key)

    @router.get("/by-key/{key}/log")
    def get_log_by_key(
        key: str, after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=5_000)] = 2_000
    ) -> LogPage:
        """Return the log of the job that was posted with this key, from where a reader stopped."""
        # The state is read before the file, so that the last line is not missed.
        view = jobs.store.by_key(key)
        path = jobs.events_path(view.id)
        lines, position, more = read_lines(path, after, limit)
        # An interrupted job is posted again under its key, and its log goes on.
        ended = view.state in ENDED and view.state is not JobState.interrupted
        return LogPage(lines=lines, next=position, more=more, ended=ended, kept=path.exists())

    @router.get("/{job_id}")
    def get_job(job_id: str) -> JobView:
        """Return a job."""
        return jobs.store.by_id(job_id)

    @router.delete("/{job_id}")
    def cancel_job(job_id: str) -> JobView:
        """Cancel a job and end its processes; ask again for its final state, which follows within a second."""
        return jobs.cancel(job_id)

    @router.get("/{job_id}/logs", response_class=PlainTextResponse)
    def get_job_logs(job_id: str, tail: Annotated[int, Query(ge=1, le=100_000)] = 1_000) -> Response:
        """Return the job's last log lines as plain text."""
        jobs.store.by_id(job_id)
        lines = [
            f"{event['at']} {event['level']} {event.get('stage', '')} {event['message']}"
            for _, event in read_events(jobs.events_path(job_id))
            if event["type"] == "log"
        ]
        return PlainTextResponse("".join(f"{line}\n" for line in lines[-tail:]))

    @router.get(
        "/{job_id}/events",
        description=EVENTS_DOC,
        response_class=EventSourceResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def get_job_events(job_id: str, last_event_id: Annotated[str | None, Header()] = None) -> Response:
        jobs.store.by_id(job_id)
        offset = int(last_event_id) if last_event_id and last_event_id.isdigit() else 0
        return EventSourceResponse(stream_events(jobs, job_id, offset), ping=15)

    return router
