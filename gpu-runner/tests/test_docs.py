"""The generated pages of the documentation are those of the code as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_methods_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "methods_doc.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-500:]
