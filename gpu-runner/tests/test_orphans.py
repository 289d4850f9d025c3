"""What the runner starts ends with it, even when it is killed and can say nothing any more."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.supervise import call_fresh
from tests.job_targets import leave_child
from tests.waiting import is_alive, wait_for

ROOT = Path(__file__).parents[1]
RUNNER_LIKE = """
import sys, threading
from multiprocessing import forkserver
from pathlib import Path
from pareto_runner.jobs.supervise import call_fresh
from tests import job_targets
if __name__ == "__main__":
    for name in ("pause_after_telling", "hold_the_interpreter", "pause_with_child"):
        options = {"seconds": 120, "path": f"{sys.argv[1]}/{name}"}
        threading.Thread(target=call_fresh, args=(getattr(job_targets, name), options)).start()
    while not (server := forkserver._forkserver._forkserver_pid):
        pass
    Path(sys.argv[1], "fork_server").write_text(str(server))
"""
ASKS_HUB = """
from pareto_runner.models.hub import HubAccess
from pareto_runner.settings import load_settings
HubAccess(load_settings(), None).inspect("owner/name")
"""


def told(note: Path) -> int:
    return int(note.read_text() or 0) if note.exists() else 0


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Kill a runner that does several things, and return the processes that it had started."""
    folder = tmp_path_factory.mktemp("runner")
    script = folder / "runner_like.py"
    script.write_text(RUNNER_LIKE)
    names = ("fork_server", "pause_after_telling", "hold_the_interpreter", "pause_with_child")
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    runner = subprocess.Popen([sys.executable, str(script), str(folder)], env=environment, cwd=ROOT)
    try:
        wait_for(lambda: all(told(folder / name) for name in names), 120)
    finally:
        runner.kill()
        runner.wait()
    return {name: told(folder / name) for name in names}


@pytest.mark.parametrize("name", ["pause_after_telling", "hold_the_interpreter", "pause_with_child", "fork_server"])
def test_what_a_killed_runner_started_ends(left: dict[str, int], name: str) -> None:
    wait_for(lambda: not is_alive(left[name]), 10)


@pytest.mark.parametrize("how", ["ends", "crashes"])
def test_what_a_job_leaves_behind_ends_with_it(tmp_path: Path, how: str) -> None:
    note = tmp_path / "pid"
    if how == "crashes":
        with pytest.raises(RunnerError, match="measure_crashed"):
            call_fresh(leave_child, {"path": str(note), "how": how})
    else:
        call_fresh(leave_child, {"path": str(note), "how": how})
    wait_for(lambda: not is_alive(told(note)), 10)


def test_a_download_ends_with_a_killed_runner(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(120)
        environment = {"PYTHONPATH": str(ROOT), "PATH": "", "PARETO_DATA": str(data_dir)}
        environment["HF_ENDPOINT"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        runner = subprocess.Popen([sys.executable, "-c", ASKS_HUB], env=environment, cwd=ROOT)
        try:
            asking = silent.accept()[0]
            (child,) = psutil.Process(runner.pid).children()
        finally:
            runner.kill()
            runner.wait()
        wait_for(lambda: not is_alive(child.pid), 10)
        asking.close()
