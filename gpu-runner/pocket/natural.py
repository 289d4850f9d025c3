"""Natural English from Python's own documentation topics and docstrings (PSF licence).

The split is by topic or module, so no held-out paragraph has a neighbour in training. The text
depends on the version of Python that runs this; the generated world does not.
"""

from __future__ import annotations

import ast
import pydoc_data.topics
import re
import sysconfig
from pathlib import Path

from .items import split_of

_LETTERS = re.compile(r"[A-Za-z]")


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of plain prose, each on one line of at most 320 characters."""
    kept = []
    for block in re.split(r"\n\s*\n", text):
        line = " ".join(re.sub(r"[*`]+", "", block).split())
        prose = len(_LETTERS.findall(line)) + line.count(" ")
        if not (60 <= len(line) <= 320) or not line.isascii() or not line[0].isupper():
            continue
        if line[-1] in ".:" and prose / len(line) > 0.93 and ">>>" not in line:
            kept.append(line)
    return kept


def _docstrings(path: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return []  # Some files of the standard library's own tests are broken on purpose.
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
    return [paragraph for text in found if text for paragraph in _paragraphs(text)]


def natural_paragraphs(split: str) -> list[str]:
    """Return the distinct prose paragraphs of one split ("train", "validation" or "test")."""
    sources: dict[str, list[str]] = {}
    for topic, text in pydoc_data.topics.topics.items():
        sources[f"topic/{topic}"] = _paragraphs(text)
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if not {"site-packages", "test", "tests", "idlelib", "lib2to3"} & set(relative.parts):
            # A package is one unit: its modules quote each other.
            sources.setdefault(f"module/{relative.parts[0]}", []).extend(_docstrings(path))
    owner: dict[str, str] = {}
    for source, paragraphs in sources.items():
        for paragraph in paragraphs:
            # A paragraph found in several places belongs to training if any of them does.
            here = split_of(source)
            owner[paragraph] = "train" if "train" in (here, owner.get(paragraph)) else here
    return [paragraph for paragraph, where in owner.items() if where == split]
