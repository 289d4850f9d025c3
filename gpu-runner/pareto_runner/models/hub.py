"""Bringing models from the hub and artifacts to it: the only part of the runner that goes to the network.

It works in a process of its own (`fetch.py`), the only one that is given the hub's token.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pareto_runner.benchmarks.registry import find_missing
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.supervise import Cancelled
from pareto_runner.models.inspect import inspect_folder, inspect_model
from pareto_runner.models.resolve import classify_model, hub_dir, resolve_model, split_revision
from pareto_runner.schemas import ErrorInfo, ModelFacts, PushParams, PushResult
from pareto_runner.settings import Settings

INSPECT_LIMIT_S = 60.0
OFFLINE_NAMES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")


class HubAccess:
    """Inspects and downloads models of the hub; models that are here already never need it."""

    def __init__(self, settings: Settings, token: str | None) -> None:
        self._settings = settings
        self._token = token

    def inspect(self, model: str) -> ModelFacts:
        """Return the facts of any model; of one on the hub, from its first kilobytes there.

        Raises:
            RunnerError: `model_not_found`, `model_gated`, `hub_unreachable`, `not_causal_lm` or `model_corrupt`.
        """
        if classify_model(model) != "hub":
            return inspect_model(model)
        if (folder := _find_downloaded(model)) is not None:
            return inspect_folder(folder, model, "hub")
        reply = self._run(["inspect", model], lambda message: None, threading.Event(), INSPECT_LIMIT_S)
        return ModelFacts.model_validate(reply)

    def bring(
        self, model: str, progress: Callable[[str, float, str], None], cancelled: threading.Event, end: float
    ) -> None:
        """Download a hub model that is not here; `end` is the job's deadline on the monotonic clock.

        A revision that was downloaded once stays as it is: `main` does not move under an experiment.

        Raises:
            RunnerError: as `inspect`, `disk_full` or `time_limit`.
            Cancelled: when the job was cancelled meanwhile.
        """
        if classify_model(model) != "hub" or _find_downloaded(model) is not None:
            return
        repo, _ = split_revision(model)
        progress("download", 0.0, f"downloading {repo}")

        start = time.monotonic()
        first_mb: list[float] = []

        def report(message: dict[str, Any]) -> None:
            done, total = message["done_mb"], message["total_mb"]
            if not first_mb:
                first_mb.append(done)  # What an earlier process had brought says nothing of the pace.
            gained = done - first_mb[0]
            left = f", about {(total - done) * (time.monotonic() - start) / gained:.0f} s left" if gained > 0 else ""
            progress("download", 0.0, f"downloading {repo}: {done:.0f} of {total:.0f} MB{left}")

        self._run(["download", model, str(hub_dir(repo))], report, cancelled, end - time.monotonic())

    def bring_items(
        self,
        benchmarks: list[str],
        progress: Callable[[str, float, str], None],
        cancelled: threading.Event,
        end: float,
    ) -> None:
        """Download the data sets of benchmarks that are not here; `end` is the job's deadline on the monotonic clock.

        Raises:
            RunnerError: of `resolve_benchmarks`, `dataset_gated`, `dataset_not_found`, `dataset_incomplete`,
                `dataset_corrupt`, `hub_unreachable`, `disk_full` or `time_limit`.
            Cancelled: when the job was cancelled meanwhile.
        """
        if not (missing := find_missing(benchmarks)):
            return
        names = ", ".join(missing)
        progress("download", 0.0, f"downloading the items of {names}")

        def report(message: dict[str, Any]) -> None:
            size = f"{message['done_mb']:.0f} of {message['total_mb']:.0f} MB"
            progress("download", 0.0, f"downloading the items of {names}: {size}")

        self._run(missing, report, cancelled, end - time.monotonic(), "pareto_runner.benchmarks.fetch")

    def push(self, params: PushParams, folder: Path, card: str, cancelled: threading.Event, end: float) -> PushResult:
        """Upload an artifact with its card; `end` is the job's deadline on the monotonic clock.

        Raises:
            RunnerError: `hub_token_missing`, `hub_refused`, `hub_unreachable`, `artifact_damaged` or `time_limit`.
            Cancelled: when the job was cancelled meanwhile.
        """
        if not self._token:
            raise RunnerError(
                "hub_token_missing",
                "Uploading needs a token of the hub, and this runner was started without one.",
                "Start the runner with HF_TOKEN set to a token with write access.",
            )
        with tempfile.TemporaryDirectory() as scratch:
            readme = Path(scratch) / "README.md"
            readme.write_text(card, encoding="utf-8")
            kind = "private" if params.private else "public"
            arguments = ["push", params.repo, str(folder), kind, str(readme)]
            reply = self._run(arguments, lambda message: None, cancelled, end - time.monotonic())
        return PushResult.model_validate(reply)

    def _run(
        self,
        arguments: list[str],
        report: Callable[[dict[str, Any]], None],
        cancelled: threading.Event,
        limit_s: float,
        module: str = "pareto_runner.models.fetch",
    ) -> Any:
        environment = {name: value for name, value in os.environ.items() if name not in OFFLINE_NAMES}
        if self._token:
            environment["HF_TOKEN"] = self._token
        # The child ends itself when its standard input closes, so a killed runner leaves no download behind.
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
        try:
            return _listen(process, report, cancelled, time.monotonic() + limit_s)
        finally:
            process.kill()
            process.communicate()


def _listen(
    process: subprocess.Popen[bytes],
    report: Callable[[dict[str, Any]], None],
    cancelled: threading.Event,
    end: float,
) -> Any:
    assert process.stdout is not None  # noqa: S101 - narrows the type
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if cancelled.is_set():
                raise Cancelled
            if time.monotonic() > end:
                raise RunnerError(
                    "time_limit",
                    "The hub did not answer within the time limit.",
                    "Try again, or give the job a longer limit.",
                    retryable=True,
                )
            if not selector.select(0.25):
                continue
            line = process.stdout.readline()
            if not line:
                raise RunnerError(
                    "hub_unreachable",
                    "The process that talks to the hub ended without an answer.",
                    "Try again.",
                    field="model",
                    retryable=True,
                )
            message = json.loads(line)
            if message["type"] == "error":
                raise RunnerError.from_info(ErrorInfo.model_validate(message["error"]))
            if message["type"] == "result":
                return message["result"]
            report(message)


def _find_downloaded(model: str) -> Path | None:
    try:
        return resolve_model(model)
    except RunnerError:
        return None
