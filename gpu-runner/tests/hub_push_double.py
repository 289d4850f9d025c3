"""A stand-in for the hub's side of an upload: repositories, large-file storage and commits, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.serving import LocalServer, serving

COMMIT = "b" * 40


class PushHub(LocalServer):
    """Takes one upload; `token` is the only one that may write, `spoil` makes it store other bytes."""

    def __init__(self, token: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.token = token
        self.spoil = False
        self.created: dict[str, Any] = {}
        self.blobs: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        self.large: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    server: PushHub

    def do_GET(self) -> None:
        if not urlsplit(self.path).path.startswith("/api/models/me/made"):
            self.reply(404, {})
            return
        siblings = []
        for path, raw in self.server.files.items():
            oid = hashlib.sha1(f"blob {len(raw)}\0".encode() + raw).hexdigest()  # noqa: S324
            entry: dict[str, Any] = {"rfilename": path, "size": len(raw), "blobId": oid}
            if path in self.server.large:
                entry["lfs"] = {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "pointerSize": 130}
            siblings.append(entry)
        self.reply(200, {"id": "me/made", "sha": COMMIT, "siblings": siblings})

    def do_PUT(self) -> None:
        raw = self.body()
        self.server.blobs[self.path.rpartition("/")[2]] = raw[:-1] + bytes([raw[-1] ^ 1]) if self.server.spoil else raw
        self.reply(200, {})

    def do_POST(self) -> None:
        path, raw = urlsplit(self.path).path, self.body()
        if self.headers.get("authorization") != f"Bearer {self.server.token}":
            self.reply(403, {"error": "no right to write"})
        elif path == "/api/repos/create":
            self.server.created = json.loads(raw)
            self.reply(200, {"url": f"{self.server.url}/me/made", "name": "me/made"})
        elif path == "/api/validate-yaml":
            self.reply(200, {"errors": [], "warnings": []})
        elif "/preupload/" in path:
            files = [
                {"path": f["path"], "uploadMode": "lfs" if "safetensors" in f["path"] else "regular"}
                for f in json.loads(raw)["files"]
            ]
            self.reply(200, {"files": [{**f, "shouldIgnore": False, "oid": None} for f in files]})
        elif path.endswith("/info/lfs/objects/batch"):
            objects = [
                {**o, "actions": {"upload": {"href": f"{self.server.url}/lfs/{o['oid']}", "header": {}}}}
                for o in json.loads(raw)["objects"]
            ]
            self.reply(200, {"transfer": "basic", "objects": objects})
        elif "/commit/" in path:
            self.commit(raw)
        else:
            self.reply(404, {})

    def commit(self, raw: bytes) -> None:
        for line in raw.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "file":
                self.server.files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                self.server.files[value["path"]] = self.server.blobs[value["oid"]]
                self.server.large.add(value["path"])
        url = f"{self.server.url}/me/made/commit/{COMMIT}"
        self.reply(200, {"success": True, "commitOid": COMMIT, "commitUrl": url})

    def body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def reply(self, status: int, data: dict[str, Any]) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


def serve_push_hub(token: str) -> AbstractContextManager[PushHub]:
    return serving(PushHub(token))
