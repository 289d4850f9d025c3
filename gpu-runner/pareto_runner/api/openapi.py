"""Writes the committed `openapi.json`: `python -m pareto_runner.api.openapi`; with `--check` it only compares."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from pareto_runner.api.app import make_app
from pareto_runner.settings import Secrets, Settings

OPENAPI_FILE = Path(__file__).resolve().parents[2] / "openapi.json"


def render_openapi() -> str:
    """Return the interface's description with sorted keys, the same on every machine."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Settings(Path(folder), "127.0.0.1", 0, "development"), Secrets("", None))
        text = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        app.state.manager.store.close()
    return text


def main(arguments: list[str]) -> int:
    """Write or compare the file."""
    text = render_openapi()
    if "--check" in arguments:
        same = OPENAPI_FILE.is_file() and OPENAPI_FILE.read_text() == text
        if not same:
            print("openapi.json is not up to date: run python -m pareto_runner.api.openapi", file=sys.stderr)
        return 0 if same else 1
    OPENAPI_FILE.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
