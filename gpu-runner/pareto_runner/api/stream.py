"""A job's events as server-sent events: from where the reader stopped, until the job has ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from sse_starlette import ServerSentEvent

from pareto_runner.jobs.events import read_events
from pareto_runner.jobs.manager import JobManager
from pareto_runner.jobs.store import ENDED

POLL_SECONDS = 0.25


async def stream_events(manager: JobManager, job_id: str, offset: int) -> AsyncIterator[ServerSentEvent]:
    """Yield the events behind `offset`; ends once the job has ended and all of them are sent."""
    path = manager.events_path(job_id)
    while True:
        # The state is read before the file, so that the last event is not missed.
        ended = manager.store.by_id(job_id).state in ENDED
        sent = False
        for position, event in read_events(path, offset):
            offset, sent = position, True
            yield ServerSentEvent(id=str(position), event=event["type"], data=json.dumps(event, ensure_ascii=False))
        if ended and not sent:
            return
        await asyncio.sleep(0 if sent else POLL_SECONDS)
