"""Writing an artifact so that it is either whole or not there: temporary name, fsync, manifest, rename."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from pareto_runner.artifacts.manifest import MANIFEST, Manifest, content_hash, list_files
from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.device import library_versions
from pareto_runner.errors import RunnerError
from pareto_runner.logs import now_iso
from pareto_runner.measure.size import weight_bytes
from pareto_runner.schemas import Artifact, Recipe

TEMPORARY_PREFIX = ".tmp-"
KEPT_FILES = ("LICENSE*", "NOTICE*")


def make_temporary(artifacts_dir: Path) -> Path:
    """Make a folder on the same file system as the artifacts, so that the last step is one rename."""
    folder = artifacts_dir / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    return folder


def describe_files(
    folder: Path,
    recipe: Recipe,
    base_model: str,
    base_revision: str,
    seed: int,
    weight_format: str,
    labels: list[str],
    notes: list[str],
    parameters: int,
) -> Manifest:
    """Describe the files in `folder`; `commit_artifact` writes the manifest beside them."""
    # Weight files come with the umask of a private file; the server that serves them may run as another user.
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    files = list_files(folder)
    manifest = Manifest(
        hash=content_hash(files, recipe),
        files=files,
        recipe=recipe,
        base_model=base_model,
        base_revision=base_revision,
        seed=seed,
        format=weight_format,
        labels=labels,
        notes=notes,
        parameters=parameters,
        weight_bytes=weight_bytes(folder),
        versions=library_versions(),
        created_at=now_iso(),
    )
    return manifest


def keep_licences(source: Path, target: Path) -> None:
    """Copy the licence and notice files that must travel with the weights."""
    for pattern in KEPT_FILES:
        for path in source.glob(pattern):
            shutil.copy(path, target / path.name)


def commit_artifact(folder: Path, artifacts_dir: Path, manifest: Manifest) -> tuple[Artifact, bool]:
    """Give a finished folder its final name; the flag says that the same content was there before and is kept.

    An older folder of that name that is damaged is replaced.
    """
    final = artifacts_dir / manifest.hash
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n")
    for path in folder.rglob("*"):
        _fsync(path)
    _fsync(folder)
    reused = False
    if final.exists():
        try:
            check_artifact(final)
            reused = True
        except RunnerError:
            os.replace(final, artifacts_dir / f"{TEMPORARY_PREFIX}damaged-{uuid.uuid4().hex}")
    if reused:
        shutil.rmtree(folder)
    else:
        os.rename(folder, final)
    _fsync(artifacts_dir)
    return describe_artifact(manifest), reused


def describe_artifact(manifest: Manifest) -> Artifact:
    """Return the wire form."""
    return Artifact(
        hash=manifest.hash,
        path=f"artifacts/{manifest.hash}",
        size_bytes=manifest.weight_bytes,
        format=manifest.format,
        labels=manifest.labels,
    )


def remove_stray_folders(artifacts_dir: Path) -> None:
    """Remove what unfinished jobs left behind; to be called only while no job runs."""
    if artifacts_dir.is_dir():
        for path in artifacts_dir.glob(f"{TEMPORARY_PREFIX}*"):
            shutil.rmtree(path, ignore_errors=True)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
