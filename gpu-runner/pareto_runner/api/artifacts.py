"""The artifacts' endpoints: what an artifact is, its files, its card and its bundle."""

from __future__ import annotations

import contextlib
import re
import threading
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, PlainTextResponse

from pareto_runner.artifacts.bundle import make_bundle
from pareto_runner.artifacts.card import write_card
from pareto_runner.artifacts.manifest import Manifest, check_sizes, read_manifest
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.manager import Upload
from pareto_runner.jobs.store import JobStore
from pareto_runner.models.hub import HubAccess
from pareto_runner.models.inspect import inspect_model
from pareto_runner.schemas import Bundle, PushParams, PushResult
from pareto_runner.settings import Settings

HASH = re.compile(r"^[0-9a-f]{64}$")


def make_artifacts_router(settings: Settings, store: JobStore) -> APIRouter:
    """Make the router over the artifacts' folder."""
    router = APIRouter(prefix="/artifacts", tags=["artifacts"])

    @router.get("/{artifact}")
    def get_artifact(artifact: str) -> Manifest:
        """Return an artifact's manifest: how it was made, its files, the runtimes in which it was loaded.

        Whoever asks may count on the files: one that is missing or of another size makes it `artifact_damaged`.
        """
        folder = find_artifact(settings, artifact)
        manifest = read_manifest(folder)
        check_sizes(folder, manifest)
        return manifest

    @router.get("/{artifact}/files/{path:path}", response_class=FileResponse)
    def get_artifact_file(artifact: str, path: str) -> FileResponse:
        """Send one of the files that the manifest lists; byte ranges are honoured."""
        folder = find_artifact(settings, artifact)
        # Only what the manifest lists is sent, so no path leads out of the folder.
        if path not in {entry.path for entry in read_manifest(folder).files}:
            raise RunnerError("not_found", f"The artifact has no file '{path}'.", "See its manifest.", field="path")
        return FileResponse(folder / path, media_type="application/octet-stream", filename=Path(path).name)

    @router.get("/{artifact}/card", response_class=PlainTextResponse)
    def get_artifact_card(artifact: str) -> Response:
        """Return the model card in Markdown, with the figures of the artifact's last evaluation on this runner."""
        card = make_card(settings, store, artifact)
        return PlainTextResponse(card, media_type="text/markdown; charset=utf-8")

    @router.get("/{artifact}/bundle")
    def get_artifact_bundle(artifact: str) -> Bundle:
        """Return all that another machine needs to make the artifact again and compare."""
        return make_bundle(read_manifest(find_artifact(settings, artifact)))

    return router


def find_artifact(settings: Settings, artifact: str) -> Path:
    """Return an artifact's folder.

    Raises:
        RunnerError: `artifact_not_found`.
    """
    folder = settings.artifacts_dir / (artifact if HASH.match(artifact) else "unknown")
    read_manifest(folder)
    return folder


def make_card(settings: Settings, store: JobStore, artifact: str) -> str:
    """Return an artifact's card from its manifest, its last evaluation and its base model's licence."""
    manifest = read_manifest(find_artifact(settings, artifact))
    license_name = None
    # The card can be written without the base model, which may have been removed to free the disk.
    with contextlib.suppress(RunnerError):
        license_name = inspect_model(manifest.base_model).license
    return write_card(manifest, store.last_evaluation(artifact), license_name)


def make_upload(settings: Settings, hub: HubAccess, store: JobStore) -> Upload:
    """Return what a push job does: write the card from what is known now, and upload."""

    def upload(params: PushParams, cancelled: threading.Event, end: float) -> PushResult:
        card = make_card(settings, store, params.artifact)
        return hub.push(params, find_artifact(settings, params.artifact), card, cancelled, end)

    return upload
