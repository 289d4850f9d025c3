"""A stand-in for the hub that speaks its HTTP interface; the real client library runs against it."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.serving import LocalServer, serving

COMMIT = "a" * 40


class Hub(LocalServer):
    """Serves one folder as `owner/name`; `gated` refuses it, `damage` alters what one file delivers.

    `cut_after` ends every reply with weights after so many bytes, as a broken line does.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.gated = False
        self.damage: str | None = None
        self.cut_after: int | None = None
        self.ranges: list[str] = []
        self.tokens: list[str] = []
        self.paths: list[str] = []

    def describe(self) -> list[dict[str, Any]]:
        entries = []
        for path in sorted(self.folder.iterdir()):
            raw = path.read_bytes()
            oid = hashlib.sha1(f"blob {len(raw)}\0".encode() + raw).hexdigest()  # noqa: S324
            entry: dict[str, Any] = {"rfilename": path.name, "size": len(raw), "blobId": oid}
            if path.suffix == ".safetensors":
                entry["lfs"] = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "pointerSize": 130}
            entries.append(entry)
        return entries


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer(send_body=False)

    def do_GET(self) -> None:
        self.answer(send_body=True)

    def answer(self, send_body: bool) -> None:
        path = urlsplit(self.path).path
        self.server.paths.append(path)
        self.server.tokens.append(self.headers.get("authorization", ""))
        if not path.startswith(("/api/models/owner/name", "/owner/name/resolve/")):
            self.reply(404, b"{}", {"X-Error-Code": "RepoNotFound"}, send_body)
        elif self.server.gated:
            self.reply(403, b"{}", {"X-Error-Code": "GatedRepo"}, send_body)
        elif path.startswith("/api/models/owner/name/tree/"):
            tree = [
                {"type": "file", "path": e["rfilename"], "size": e["size"], "oid": e["blobId"]}
                | ({"lfs": {"oid": e["lfs"]["sha256"], "size": e["size"], "pointerSize": 130}} if "lfs" in e else {})
                for e in self.server.describe()
            ]
            self.reply(200, json.dumps(tree).encode(), {}, send_body)
        elif path.startswith("/api/models/"):
            revision = path.partition("/revision/")[2]
            if revision not in ("", "main", COMMIT):
                self.reply(404, b"{}", {"X-Error-Code": "RevisionNotFound"}, send_body)
                return
            info = {
                "id": "owner/name",
                "sha": COMMIT,
                "siblings": self.server.describe(),
                "cardData": {"license": "mit"},
            }
            self.reply(200, json.dumps(info).encode(), {}, send_body)
        else:
            self.send_file(path.rpartition("/")[2], send_body)

    def send_file(self, name: str, send_body: bool) -> None:
        file = self.server.folder / name
        if not file.is_file():
            self.reply(404, b"", {"X-Error-Code": "EntryNotFound"}, send_body)
            return
        raw = file.read_bytes()
        tag = next(
            e["lfs"]["sha256"] if "lfs" in e else e["blobId"] for e in self.server.describe() if e["rfilename"] == name
        )
        if name == self.server.damage:
            raw = raw[:-1] + bytes([raw[-1] ^ 1])
        status = 200
        if (wanted := self.headers.get("range", "")).startswith("bytes="):
            first, _, last = wanted[6:].partition("-")
            raw, status = raw[int(first) : int(last) + 1 if last else None], 206
            self.server.ranges.append(f"{name} {wanted}")
        self.reply(status, raw, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}, send_body)

    def reply(self, status: int, raw: bytes, headers: dict[str, str], send_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        if send_body:
            cut = self.server.cut_after if "safetensors" in self.path else None
            self.wfile.write(raw[:cut])

    def log_message(self, *_: Any) -> None:
        pass


def serve_hub(folder: Path) -> AbstractContextManager[Hub]:
    return serving(Hub(folder))
