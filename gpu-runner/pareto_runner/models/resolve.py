"""Where a model's files are: `pocket`, a local path, or a hub id that was downloaded before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pareto_runner.errors import RunnerError
from pareto_runner.settings import load_settings

POCKET_DIR = Path(__file__).resolve().parents[2] / "pocket" / "model"
HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?$")

Source = Literal["pocket", "path", "hub"]


def classify_model(ref: str) -> Source:
    """Tell which kind of reference `ref` is: an existing folder wins over a hub id of the same spelling.

    Raises:
        RunnerError: `model_not_found` when it is none of the three.
    """
    if ref == "pocket":
        return "pocket"
    if Path(ref).expanduser().exists():
        return "path"
    if HUB_ID.match(ref):
        return "hub"
    raise RunnerError(
        "model_not_found",
        f"'{ref}' is no folder on the runner's machine and not a hub id.",
        "Use 'pocket', the path of a folder with config.json, or owner/name (optionally owner/name@revision).",
        field="model",
    )


def split_revision(ref: str) -> tuple[str, str]:
    """Split a hub id into repository and revision (`main` when none is given)."""
    repo, _, revision = ref.partition("@")
    return repo, revision or "main"


def hub_dir(repo: str) -> Path:
    """Return the folder that keeps the downloaded revisions of a hub repository."""
    return load_settings().runner_dir / "models" / repo.replace("/", "--")


def resolve_model(ref: str) -> Path:
    """Return the folder with the model's files; never touches the network.

    Raises:
        RunnerError: `model_not_found` when there are no such files here.
    """
    source = classify_model(ref)
    if source == "hub":
        return _resolve_downloaded(ref)
    folder = POCKET_DIR if source == "pocket" else Path(ref).expanduser().resolve()
    if not (folder / "config.json").is_file():
        remedy = (
            "Train it with: npm run lab -- pocket train"
            if source == "pocket"
            else "Name the folder that holds config.json and the safetensors files."
        )
        raise RunnerError("model_not_found", f"There is no config.json for '{ref}'.", remedy, field="model")
    return folder


def _resolve_downloaded(ref: str) -> Path:
    repo, revision = split_revision(ref)
    base = hub_dir(repo)
    pointer = base / "refs" / revision.replace("/", "%")
    commit = pointer.read_text().strip() if pointer.is_file() else revision
    folder = base / commit
    if not (folder / "config.json").is_file():
        raise RunnerError(
            "model_not_found",
            f"'{ref}' has not been downloaded to this runner.",
            "Start the job through the runner: it downloads the model before the job.",
            field="model",
        )
    return folder
