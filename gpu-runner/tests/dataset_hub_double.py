"""A stand-in for the hub's data sets, beside `hub_double` for its models: every `owner/name` under one folder."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.serving import LocalServer, serving

COMMIT = "b" * 40


class DatasetHub(LocalServer):
    """`gated` refuses all, `damage` alters what the file of that path delivers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.gated = False
        self.damage: str | None = None
        self.delivered: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: DatasetHub

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        _, _, owner, name, action = [*path.removeprefix("/api").split("/"), "", "", "", ""][:5]
        folder = self.server.folder / owner / name
        if path == "/":
            self.reply(200, b"")
        elif not owner or not folder.is_dir():
            self.reply(404, b"{}", "RepoNotFound")
        elif self.server.gated:
            self.reply(403, b"{}", "GatedRepo")
        elif action == "resolve":
            place = path.partition(f"/resolve/{COMMIT}/")[2]
            raw = (folder / place).read_bytes()
            self.server.delivered.append(place)
            self.reply(200, raw[:-1] + b"?" if place == self.server.damage else raw)
        else:
            files = describe(folder) if "convert" not in path else []
            info = {"id": f"{owner}/{name}", "sha": COMMIT, "siblings": files}
            self.reply(200, json.dumps(info).encode())

    def reply(self, status: int, raw: bytes, code: str = "") -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


def describe(folder: Path) -> list[dict[str, Any]]:
    entries = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        entry: dict[str, Any] = {"rfilename": str(path.relative_to(folder)), "size": len(raw)}
        entry["blobId"] = hashlib.sha1(f"blob {len(raw)}\0".encode() + raw).hexdigest()  # noqa: S324
        if path.suffix == ".parquet":
            entry["lfs"] = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "pointerSize": 130}
        entries.append(entry)
    return entries


def serve_datasets(folder: Path) -> AbstractContextManager[DatasetHub]:
    return serving(DatasetHub(folder))
