"""What is computed once per model and used by many jobs: Hessians, sensitivities, answers, conversions.

Entries lie under `<data>/runner/cache/<revision>/`, so that a model whose files change starts anew. An entry
appears whole or not at all; two jobs that make the same one at the same time both succeed and the first one stays.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from pareto_runner.settings import load_settings


def cache_path(revision: str, name: str) -> Path:
    """Return where the entry `name` (a file or folder, with `/` for levels) of a model's revision lies."""
    return load_settings().runner_dir / "cache" / revision / name


def cached(revision: str, name: str, make: Callable[[Path], None]) -> Path:
    """Return the entry's path, made first by `make(temporary path)` where it is not there yet."""
    final = cache_path(revision, name)
    if final.exists():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = final.with_name(f".{uuid.uuid4().hex}-{final.name}")
    try:
        make(temporary)
        try:
            os.rename(temporary, final)
        except OSError:
            if not final.exists():
                raise
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)
    return final
