"""Checking artifacts against their manifests: `python -m pareto_runner.artifacts.verify FOLDER`.

FOLDER is one artifact or the folder of all. Prints one line each; ends with 1 when one is damaged.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pareto_runner.artifacts.manifest import MANIFEST, Manifest, content_hash, damaged, list_files, read_manifest
from pareto_runner.errors import RunnerError


def check_artifact(folder: Path) -> Manifest:
    """Compare every file with the manifest, and the folder's name with the content's hash.

    Raises:
        RunnerError: `artifact_not_found` or `artifact_damaged`.
    """
    manifest = read_manifest(folder)
    said = {entry.path: entry for entry in manifest.files}
    there = {entry.path: entry for entry in list_files(folder)}
    if missing := sorted(said.keys() - there.keys()):
        raise damaged(folder, f"{missing[0]} is missing")
    if strange := sorted(there.keys() - said.keys()):
        raise damaged(folder, f"{strange[0]} does not belong to it")
    for path, entry in said.items():
        if there[path] != entry:
            raise damaged(folder, f"{path} has changed")
    if content_hash(manifest.files, manifest.recipe) != manifest.hash:
        raise damaged(folder, "its hash does not follow from its content")
    if folder.name != manifest.hash:
        raise damaged(folder, f"its folder should be named {manifest.hash}")
    return manifest


def check_all(root: Path) -> list[RunnerError]:
    """Check one artifact or all below a folder, printing a line each; return what is wrong."""
    folders = (
        [root] if (root / MANIFEST).is_file() else sorted(p for p in root.iterdir() if p.is_dir() and p.name[0] != ".")
    )
    problems = []
    for folder in folders:
        try:
            manifest = check_artifact(folder)
            print(f"ok {folder.name} {manifest.weight_bytes} bytes {manifest.format}")
        except RunnerError as error:
            problems.append(error)
            print(f"damaged {folder.name}: {error.message}")
    return problems


def main(arguments: list[str]) -> int:
    """Run the check from the command line."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m pareto_runner.artifacts.verify FOLDER", file=sys.stderr)
        return 2
    return 1 if check_all(Path(arguments[0])) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
