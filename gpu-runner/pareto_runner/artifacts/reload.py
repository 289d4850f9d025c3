"""The proof that an artifact is a model: loaded from disk in a fresh process, it generates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pareto_runner.device import physical_cores
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.runtimes import RUNTIMES, find_runtime
from pareto_runner.schemas import RuntimeLoad

NEW_TOKENS = 8
VERIFY_LIMIT_S = 600.0


def verify_artifact(folder: Path, runtime: str, context: JobContext) -> None:
    """Load the artifact in its runtime in a fresh process and let it generate.

    Raises:
        RunnerError: `artifact_unloadable`, `out_of_memory` or `cancelled`.
    """
    try:
        said = context.spawn_measure(
            generate_once,
            {"runtime": runtime, "folder": str(folder), "device": context.device},
            timeout_s=VERIFY_LIMIT_S,
        )
    except RunnerError as error:
        if error.code in ("out_of_memory", "cancelled", "artifact_unloadable"):
            raise
        raise RunnerError(
            "artifact_unloadable",
            f"The artifact was written, but does not load and generate in a fresh process: {error.message}",
            "Try another method or other parameters; the job's log has the details.",
            details={"cause": error.to_info().model_dump(mode="json")},
        ) from error
    context.log(f"re-loaded in a fresh process; 'The' goes on as {said['text']!r}")


def list_loads(folder: Path, weight_format: str, verified: str | None, context: JobContext) -> list[RuntimeLoad]:
    """Try the artifact in every runtime that loads such a folder as it is; `verified` names one that is known to.

    A runtime with a format of its own loads what was converted or exported for it, which is another artifact.
    """
    loads = []
    for runtime in RUNTIMES:
        if runtime.name == verified:
            loads.append(RuntimeLoad(runtime=runtime.name, loaded=True))
            continue
        if runtime.converts or weight_format not in runtime.formats:
            continue
        availability = runtime.availability()
        if not availability.available:
            loads.append(RuntimeLoad(runtime=runtime.name, loaded=False, reason=availability.reason))
            continue
        try:
            verify_artifact(folder, runtime.name, context)
            loads.append(RuntimeLoad(runtime=runtime.name, loaded=True))
        except RunnerError as error:
            if error.code == "cancelled":
                raise
            loads.append(RuntimeLoad(runtime=runtime.name, loaded=False, reason=error.message))
    return loads


def generate_once(runtime: str, folder: str, device: str) -> dict[str, Any]:
    """Load the model in `folder` and generate a few tokens greedily; to be run in a fresh process.

    Raises:
        RunnerError: of the runtime's `open`, or `artifact_unloadable` when the outputs are not finite.
    """
    import torch
    from transformers import AutoTokenizer

    backend = find_runtime(runtime).open(Path(folder), device, physical_cores())
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    ids = torch.tensor([tokenizer("The")["input_ids"]], dtype=torch.int64, device=backend.device)
    new: list[int] = []
    with torch.inference_mode():
        backend.reset(1)
        for _ in range(NEW_TOKENS):
            logits = backend.forward(ids)
            if not bool(torch.isfinite(logits).all()):
                raise RunnerError(
                    "artifact_unloadable",
                    "The compressed model loads, but its outputs are not finite numbers.",
                    "Use milder parameters: more bits, a smaller ratio, or more damping.",
                )
            ids = logits[:, -1].argmax(-1, keepdim=True).to(torch.int64)
            new.append(int(ids))
    return {"tokens": len(new), "text": tokenizer.decode(new)}
