"""The export job: an artifact, or the uncompressed model, written in another format as an artifact of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pareto_runner.artifacts.manifest import Manifest
from pareto_runner.artifacts.reload import list_loads, verify_artifact
from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.artifacts.write import commit_artifact, describe_files, keep_licences, make_temporary
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.methods.base import PACKED_LABEL
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.resolve import resolve_model
from pareto_runner.runtimes import find_runtime
from pareto_runner.runtimes.base import Converted
from pareto_runner.schemas import ExportParams, ExportResult, Recipe
from pareto_runner.validation import check_disk, raise_first

RUNTIME_OF = {"gguf": "llamacpp", "onnx": "onnxruntime", "openvino": "openvino", "safetensors": "transformers"}


def export(params: ExportParams, context: JobContext) -> ExportResult:
    """Write the format, prove that it loads where its runtime is here, and keep it as an artifact.

    Raises:
        RunnerError: `artifact_not_found`, `artifact_damaged`, `export_unsupported`, `runtime_unsupported`, or
            `artifact_unloadable`.
    """
    context.progress("check", 0.0, "checking the source")
    facts = inspect_model(params.model)
    runtime = find_runtime(RUNTIME_OF[params.format])
    source, manifest = _find_source(params, context)
    recipe = (manifest.recipe if manifest else Recipe()).model_copy(update={"runtime": runtime.name})
    raise_first(check_disk(context.artifacts_dir, facts.size_gb))
    folder = make_temporary(context.artifacts_dir)
    try:
        with context.phase("convert", 0.05, f"writing {params.format}"):
            if params.format == "safetensors":
                written = _write_dense(source, folder, context.device)
            else:
                written = runtime.convert(
                    source, folder, lambda part, message: context.progress("convert", 0.05 + 0.75 * part, message)
                )
            keep_licences(source, folder)
        kept = [label for label in (manifest.labels if manifest else []) if label != PACKED_LABEL]
        described = describe_files(
            folder,
            recipe,
            facts.model,
            facts.revision,
            manifest.seed if manifest else 0,
            written.format,
            kept + written.labels,
            (manifest.notes if manifest else []) + written.notes,
            manifest.parameters if manifest else facts.parameters,
        )
        described.steps = manifest.steps if manifest else []
        with context.phase("verify", 0.85, "loading it in a fresh process"):
            here = runtime.availability().available
            if here:
                verify_artifact(folder, runtime.name, context)
            described.loads = list_loads(folder, written.format, runtime.name if here else None, context)
        artifact, _ = commit_artifact(folder, context.artifacts_dir, described)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    context.progress("done", 1.0)
    return ExportResult(artifact=artifact, notes=written.notes, loads=described.loads)


def _find_source(params: ExportParams, context: JobContext) -> tuple[Path, Manifest | None]:
    if params.artifact is None:
        return resolve_model(params.model), None
    folder = context.artifacts_dir / Path(params.artifact).name
    manifest = check_artifact(folder)
    if manifest.recipe.runtime != "transformers":
        raise RunnerError(
            "export_unsupported",
            f"The artifact is in the format of {manifest.recipe.runtime} ({manifest.format}) already.",
            "Export the artifact of the same recipe that was made for the runtime transformers.",
            field="artifact",
        )
    return folder, manifest


def _write_dense(source: Path, target: Path, device: str) -> Converted:
    """Write dense weights that plain transformers loads: unpacked, an adapter merged.

    Raises:
        RunnerError: `export_unsupported` for low-rank factors, whose product is as large as the original layer.
    """
    from pareto_runner.models.adapter import ADAPTER_FOLDER, has_adapter, open_adapter
    from pareto_runner.models.load import load_artifact, load_model

    if json.loads((source / "config.json").read_text()).get("low_rank"):
        raise RunnerError(
            "export_unsupported",
            "The artifact's layers are low-rank factors; multiplied out they would be as large as the original's.",
            "Use it as it is, with this runner, or export the uncompressed model.",
            field="format",
        )
    loaded: tuple[Any, Any] = (load_model if has_adapter(source) else load_artifact)(source, device)
    model, tokenizer = loaded
    if getattr(model, "is_quantized", False):
        model = model.dequantize()
        # They tell how to store packed weights, which these no longer are.
        model._weight_conversions = None
    # Unpacked compressed-tensors weights leave this behind.
    if getattr(model.config, "quantization_config", None) is not None:
        del model.config.quantization_config
    if has_adapter(source):
        model = open_adapter(model, source / ADAPTER_FOLDER).merge_and_unload()
    model.save_pretrained(target, safe_serialization=True)
    tokenizer.save_pretrained(target)
    note = (
        "Dense weights of the values that the artifact computes with; the file is as large as the uncompressed one's."
    )
    return Converted(format="safetensors", notes=[note])
