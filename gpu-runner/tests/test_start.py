"""Starting the runner: what is refused, in one line and with its own exit code."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"PARETO_DATA": str(tmp_path), "RUNNER_KEY": "k", **environment}
    return subprocess.run(
        [sys.executable, "-m", "pareto_runner"],
        cwd=ROOT,
        env={"PATH": "", **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_ends_with_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path, RUNNER_PORT=str(port))
    assert done.returncode == 3
    assert done.stderr.strip().count("\n") == 0
    assert f"Port {port}" in done.stderr


def test_without_a_key_it_starts_only_in_development(tmp_path: Path) -> None:
    done = start(tmp_path, RUNNER_KEY="")
    assert done.returncode == 2
    assert "RUNNER_KEY" in done.stderr
    done = start(tmp_path, RUNNER_KEY="", ENVIRONMENT="development", RUNNER_HOST="0.0.0.0")  # noqa: S104
    assert done.returncode == 2


def test_two_runners_never_share_a_data_folder(tmp_path: Path) -> None:
    (tmp_path / "runner").mkdir()
    with (tmp_path / "runner" / "runner.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = start(tmp_path, RUNNER_PORT="0")
    # Port 0 stands for "any free port", so only the lock can refuse it.
    assert done.returncode == 4
    assert "Another runner" in done.stderr
