"""Runs alone, with network: `python -m pareto_runner.models.fetch inspect REF` or `… download REF FOLDER`.

Answers with JSON lines on standard output. Every downloaded file is checked against the hub's own list, because
the library returns an older folder when the hub cannot be reached, and does not always check sums.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.models.inspect import build_facts, check_causal
from pareto_runner.models.resolve import split_revision
from pareto_runner.models.weights import Tensor, corrupt

ALLOWED = ("*.safetensors", "*.json", "tokenizer.model", "merges.txt", "vocab.txt", "README.md", "LICENSE*", "NOTICE*")
SPARE_BYTES = 500_000_000
REPORT_SECONDS = 1.0


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
    """Download the exact revision into `base/<commit>`, check every file, then point the revision's name at it."""
    from huggingface_hub import HfApi, snapshot_download

    repo, revision = split_revision(ref)
    info = HfApi().model_info(repo, revision=revision, files_metadata=True)
    commit = str(info.sha)
    _read_config(repo, commit)
    files = list_files(info)
    total = sum(file.size or 0 for file in files)
    base.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(base).free < total + SPARE_BYTES:
        raise RunnerError(
            "disk_full",
            f"The model needs {total / 1e9:.1f} GB and {shutil.disk_usage(base).free / 1e9:.1f} GB are free.",
            "Free space in the data folder, for example by removing old artifacts.",
            retryable=True,
        )
    temporary = base / f".tmp-{commit}"
    with _reporting(temporary, total):
        snapshot_download(repo, revision=commit, local_dir=temporary, allow_patterns=[file.rfilename for file in files])
    for file in files:
        check_file(temporary / file.rfilename, file)
    shutil.rmtree(temporary / ".cache", ignore_errors=True)
    final = base / commit
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    for name in {revision, commit}:
        pointer = base / "refs" / name.replace("/", "%")
        pointer.parent.mkdir(exist_ok=True)
        pointer.write_text(commit)
    return {"commit": commit}


def list_files(info: Any) -> list[Any]:
    """Return the files to take: those of the top folder that the loader reads, never code or pickles."""
    files = [
        file
        for file in info.siblings
        if "/" not in file.rfilename and any(fnmatch(file.rfilename, pattern) for pattern in ALLOWED)
    ]
    if not any(file.rfilename.endswith(".safetensors") for file in files):
        raise corrupt(Path(info.id), "the repository has no safetensors file")
    return files


def check_file(path: Path, said: Any) -> None:
    """Compare a file with what the hub says of it: size, and SHA-256 (large files) or git's hash (small ones).

    Raises:
        RunnerError: `model_corrupt`.
    """
    size = path.stat().st_size if path.is_file() else -1
    if said.size is not None and size != said.size:
        raise corrupt(path.parent, f"{path.name} has {size} bytes instead of {said.size}")
    if said.lfs is not None:
        digest, expected = hashlib.sha256(), said.lfs.sha256
    elif said.blob_id:
        digest, expected = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False), said.blob_id
    else:
        return
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != expected:
        path.unlink()
        raise corrupt(path.parent, f"the checksum of {path.name} is not the hub's")


def explain(error: Exception, ref: str) -> RunnerError:
    """Give the hub library's exceptions our codes."""
    import httpx
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return RunnerError(
            "model_gated",
            f"'{ref}' is gated: its authors ask you to accept a licence first.",
            "Accept the licence on the model's page and set HF_TOKEN for the runner.",
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
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ref = arguments[1]
    try:
        result = inspect(ref) if arguments[0] == "inspect" else download(ref, Path(arguments[2]))
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
    return config


@contextmanager
def _reporting(folder: Path, total: int) -> Iterator[None]:
    done = threading.Event()

    def report() -> None:
        while not done.wait(REPORT_SECONDS):
            here = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
            say({"type": "progress", "done_mb": min(here, total) / 1e6, "total_mb": total / 1e6})

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
