"""The manifest of an artifact: what it consists of, how it was made, and the hash that names it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pareto_runner.errors import RunnerError
from pareto_runner.schemas import Recipe, RuntimeLoad, StepOutcome, Wire

MANIFEST = "manifest.json"


class FileEntry(Wire):
    """One file of an artifact."""

    path: str
    bytes: int
    sha256: str


class Manifest(Wire):
    """Lies as manifest.json beside an artifact's files; times in UTC, sizes in bytes."""

    version: Literal[1] = 1
    hash: str
    files: list[FileEntry]
    recipe: Recipe
    base_model: str
    base_revision: str
    seed: int
    format: str
    labels: list[str]
    notes: list[str]
    parameters: int
    weight_bytes: int
    versions: dict[str, str]
    created_at: str
    loads: list[RuntimeLoad] = Field(default_factory=list)
    steps: list[StepOutcome] = Field(default_factory=list)


def list_files(folder: Path) -> list[FileEntry]:
    """Hash every file of a folder but the manifest, in the order of their paths."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)
    return [
        FileEntry(path=p.relative_to(folder).as_posix(), bytes=p.stat().st_size, sha256=hash_file(p)) for p in files
    ]


def content_hash(files: list[FileEntry], recipe: Recipe) -> str:
    """Return the hash that names an artifact: over its files' paths and hashes, and the recipe in canonical form."""
    lines = [f"{entry.path}\0{entry.sha256}" for entry in sorted(files, key=lambda entry: entry.path)]
    lines.append(json.dumps(recipe.model_dump(mode="json", exclude_none=True), sort_keys=True, separators=(",", ":")))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read an artifact's manifest.

    Raises:
        RunnerError: `artifact_not_found` or `artifact_damaged`.
    """
    try:
        raw: Any = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise RunnerError(
            "artifact_not_found",
            f"There is no artifact '{folder.name}' on this runner.",
            "Make it again: the same recipe and seed give the same artifact.",
            field="artifact",
        ) from error
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise damaged(folder, "its manifest does not parse") from error


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Compare the files' sizes with the manifest's; their content, which takes reading them all, is not looked at.

    Raises:
        RunnerError: `artifact_damaged`.
    """
    for entry in manifest.files:
        path = folder / entry.path
        if not path.is_file() or path.stat().st_size != entry.bytes:
            raise damaged(folder, f"{entry.path} is missing or of another size")


def damaged(folder: Path, what: str) -> RunnerError:
    """Return the error of an artifact whose files are not what its manifest says."""
    return RunnerError(
        "artifact_damaged",
        f"The artifact '{folder.name}' is damaged: {what}.",
        "Remove its folder and make it again with the same recipe.",
        field="artifact",
    )
