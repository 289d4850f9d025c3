"""Runs alone, with network: `python -m pareto_runner.models.fetch inspect REF`, `… download REF FOLDER` or
`… push REPO FOLDER public|private CARD`.

Answers with JSON lines on standard output.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.models.download import download_revision, list_files
from pareto_runner.models.inspect import build_facts, check_causal
from pareto_runner.models.push import push
from pareto_runner.models.resolve import split_revision
from pareto_runner.models.trust import check_code
from pareto_runner.models.weights import Tensor, corrupt


def say(message: dict[str, Any]) -> None:
    """Write one line of the answer."""
    print(json.dumps(message), flush=True)


def inspect(ref: str) -> dict[str, Any]:
    """Return the facts of a model on the hub from its config and its safetensors headers."""
    from huggingface_hub import HfApi

    repo, revision = split_revision(ref)
    api = HfApi()
    info = api.model_info(repo, revision=revision, files_metadata=True)
    commit = str(info.sha)
    config = _read_config(repo, commit)
    files = list_files(info)
    metadata = api.get_safetensors_metadata(repo, revision=commit)
    tensors = [
        Tensor(name, tensor.dtype, tuple(tensor.shape))
        for file in metadata.files_metadata.values()
        for name, tensor in file.tensors.items()
    ]
    size = sum(file.size or 0 for file in files if file.rfilename.endswith(".safetensors"))
    card = info.card_data.get("license") if info.card_data else None
    facts = build_facts(ref, "hub", commit, config, tensors, size, card if isinstance(card, str) else None)
    return facts.model_dump(mode="json")


def download(ref: str, base: Path) -> dict[str, Any]:
    """Download the exact revision into `base/<commit>`, every file checked, then point the revision's name at it."""
    from huggingface_hub import HfApi

    repo, revision = split_revision(ref)
    info = HfApi().model_info(repo, revision=revision, files_metadata=True)
    commit = str(info.sha)
    _read_config(repo, commit)
    download_revision(info, base, say)
    for name in {revision, commit}:
        pointer = base / "refs" / name.replace("/", "%")
        pointer.parent.mkdir(exist_ok=True)
        pointer.write_text(commit)
    return {"commit": commit}


def explain(error: Exception, ref: str) -> RunnerError:
    """Give the hub library's exceptions our codes."""
    import httpx
    from huggingface_hub import constants, errors

    if isinstance(error, errors.GatedRepoError):
        return RunnerError(
            "model_gated",
            f"'{ref}' is gated: its authors ask you to accept a licence first.",
            f"Accept the licence at {constants.ENDPOINT}/{split_revision(ref)[0]} with your account and start the "
            "runner with HF_TOKEN set to a token of it.",
            field="model",
        )
    if isinstance(
        error,
        errors.RepositoryNotFoundError
        | errors.RevisionNotFoundError
        | errors.RemoteEntryNotFoundError
        | errors.HFValidationError,
    ):
        return RunnerError(
            "model_not_found",
            f"The hub has no '{ref}' with a config.json, or it is private.",
            "Check the spelling and the revision; for a private model set HF_TOKEN for the runner.",
            field="model",
        )
    if isinstance(error, errors.NotASafetensorsRepoError | errors.SafetensorsParsingError):
        return corrupt(Path(ref), "the repository has no readable safetensors files")
    if isinstance(error, httpx.HTTPError | errors.HfHubHTTPError | errors.LocalEntryNotFoundError | ConnectionError):
        return RunnerError(
            "hub_unreachable",
            f"The hub could not be reached for '{ref}' ({type(error).__name__}).",
            "Check the network, or use 'pocket' or a local folder, which need none.",
            field="model",
            retryable=True,
        )
    return as_runner_error(error)


def main(arguments: list[str]) -> int:
    """Answer one command."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    ref = arguments[1]
    try:
        if arguments[0] == "inspect":
            result = inspect(ref)
        elif arguments[0] == "download":
            result = download(ref, Path(arguments[2]))
        else:
            result = push(Path(arguments[2]), ref, arguments[3] == "private", Path(arguments[4]))
        say({"type": "result", "result": result})
        return 0
    except Exception as error:
        say({"type": "error", "error": explain(error, ref).to_info().model_dump(mode="json")})
        return 1


def _read_config(repo: str, commit: str) -> dict[str, Any]:
    from huggingface_hub import hf_hub_download

    with tempfile.TemporaryDirectory() as folder:
        path = hf_hub_download(repo, "config.json", revision=commit, local_dir=folder)
        config = json.loads(Path(path).read_text())
    check_causal(config)
    check_code(config, repo, commit)
    return config


def end_with_parent() -> None:
    """End the process when its standard input closes, so that a killed runner leaves no download behind."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
