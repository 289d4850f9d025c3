"""Uploading an artifact to the hub; runs in the process that alone has the token (`fetch.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.errors import RunnerError
from pareto_runner.models.download import check_file


def push(folder: Path, repo: str, private: bool, card: Path) -> dict[str, Any]:
    """Create the repository where it is missing, upload the artifact's files and its card in one commit.

    Returns the commit and the address of the repository, once the hub's own checksums of the weights are those of
    the files here.

    Raises:
        RunnerError: `artifact_damaged`, `upload_corrupt`, `hub_refused`.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, errors

    manifest = check_artifact(folder)
    paths = [entry.path for entry in manifest.files if entry.path != "README.md"]
    api = HfApi()
    try:
        url = api.create_repo(repo, private=private, exist_ok=True)
        operations = [CommitOperationAdd(path, str(folder / path)) for path in paths]
        operations.append(CommitOperationAdd("README.md", str(card)))
        commit = api.create_commit(repo, operations, commit_message=f"Upload artifact {manifest.hash[:12]}")
        info = api.model_info(repo, revision=commit.oid, files_metadata=True)
    except errors.HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        if status not in (401, 403):
            raise
        raise RunnerError(
            "hub_refused",
            f"The hub does not let this token write to '{repo}' (status {status}).",
            "Set HF_TOKEN to a token with write access to that account, or choose a repository of your own.",
            field="repo",
        ) from error
    there = {file.rfilename: file for file in info.siblings or []}
    for path in paths:
        if path not in there:
            raise _corrupt(f"the hub does not list {path}")
        try:
            check_file(folder / path, there[path], keep=True)
        except RunnerError as error:
            raise _corrupt(error.message) from error
    return {"repo": repo, "revision": commit.oid, "url": str(url)}


def _corrupt(what: str) -> RunnerError:
    return RunnerError(
        "upload_corrupt",
        f"What arrived at the hub is not what was sent: {what}.",
        "Push again; the hub keeps the damaged commit until then.",
        retryable=True,
    )
