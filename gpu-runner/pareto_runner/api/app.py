"""The runner's HTTP interface."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import PlainTextResponse

import pareto_runner
from pareto_runner.api.artifacts import make_artifacts_router, make_upload
from pareto_runner.api.benchmarks import make_benchmarks_router
from pareto_runner.api.exports import make_exports_router
from pareto_runner.api.jobs import make_jobs_router
from pareto_runner.api.lab import make_lab_router
from pareto_runner.api.metrics import Metrics
from pareto_runner.api.middleware import RequestMiddleware
from pareto_runner.api.replies import add_error_replies
from pareto_runner.api.search import make_search_router
from pareto_runner.device import describe_device, library_versions, physical_cores, read_gpus
from pareto_runner.jobs.manager import JobManager
from pareto_runner.measure.grid_live import LiveGrid
from pareto_runner.models.hub import HubAccess
from pareto_runner.schemas import (
    ErrorReply,
    GpuReply,
    Health,
    JobState,
)
from pareto_runner.settings import Secrets, Settings

ERROR_REPLIES: dict[int | str, dict[str, object]] = {
    422: {"model": ErrorReply, "description": "The request cannot be met; the error says why."},
    "default": {"model": ErrorReply, "description": "Any other error."},
}


def make_app(settings: Settings, secrets: Secrets, manager: JobManager | None = None) -> FastAPI:
    """Make the app; it starts and stops its job manager."""
    metrics = Metrics()
    hub = HubAccess(settings, secrets.hub_token)
    jobs = manager or JobManager(settings, secrets, prepare=hub.bring)
    jobs.bring_items = hub.bring_items
    jobs.upload = make_upload(settings, hub, jobs.store)
    jobs.read_grid = LiveGrid(secrets.grid_key, settings.grid_zone).read
    jobs.on_end = metrics.observe_job

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        jobs.start()
        yield
        jobs.stop()

    app = FastAPI(
        title="Pareto Lab runner",
        version=pareto_runner.__version__,
        description="Compresses and measures language models, one child process per job. Requests are signed.",
        lifespan=lifespan,
        # Either page would take its scripts from another site, and could not sign the requests that it offers to try.
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.manager = jobs
    add_error_replies(app)
    app.include_router(_make_machine_router(settings, jobs, metrics), responses=ERROR_REPLIES)
    app.include_router(make_lab_router(settings, hub), responses=ERROR_REPLIES)
    app.include_router(make_search_router(hub), responses=ERROR_REPLIES)
    app.include_router(make_benchmarks_router(), responses=ERROR_REPLIES)
    app.include_router(make_artifacts_router(settings, jobs.store), responses=ERROR_REPLIES)
    app.include_router(make_exports_router(), responses=ERROR_REPLIES)
    app.include_router(make_jobs_router(jobs), responses=ERROR_REPLIES)
    app.add_middleware(RequestMiddleware, key=secrets.runner_key, metrics=metrics)
    return app


def _make_machine_router(settings: Settings, jobs: JobManager, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["machine"])

    @router.get("/health")
    def get_health() -> Health:
        """Say that the runner is up, and on what; not signed."""
        memory = psutil.virtual_memory()
        return Health(
            ready=jobs.ready,
            version=pareto_runner.__version__,
            device=describe_device(),
            cpu_count=physical_cores(),
            memory_total_gb=round(memory.total / 1e9, 3),
            memory_available_gb=round(memory.available / 1e9, 3),
            disk_free_gb=round(shutil.disk_usage(settings.data_dir).free / 1e9, 3),
            jobs_queued=jobs.store.count(JobState.queued),
            jobs_running=jobs.store.count(JobState.running),
            versions=library_versions(),
        )

    @router.get("/gpu")
    def get_gpu() -> GpuReply:
        """List the CUDA devices."""
        return read_gpus()

    @router.get("/metrics", response_class=PlainTextResponse)
    def get_metrics() -> Response:
        """Return Prometheus' text format; not signed."""
        return Response(metrics.render(jobs.store), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
