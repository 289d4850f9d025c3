"""Runs everything that is marked `gpu`, with what it needs: `npm run test:gpu [-- pytest's arguments]`.

Takes the project's own environment where its torch sees a GPU; else a Python 3.11 or 3.12 whose torch does, and
makes `gpu-runner/.venv-gpu` over it with the pinned libraries that are missing there (never torch itself). A
machine without network gets them from `gpu-runner/.wheels`, filled elsewhere by `npm run test:gpu -- --pack 3.12`.
Needs nothing but Python's standard library.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

RUNNER = Path(__file__).resolve().parents[1] / "gpu-runner"
OWN, MADE, WHEELS = RUNNER / ".venv", RUNNER / ".venv-gpu", RUNNER / ".wheels"
PYTHONS = ("python3.12", "python3.11", "python3")
SEES_GPU = (
    "import sys, torch; v = tuple(int(p) for p in torch.__version__.split('.')[:2]); "
    "sys.exit(0 if torch.cuda.is_available() and v >= (2, 11) and sys.version_info >= (3, 11) else 1)"
)
MISSING = """
import importlib.metadata as m, json, sys
def here(name):
    try:
        return bool(m.version(name))
    except m.PackageNotFoundError:
        return False
print(json.dumps([n for n in json.load(sys.stdin) if not here(n)]))
"""
CLOSURE = """
import importlib.metadata as m, json, re, sys
def needs(name, seen):
    if name in seen:
        return
    try:
        wanted = m.requires(name) or []
    except m.PackageNotFoundError:
        return
    seen.add(name)
    for text in wanted:
        if "extra ==" not in text:
            needs(re.split(r"[^A-Za-z0-9._-]", text)[0].lower().replace("_", "-"), seen)
wanted, torch = set(), set()
needs("torch", torch)
for name in json.load(sys.stdin):
    needs(name, wanted)
print(json.dumps([f"{n}=={m.version(n)}" for n in sorted(wanted - torch)]))
"""


def main(arguments: list[str]) -> int:
    """Find or make the environment and run the tests; 0 with a sentence where there is no GPU."""
    if arguments[:1] == ["--pack"]:
        return pack(arguments[1] if len(arguments) > 1 else "3.12")
    python = OWN / "bin" / "python"
    if not (python.is_file() and _runs(str(python), SEES_GPU)):
        base = next((name for name in PYTHONS if _runs(name, SEES_GPU)), None)
        if base is None:
            print("No GPU that torch 2.11 or newer sees: nothing was run, and no figure is claimed.")
            return 0
        python = make_environment(base)
    return subprocess.run([str(python), "-m", "pytest", "-m", "gpu", "-rs", *arguments], cwd=RUNNER).returncode


def make_environment(base: str) -> Path:
    """Make the environment over a Python that has torch, and install what is missing there."""
    python = MADE / "bin" / "python"
    if not python.is_file():
        subprocess.run([base, "-m", "venv", "--system-site-packages", str(MADE)], check=True)
    if WHEELS.is_dir():
        wheels = {_plain(file.name.split("-")[0]): str(file) for file in WHEELS.glob("*.whl")}
        missing = _ask(str(python), MISSING, list(wheels))
        files = [wheels[name] for name in missing]
        # The wheels are a closure, so nothing is resolved: a resolver would want to replace what torch stands on.
        command = ["install", "--no-index", "--no-deps", *files]
    else:
        pins = _pins()
        missing = _ask(str(python), MISSING, list(pins))
        command = ["install", *(pins[name] for name in missing)]
    if missing:
        subprocess.run([str(python), "-m", "pip", *command], check=True)
    return python


def pack(version: str) -> int:
    """Download wheels of the project's libraries for another Python, without torch and what comes with it."""
    pins = _ask(str(OWN / "bin" / "python"), CLOSURE, list(_pins()))
    WHEELS.mkdir(exist_ok=True)
    for pin in pins:
        options = ["--no-deps", "--only-binary", ":all:", "--python-version", version, "--dest", str(WHEELS)]
        done = subprocess.run([str(OWN / "bin" / "python"), "-m", "pip", "download", "-q", *options, pin])
        if done.returncode:
            print(f"no wheel of {pin} for Python {version}: left out", file=sys.stderr)
    total = sum(file.stat().st_size for file in WHEELS.iterdir())
    print(f"{len(list(WHEELS.iterdir()))} wheels, {total / 1e6:.0f} MB, in {WHEELS}")
    return 0


def _pins() -> dict[str, str]:
    lines = (RUNNER / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#") and 'python_version < "3.11"' not in line]
    named = {_plain(re.split(r"[=<>;\[ ]", line)[0]): line.split(";")[0].strip() for line in pins}
    named.pop("torch", None)
    return named


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _runs(python: str, code: str) -> bool:
    try:
        return subprocess.run([python, "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def _ask(python: str, code: str, names: list[str]) -> list[str]:
    done = subprocess.run([python, "-c", code], input=json.dumps(names), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
