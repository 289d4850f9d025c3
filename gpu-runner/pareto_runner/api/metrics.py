"""What `/metrics` shows, in Prometheus' text format."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from pareto_runner.device import read_gpus
from pareto_runner.jobs.store import JobStore
from pareto_runner.schemas import JobState, JobView

JOB_BUCKETS_S = (1, 2, 5, 10, 20, 60, 180, 600, 1_800, 3_600, 10_800, 43_200)


class Metrics:
    """The runner's own registry, so that two apps in one process (tests) do not collide."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "runner_request_seconds",
            "Wall seconds per request.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._jobs = Counter("runner_jobs_ended", "Ended jobs.", ["kind", "state", "code"], registry=self.registry)
        self._job_seconds = Histogram(
            "runner_job_seconds",
            "Wall seconds per ended job.",
            ["kind"],
            buckets=JOB_BUCKETS_S,
            registry=self.registry,
        )
        self._states = Gauge("runner_jobs", "Jobs that wait or run.", ["state"], registry=self.registry)
        self._gpu_used = Gauge("runner_gpu_memory_used_gb", "GPU memory in use.", ["gpu"], registry=self.registry)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def observe_job(self, view: JobView) -> None:
        """Count one ended job."""
        self._jobs.labels(view.kind, view.state.value, view.error.code if view.error else "").inc()
        if view.started_at and view.ended_at:
            seconds = datetime.fromisoformat(_plain(view.ended_at)) - datetime.fromisoformat(_plain(view.started_at))
            self._job_seconds.labels(view.kind).observe(seconds.total_seconds())

    def render(self, store: JobStore) -> bytes:
        """Return the text."""
        for state in (JobState.queued, JobState.running):
            self._states.labels(state.value).set(store.count(state))
        for gpu in read_gpus().gpus:
            self._gpu_used.labels(str(gpu.index)).set(gpu.memory_used_gb)
        return generate_latest(self.registry)


def _plain(time: str) -> str:
    """Python 3.10 does not parse the Z."""
    return time.replace("Z", "+00:00")
