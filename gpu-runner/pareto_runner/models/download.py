"""Downloading an exact revision from the hub: an allow-list of files, each resumed where it stopped and checked.

Own range requests, because the hub's library starts a file anew in every process and has reported success
despite a wrong checksum.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.models.trust import is_trusted
from pareto_runner.models.weights import corrupt

ALLOWED = ("*.safetensors", "*.json", "tokenizer.model", "merges.txt", "vocab.txt", "README.md", "LICENSE*", "NOTICE*")
CODE = ("*.py",)
SPARE_BYTES = 500_000_000
REPORT_SECONDS = 1.0
BLOCK_BYTES = 1 << 20
TRIES = 3

Say = Callable[[dict[str, Any]], None]


def list_files(info: Any) -> list[Any]:
    """Return the files to take: those of the top folder that the loader reads, never pickles.

    Code is taken only of a revision that the administrator trusts.
    """
    patterns = ALLOWED + (CODE if is_trusted(str(info.id), str(info.sha)) else ())
    files = [
        file
        for file in info.siblings
        if "/" not in file.rfilename and any(fnmatch(file.rfilename, pattern) for pattern in patterns)
    ]
    if not any(file.rfilename.endswith(".safetensors") for file in files):
        raise corrupt(Path(info.id), "the repository has no safetensors file")
    return files


def download_revision(info: Any, base: Path, say: Say) -> Path:
    """Download a revision into `base/<commit>`; what an earlier process left behind is gone on with.

    Raises:
        RunnerError: `disk_full` or `model_corrupt`; httpx's errors when the hub cannot be reached.
    """
    files, commit = list_files(info), str(info.sha)
    temporary = base / f".tmp-{commit}"
    temporary.mkdir(parents=True, exist_ok=True)
    total = sum(file.size or 0 for file in files)
    missing = total - _bytes_here(temporary)
    free = shutil.disk_usage(base).free
    if free < missing + SPARE_BYTES:
        raise RunnerError(
            "disk_full",
            f"The model needs {missing / 1e9:.1f} GB more and {free / 1e9:.1f} GB are free.",
            "Free space in the data folder, for example by removing old artifacts.",
            retryable=True,
        )
    with _reporting(temporary, total, say):
        for file in files:
            bring_file(str(info.id), commit, file, temporary)
    final = base / commit
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    return final


def check_file(path: Path, said: Any, keep: bool = False) -> None:
    """Compare a file with what the hub says of it: size, and SHA-256 (large files) or git's hash (small ones).

    A file that differs is removed unless `keep` is set.

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
        raise corrupt(path.parent, f"the hub gives no checksum of {path.name}")
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    if digest.hexdigest() != expected:
        if not keep:
            path.unlink()
        raise corrupt(path.parent, f"the checksum of {path.name} is not the hub's")


def bring_file(repo: str, commit: str, said: Any, folder: Path, kind: str = "model") -> None:
    """Bring one file of a model or a data set; it gets its name only once its checksum is right.

    Raises:
        RunnerError: `model_corrupt`; httpx's errors when the hub cannot be reached.
    """
    import httpx

    final, part = folder / said.rfilename, folder / f"{said.rfilename}.part"
    if final.is_file():
        return
    resumed = part.exists()
    for attempt in range(1, TRIES + 1):
        try:
            _fetch_rest(repo, commit, said.rfilename, part, kind)
            check_file(part, said)
            part.rename(final)
            return
        except httpx.TransportError:
            if attempt == TRIES:
                raise
        except RunnerError:
            # What an interrupted process left may be the fault; a whole new file that is wrong is the hub's.
            part.unlink(missing_ok=True)
            if not resumed or attempt == TRIES:
                raise
            resumed = False


def _fetch_rest(repo: str, commit: str, name: str, part: Path, kind: str) -> None:
    import httpx
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils._headers import build_hf_headers
    from huggingface_hub.utils._http import hf_raise_for_status

    here = part.stat().st_size if part.exists() else 0
    headers = build_hf_headers() | {"accept-encoding": "identity"} | ({"range": f"bytes={here}-"} if here else {})
    url = hf_hub_url(repo, name, revision=commit, repo_type=kind)
    with get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=60) as reply:
        if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # All of it is here; its checksum decides.
        hf_raise_for_status(reply)
        with part.open("ab" if reply.status_code == httpx.codes.PARTIAL_CONTENT else "wb") as file:
            # Written as it arrives: what a larger block had gathered would be lost when the line breaks.
            for block in reply.iter_raw():
                file.write(block)


def _bytes_here(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


@contextmanager
def _reporting(folder: Path, total: int, say: Say) -> Iterator[None]:
    done = threading.Event()

    def report() -> None:
        while not done.wait(REPORT_SECONDS):
            here = min(_bytes_here(folder), total)
            say({"type": "progress", "done_mb": here / 1e6, "total_mb": total / 1e6})

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
