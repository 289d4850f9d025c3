"""Models that bring code of their own: run only where the administrator trusts the exact revision.

`PARETO_TRUST_REMOTE_CODE` lists them as `owner/name@<commit of 40 hex digits>`, separated by commas.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.models.resolve import hub_dir

VARIABLE = "PARETO_TRUST_REMOTE_CODE"
_ENTRY = re.compile(r"^[\w.-]+/[\w.-]+@[0-9a-f]{40}$")


def is_trusted(repo: str, commit: str) -> bool:
    """Tell whether the administrator lets this revision's code run; a branch's name is never enough."""
    return (repo, commit) in _trusted()


def is_trusted_folder(folder: Path) -> bool:
    """Tell whether all code in a folder is that of one trusted revision which was downloaded, byte for byte.

    So the artifacts that are made from such a model, into which the library copies its code, load as well.
    """
    code = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    if not code:
        return False
    return any(
        all(
            (origin := hub_dir(repo) / commit / name).is_file() and origin.read_bytes() == raw
            for name, raw in code.items()
        )
        for repo, commit in _trusted()
    )


def _trusted() -> list[tuple[str, str]]:
    entries = [entry.strip() for entry in os.environ.get(VARIABLE, "").split(",")]
    return [(repo, commit) for entry in entries if _ENTRY.match(entry) for repo, _, commit in [entry.partition("@")]]


def check_code(config: dict[str, Any], repo: str, commit: str) -> None:
    """Refuse a model that needs code from its repository, unless this revision of it is trusted.

    Raises:
        RunnerError: `remote_code_untrusted`.
    """
    if "AutoModelForCausalLM" not in (config.get("auto_map") or {}):
        return
    from transformers.models.auto import CONFIG_MAPPING

    if config.get("model_type") in CONFIG_MAPPING or is_trusted(repo, commit):
        return
    raise RunnerError(
        "remote_code_untrusted",
        f"'{repo}' needs Python code from its own repository to run, and this runner does not trust that code.",
        f"Have the administrator read the code of this revision and start the runner with {VARIABLE}={repo}@{commit}; "
        "or choose a model whose architecture transformers knows.",
        field="model",
    )
