"""The queue: one running job at a time per device, restart, cancel and cleaning up."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pareto_runner.artifacts.write import remove_stray_folders
from pareto_runner.device import find_device
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.callbacks import CallbackSender
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.jobs.energy import JobMeter
from pareto_runner.jobs.events import EventFile
from pareto_runner.jobs.processes import kill_tree
from pareto_runner.jobs.progress import JobSink
from pareto_runner.jobs.store import JobStore, StoredJob
from pareto_runner.jobs.supervise import Cancelled, Supervision, call_fresh
from pareto_runner.schemas import (
    CompressJob,
    ErrorInfo,
    EvaluateJob,
    JobBody,
    JobEnergy,
    JobRequest,
    JobState,
    JobView,
    PushJob,
    PushParams,
    PushResult,
    ReproduceJob,
)
from pareto_runner.settings import Secrets, Settings

log = logging.getLogger("runner.jobs")
KEEP_LOGS = 1_000

MOST_RETRIES = 2

BringItems = Callable[[list[str], Callable[[str, float, str], None], threading.Event, float], None]
Prepare = Callable[[str, Callable[[str, float, str], None], threading.Event, float], None]
Upload = Callable[[PushParams, threading.Event, float], PushResult]


class JobManager:
    """Accepts jobs and runs them, each in its own child process.

    `executor` names the function the child runs; `prepare` is called before it, in this process's thread, to
    bring the job's model here, and `upload` does a push job (the only steps with network).
    """

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        executor: str = "pareto_runner.jobs.execute:execute",
        prepare: Prepare | None = None,
    ) -> None:
        self.settings = settings
        self._executor = executor
        self._prepare = prepare
        self.upload: Upload | None = None
        self.bring_items: BringItems = lambda *_: None
        self.read_grid: Callable[[], dict[str, Any] | None] = lambda: None
        self.store = JobStore(settings.runner_dir / "jobs.sqlite")
        self.callbacks = CallbackSender(self.store, secrets.runner_key)
        self.on_end: Callable[[JobView], None] = lambda view: None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        # Guards that a job is either in the queue or has its event here, so that no cancel falls in between.
        self._lock = threading.Lock()
        self._cancels: dict[str, threading.Event] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether jobs start without delay."""
        return self._ready.is_set()

    def start(self) -> None:
        """Settle what an earlier runner left behind and start to work."""
        self.settings.artifacts_dir.mkdir(parents=True, exist_ok=True)
        for job in self.store.in_state(JobState.running):
            for pid, started in job.processes:
                kill_tree(pid, started)
            error = ErrorInfo(
                code="interrupted",
                message="The runner stopped while the job was running.",
                remedy="Post the same job again: it starts anew under the same key.",
                retryable=True,
            )
            self._finish(job.view.id, JobState.interrupted, error=error)
        remove_stray_folders(self.settings.artifacts_dir)
        shutil.rmtree(self.settings.runner_dir / "work", ignore_errors=True)
        self._remove_old_logs()
        self.callbacks.start()
        self._thread.start()

    def stop(self) -> None:
        """End the running job as `interrupted` and stop."""
        self._stopping.set()
        self._wake.set()
        for event in list(self._cancels.values()):
            event.set()
        self._thread.join(30)
        self.callbacks.stop()
        self.store.close()

    def submit(self, request: JobRequest, request_id: str) -> JobView:
        """Queue a job or return the one that its key names."""
        view, queued = self.store.submit(request, request_id)
        if queued:
            self.events(view.id).append("state", {"state": "queued", "attempt": view.attempt})
            log.info("job queued", extra={"data": {"job": view.id, "key": view.key, "attempt": view.attempt}})
            self._wake.set()
        return view

    def cancel(self, job_id: str) -> JobView:
        """Cancel a job, killing its processes when it runs; a job that has ended stays as it is.

        Raises:
            RunnerError: `job_not_found`.
        """
        with self._lock:
            state = self.store.by_id(job_id).state
            if event := self._cancels.get(job_id):
                event.set()
            elif state is JobState.interrupted:
                self.store.give_up_interrupted(job_id)
            elif state is JobState.queued:
                self._finish(job_id, JobState.cancelled, error=_cancelled_error())
        return self.store.by_id(job_id)

    def events_path(self, job_id: str) -> Path:
        """Return the file of a job's events."""
        return self.settings.runner_dir / "logs" / f"{job_id}.jsonl"

    def events(self, job_id: str) -> EventFile:
        """Return the writer of a job's events."""
        return EventFile(self.events_path(job_id))

    def _run(self) -> None:
        try:
            call_fresh(warm_up, {})
        except RunnerError as error:
            log.error("the libraries do not load: %s", error)
        self._ready.set()
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                # A job whose end could not be stored is still "running" here, where nothing runs.
                for lost in self.store.in_state(JobState.running):
                    self._finish(lost.view.id, JobState.interrupted, error=_lost_error())
                with self._lock:
                    job = self.store.claim_next()
                    if job is not None:
                        self._cancels[job.view.id] = threading.Event()
                if job is not None:
                    self._run_job(job, self._cancels[job.view.id])
                    continue
            except Exception:
                # The queue must outlive any one job, for example when the disk was full while storing its end.
                log.exception("the queue stumbled; it goes on")
                time.sleep(1)
            self._wake.wait(5)

    def _run_job(self, job: StoredJob, cancelled: threading.Event) -> None:
        job_id = job.view.id
        if self._stopping.is_set():
            cancelled.set()
        work_dir = self.settings.runner_dir / "work" / f"{job_id}-{job.view.attempt}"
        started = time.monotonic()
        sink = JobSink(self.store, job_id, self.events(job_id))
        meter = JobMeter()

        def finish(state: JobState, result: dict[str, Any] | None = None, error: ErrorInfo | None = None) -> None:
            self._finish(job_id, state, result, error, meter.stop(sink.processor_seconds))

        try:
            sink.state("running", job.view.attempt)
            finish(JobState.succeeded, self._work(job, work_dir, sink, cancelled, started + job.time_limit_s))
        except Cancelled:
            if self._stopping.is_set():
                finish(JobState.interrupted, error=_stopped_error())
            else:
                finish(JobState.cancelled, error=_cancelled_error())
        except Exception as error:
            if not isinstance(error, RunnerError):
                log.exception("the job failed outside of its process", extra={"data": {"job": job_id}})
            finish(JobState.failed, error=as_runner_error(error).to_info())
        finally:
            with self._lock:
                self._cancels.pop(job_id, None)
            shutil.rmtree(work_dir, ignore_errors=True)
            remove_stray_folders(self.settings.artifacts_dir)

    def _work(self, job: StoredJob, work_dir: Path, sink: JobSink, cancelled: threading.Event, end: float) -> Any:
        """Do the job and return its result; one that ran out of memory is done again in a new process, smaller.

        A new process, because a GPU's memory stays in fragments and the system may have killed the old one.
        """
        if (typical_s := self.store.typical_seconds(job)) is not None:
            sink.expect(typical_s)
        if isinstance(job.body, PushJob):
            if self.upload is None:
                raise RunnerError("hub_unreachable", "This runner uploads nothing.", "Push from another runner.")
            sink.progress("upload", 0.0, f"uploading to {job.body.params.repo}")
            return self.upload(job.body.params, cancelled, end).model_dump(mode="json")
        if self._prepare is not None:
            self._prepare(model_of(job.body), sink.progress, cancelled, end)
        if isinstance(job.body, EvaluateJob):
            self.bring_items(job.body.params.benchmarks, sink.progress, cancelled, end)
        retries: list[str] = []
        while True:
            shutil.rmtree(work_dir, ignore_errors=True)
            work_dir.mkdir(parents=True)
            spec = {**self._spec(job, work_dir), "shrink": 0.5 ** len(retries), "retries": retries}
            try:
                return Supervision(spec, sink, end - time.monotonic(), cancelled).run()
            except RunnerError as error:
                if error.code != "out_of_memory" or len(retries) == MOST_RETRIES or not has_steps(job.body):
                    raise
                part = "half" if not retries else "a quarter"
                retries.append(f"{error.message} Tried again with {part} of the batch and the calibration set.")
                sink.log("warning", retries[-1])

    def _spec(self, job: StoredJob, work_dir: Path) -> dict[str, Any]:
        return {
            "mode": "job",
            "target": self._executor,
            "body": job.body.model_dump(mode="json"),
            "job_id": job.view.id,
            "request_id": job.view.request_id,
            "artifacts_dir": str(self.settings.artifacts_dir),
            "work_dir": str(work_dir),
            "device": find_device(),
            "live_grid": self.read_grid() if isinstance(job.body, EvaluateJob) else None,
        }

    def _finish(
        self,
        job_id: str,
        state: JobState,
        result: dict[str, Any] | None = None,
        error: ErrorInfo | None = None,
        energy: JobEnergy | None = None,
    ) -> None:
        view = self.store.finish(job_id, state, result, error, energy)
        if view is None:
            return
        event: dict[str, Any] = {"state": state.value, "attempt": view.attempt}
        if error is not None:
            event["error"] = error.model_dump(mode="json")
        self.events(job_id).append("state", event)
        log.info(
            "job ended",
            extra={"data": {"job": job_id, "key": view.key, "state": state.value, "request_id": view.request_id}},
        )
        self.on_end(view)
        self.callbacks.wake()

    def _remove_old_logs(self) -> None:
        for job_id in self.store.ended_ids()[:-KEEP_LOGS]:
            self.events_path(job_id).unlink(missing_ok=True)


def model_of(body: JobBody) -> str:
    """Return the model that a job needs here; a push job needs none."""
    if isinstance(body, ReproduceJob):
        return body.params.bundle.model
    return "" if isinstance(body, PushJob) else body.params.model


def has_steps(body: JobBody) -> bool:
    """Tell whether a job applies methods, which a smaller batch and calibration set can help."""
    if isinstance(body, ReproduceJob):
        return bool(body.params.bundle.recipe.steps)
    return isinstance(body, CompressJob) and bool(body.params.recipe.steps)


def warm_up() -> str:
    """Run in a fresh process at start, so that the fork server has loaded its libraries before the first job."""
    return "warm"


def _cancelled_error() -> ErrorInfo:
    return ErrorInfo(code="cancelled", message="The job was cancelled.", remedy="Use a new key to start it again.")


def _lost_error() -> ErrorInfo:
    return ErrorInfo(
        code="interrupted",
        message="The job's end could not be stored, for example because the disk was full.",
        remedy="Free space, then post the same job again: it starts anew under the same key.",
        retryable=True,
    )


def _stopped_error() -> ErrorInfo:
    return ErrorInfo(
        code="interrupted",
        message="The runner was stopped while the job was running.",
        remedy="Post the same job again: it starts anew under the same key.",
        retryable=True,
    )
