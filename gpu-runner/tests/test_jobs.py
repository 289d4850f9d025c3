"""The job manager with real child processes: ends of all kinds, restart, cancel, limits."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.events import LINE_CAP_CHARS, LOG_CAP_BYTES, EventFile, read_events, read_lines
from pareto_runner.jobs.manager import JobManager
from pareto_runner.jobs.progress import time_left
from pareto_runner.jobs.store import ENDED, JobStore
from pareto_runner.schemas import CompressResult, JobEnergy, JobRequest, JobState, JobView
from pareto_runner.settings import Secrets, Settings
from tests.waiting import is_alive, wait_for

Submit = Callable[..., JobView]


def make_manager(folder: Path) -> JobManager:
    return JobManager(Settings(folder, "127.0.0.1", 0, "development"), Secrets("", None), "tests.job_targets:execute")


def make_request(
    key: str, how: str, time_limit_s: int = 60, callback_url: str | None = None, steps: list[Any] | None = None
) -> JobRequest:
    return JobRequest.model_validate(
        {
            "key": key,
            "job": {"kind": "compress", "params": {"model": how, "recipe": {"steps": steps or []}}},
            "time_limit_s": time_limit_s,
            "callback_url": callback_url,
        }
    )


def wait_end(manager: JobManager, view: JobView) -> JobView:
    wait_for(lambda: manager.store.by_id(view.id).state in ENDED)
    return manager.store.by_id(view.id)


def logs(manager: JobManager, view: JobView) -> list[str]:
    return [e["message"] for _, e in read_events(manager.events_path(view.id)) if e["type"] == "log"]


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobManager]:
    made = make_manager(tmp_path_factory.mktemp("jobs"))
    made.start()
    yield made
    made.stop()


def run(manager: JobManager, how: str, time_limit_s: int = 60, steps: list[Any] | None = None) -> JobView:
    request = make_request(f"{how}-{time_limit_s}", how, time_limit_s, steps=steps)
    return wait_end(manager, manager.submit(request, "req-1"))


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_a_job_reaches_no_network(manager: JobManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        said = logs(manager, run(manager, f"connect-{port}"))
    if any("does not let this process leave the network" in line for line in said):
        pytest.skip("the kernel allows no network namespaces here")
    assert next(line for line in said if "refused" in line or "reached" in line).startswith("refused")


def test_succeeds_and_measures_in_a_fresh_process(manager: JobManager) -> None:
    view = run(manager, "good")
    assert view.state is JobState.succeeded
    assert view.error is None
    assert view.result is not None
    assert view.progress.fraction == 1.0
    assert view.request_id == "req-1"
    assert view.started_at
    assert view.heartbeat_at
    wait_for(lambda: not list((manager.settings.runner_dir / "work").iterdir()))


def test_what_a_job_drew_is_told_when_it_has_ended(manager: JobManager) -> None:
    energy = run(manager, "work").energy
    assert energy is not None
    assert energy.wh > 0
    assert energy.source


def test_a_store_of_before_learns_to_keep_energy(tmp_path: Path) -> None:
    JobStore(tmp_path / "jobs.sqlite").close()
    with sqlite3.connect(tmp_path / "jobs.sqlite") as database:
        database.execute("ALTER TABLE jobs DROP COLUMN energy")
    store = JobStore(tmp_path / "jobs.sqlite")
    view, _ = store.submit(make_request("old", "ok"), "")
    ended = store.finish(view.id, JobState.failed, energy=JobEnergy(wh=1.5, source="RAPL"))
    assert ended is not None
    assert ended.energy == JobEnergy(wh=1.5, source="RAPL")
    store.close()


def test_same_key_is_the_same_job_and_another_body_a_conflict(manager: JobManager) -> None:
    first = run(manager, "good")
    again = manager.submit(make_request("good-60", "good", callback_url="http://127.0.0.1:1/x"), "req-2")
    assert (again.id, again.attempt, again.state) == (first.id, 1, JobState.succeeded)
    with pytest.raises(RunnerError, match="key_conflict"):
        manager.submit(make_request("good-60", "other"), "req-3")


@pytest.mark.parametrize(
    ("how", "code", "retryable"),
    [
        ("segfault", "job_crashed", True),
        ("typed", "method_failed", False),
        ("disk", "disk_full", True),
        ("memory", "out_of_memory", True),
        ("bug", "internal_error", False),
        ("measure-crash", "measure_crashed", True),
        ("measure-slow", "measure_time_limit", False),
    ],
)
def test_failures_are_typed(manager: JobManager, how: str, code: str, retryable: bool) -> None:
    view = run(manager, how)
    assert view.state is JobState.failed
    assert view.error is not None
    assert (view.error.code, view.error.retryable) == (code, retryable)
    assert view.error.message
    again = manager.submit(make_request(f"{how}-60", how), "req-2")
    assert (again.state, again.attempt) == (JobState.failed, 1)


def test_a_job_out_of_memory_is_tried_again_smaller_at_most_twice(manager: JobManager) -> None:
    view = run(manager, "memory-once", steps=[{"method": "magnitude"}])
    assert isinstance(view.result, CompressResult)
    assert len(view.result.retries) == 1
    assert "half" in view.result.retries[0]
    view = run(manager, "memory", time_limit_s=59, steps=[{"method": "magnitude"}])
    assert (view.state, view.error and view.error.code) == (JobState.failed, "out_of_memory")
    assert len([line for line in logs(manager, view) if "Tried again" in line]) == 2


def test_time_left_goes_from_plan_to_pace() -> None:
    assert time_left(0.0, 0.5, None) is None
    assert time_left(0.0, 10, 100) == 90
    assert time_left(0.5, 10, None) == 10
    assert time_left(0.5, 10, 100) == pytest.approx(70)
    assert [time_left(0.1, elapsed, 100) for elapsed in (20, 60, 100, 200)] == [81.0, 45.0, 22.5, 45.0]
    assert time_left(0.99, 200, 100) == pytest.approx(2, abs=0.1)


def test_typical_seconds_are_those_of_jobs_alike(manager: JobManager) -> None:
    view = run(manager, "good")
    assert (typical := manager.store.typical_seconds(manager.store.stored(view.id))) is not None
    assert 0 < typical < 60
    other = run(manager, "typed")
    assert manager.store.typical_seconds(manager.store.stored(other.id)) is None


def test_unforeseen_error_leaves_its_trace_in_the_log(manager: JobManager) -> None:
    view = run(manager, "bug")
    assert any("ValueError: unforeseen" in line for line in logs(manager, view))


def test_time_limit_ends_the_job(manager: JobManager) -> None:
    view = run(manager, "sleep", time_limit_s=1)
    assert view.state is JobState.failed
    assert view.error is not None
    assert view.error.code == "time_limit"


def test_cancel_ends_the_whole_process_tree(manager: JobManager) -> None:
    view = manager.submit(make_request("cancel", "family"), "req-1")
    wait_for(lambda: any(line.startswith("grandchild") for line in logs(manager, view)))
    pids = [pid for pid, _ in manager.store.stored(view.id).processes]
    pids.append(int(next(line for line in logs(manager, view) if line.startswith("grandchild")).split()[1]))
    manager.cancel(view.id)
    assert wait_end(manager, view).state is JobState.cancelled
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
    assert manager.cancel(view.id).state is JobState.cancelled


def test_queued_job_is_cancelled_without_running(manager: JobManager) -> None:
    running = manager.submit(make_request("busy", "sleep"), "req-1")
    queued = manager.submit(make_request("waiting", "good"), "req-1")
    assert manager.cancel(queued.id).state is JobState.cancelled
    manager.cancel(running.id)
    assert wait_end(manager, running).state is JobState.cancelled
    assert manager.store.by_id(queued.id).started_at is None


def test_progress_never_falls(manager: JobManager) -> None:
    view = run(manager, "backwards")
    seen = [e["fraction"] for _, e in read_events(manager.events_path(view.id)) if e["type"] == "progress"]
    assert seen == sorted(seen)
    assert max(seen) < 1


def test_log_is_capped(manager: JobManager) -> None:
    view = run(manager, "loud")
    assert view.state is JobState.succeeded
    assert manager.events_path(view.id).stat().st_size < LOG_CAP_BYTES + 100_000
    assert "size cap" in logs(manager, view)[-1]


def test_a_line_that_is_cut_says_so_and_a_failure_is_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "job.jsonl"
    events = EventFile(path)
    events.append("log", {"level": "info", "message": "x" * (LINE_CAP_CHARS + 7)})
    events.append("progress", {"stage": "load", "fraction": 0.5})
    events.append("state", {"state": "failed", "attempt": 2, "error": {"message": "It broke.", "remedy": "Mend it."}})
    lines, position, more = read_lines(path, 0, 10)
    assert lines[0].message.endswith("x … (7 characters more)")
    assert [line.level for line in lines] == ["info", "error"]
    assert lines[1].message == "failed: It broke. Mend it."
    assert (position, more) == (path.stat().st_size, False)
    assert read_lines(tmp_path / "removed.jsonl", 0, 10) == ([], 0, False)


def test_children_see_no_secrets_and_no_network(manager: JobManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    names = logs(manager, run(manager, "secrets"))[0].split(",")
    assert "HF_HUB_OFFLINE" in names
    assert not [name for name in names if name.endswith(("_KEY", "_TOKEN"))]


def test_restart_ends_orphans_and_the_same_post_runs_again(tmp_path: Path) -> None:
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], start_new_session=True)
    store = JobStore(tmp_path / "runner" / "jobs.sqlite")
    view, _ = store.submit(make_request("k", "good"), "req-1")
    assert store.claim_next() is not None
    store.set_processes(view.id, [(orphan.pid, psutil.Process(orphan.pid).create_time())])
    store.close()
    stray = tmp_path / "artifacts" / ".tmp-stray"
    stray.mkdir(parents=True)

    restarted = make_manager(tmp_path)
    restarted.start()
    try:
        interrupted = restarted.store.by_id(view.id)
        assert interrupted.state is JobState.interrupted
        assert interrupted.error is not None
        assert interrupted.error.retryable
        wait_for(lambda: not is_alive(orphan.pid))
        assert not stray.exists()
        again = restarted.submit(make_request("k", "good"), "req-2")
        assert (again.id, again.attempt) == (view.id, 2)
        assert wait_end(restarted, again).state is JobState.succeeded
    finally:
        restarted.stop()


def test_stopping_the_runner_interrupts_its_job(tmp_path: Path) -> None:
    first = make_manager(tmp_path)
    first.start()
    view = first.submit(make_request("k", "sleep"), "req-1")
    wait_for(lambda: first.store.by_id(view.id).progress.stage == "start")
    first.stop()
    store = JobStore(tmp_path / "runner" / "jobs.sqlite")
    assert store.by_id(view.id).state is JobState.interrupted
    store.close()
