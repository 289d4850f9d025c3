"""Starts the runner: `python -m pareto_runner`.

Exit codes: 2 for wrong settings, 3 when the port is taken, 4 when another runner uses the same data folder.
"""

from __future__ import annotations

import fcntl
import socket
import sys
from typing import TextIO

from pareto_runner.logs import configure_logging
from pareto_runner.settings import Secrets, Settings, load_settings, take_secrets

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def main() -> int:
    """Run until stopped by a signal."""
    try:
        settings = load_settings()
    except ValueError as error:
        return _fail(2, f"RUNNER_PORT is no number ({error}).")
    secrets = take_secrets()
    if not secrets.runner_key and settings.environment != "development":
        return _fail(2, "RUNNER_KEY is not set. Set it to a long random text, the same as in the web app.")
    if not secrets.runner_key and settings.host not in LOOPBACK:
        return _fail(2, "RUNNER_KEY is not set and RUNNER_HOST is open to the network. Set RUNNER_KEY.")
    try:
        listener = _listen(settings)
    except OSError as error:
        return _fail(
            3,
            f"Port {settings.port} on {settings.host} is not free ({error.strerror}). "
            "Stop what uses it, or set RUNNER_PORT.",
        )
    lock = _lock_data(settings)
    if lock is None:
        return _fail(4, f"Another runner uses {settings.runner_dir}. Stop it, or set PARETO_DATA to another folder.")
    with lock, listener:
        _serve(settings, secrets, listener)
    return 0


def _serve(settings: Settings, secrets: Secrets, listener: socket.socket) -> None:
    import uvicorn

    from pareto_runner.api.app import make_app
    from pareto_runner.jobs.processes import prepare_environment

    configure_logging()
    prepare_environment()
    app = make_app(settings, secrets)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _lock_data(settings: Settings) -> TextIO | None:
    """Lock the data folder: a second runner there would take this one's jobs for interrupted and end them."""
    settings.runner_dir.mkdir(parents=True, exist_ok=True)
    lock = (settings.runner_dir / "runner.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _fail(code: int, message: str) -> int:
    print(f"runner: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
