"""The uncompressed model in another runtime: what a candidate there is compared with besides the baseline."""

from __future__ import annotations

from pathlib import Path

from pareto_runner.jobs.context import JobContext
from pareto_runner.models.cache import cached
from pareto_runner.runtimes import require_runtime

BASELINE_RUNTIME = "transformers"
"""The uncompressed model in this runtime, as stored, is the baseline of everything."""


def device_for(runtime: str, device: str) -> str:
    """Return where a runtime runs on a machine with `device`: there, or on the processor where it knows no GPU."""
    return device if device in require_runtime(runtime).devices else "cpu"


def reference_folder(runtime: str, revision: str, source: Path, context: JobContext) -> Path:
    """Return the uncompressed model's folder in a runtime's format at float32, converted once per revision.

    Raises:
        RunnerError: `runtime_unsupported`, or one of `spawn_measure`.
    """
    if not require_runtime(runtime).converts:
        return source

    def convert(target: Path) -> None:
        context.progress("convert", 0.0, f"converting the uncompressed model for {runtime}, once")
        context.spawn_measure(convert_model, {"runtime": runtime, "source": str(source), "target": str(target)})

    return cached(revision, f"runtimes/{runtime}", convert)


def convert_model(runtime: str, source: str, target: str) -> str:
    """Convert a model for a runtime; to be run in a fresh process. Returns the format's name."""
    Path(target).mkdir(parents=True, exist_ok=True)
    return require_runtime(runtime).convert(Path(source), Path(target), lambda part, message: None).format
