"""The model card of an artifact, written from its manifest and, once it was measured, from its evaluation."""

from __future__ import annotations

import html
import json
from pathlib import Path

from pareto_runner.artifacts.manifest import Manifest
from pareto_runner.methods import find_method
from pareto_runner.models.resolve import HUB_ID, split_revision
from pareto_runner.schemas import EvaluateResult, Figure

LIBRARIES = {"onnx": "onnxruntime", "gguf": "gguf", "openvino": "openvino", "peft-adapter": "peft"}


def write_card(manifest: Manifest, evaluation: EvaluateResult | None, license_name: str | None = None) -> str:
    """Return the card as Markdown with the hub's metadata, `model-index` included when there is an evaluation.

    A base model that is a folder of this machine is named by its last part alone: the card is for others.
    """
    from huggingface_hub import EvalResult, ModelCardData

    base = base_name(manifest)
    on_hub = "/" in base
    results = None
    if evaluation is not None:
        results = [
            EvalResult(
                task_type="text-generation",
                dataset_type=score.name,
                dataset_name=score.name,
                metric_type=score.metric,
                metric_value=round(score.score.value, 6),
                metric_args={
                    "low_95": round(score.score.low, 6),
                    "high_95": round(score.score.high, 6),
                    "items": score.score.n,
                    "version": score.version,
                },
            )
            for score in evaluation.benchmarks
        ]
    name = f"{base.rpartition('/')[2]}-{manifest.hash[:8]}"
    data = ModelCardData(
        base_model=base if on_hub else None,
        base_model_relation=relation(manifest),
        license=license_name,
        library_name=LIBRARIES.get(manifest.format, "transformers"),
        pipeline_tag="text-generation",
        tags=["pareto-lab", *sorted(_actions(manifest))],
        model_name=name if results else None,
        eval_results=results,
    )
    sections = [f"# {plain(name)}", *_sections(manifest, evaluation, base)]
    return f"---\n{data.to_yaml()}\n---\n\n" + "\n\n".join(sections) + "\n"


def plain(text: str) -> str:
    """Return the text on one line, without what Markdown takes for HTML, code, links or cells of a table.

    Names of folders and what libraries say go into the card, and a card is shown as a page elsewhere.
    """
    return html.escape(" ".join(text.split()), quote=False).translate(str.maketrans("`|[]", "'/()"))


def relation(manifest: Manifest) -> str | None:
    """Return how the hub names what was done to the base model; None where nothing was."""
    actions = _actions(manifest)
    if manifest.format == "peft-adapter":
        return "adapter"
    if "quantization" in actions:
        return "quantized"
    return "finetune" if actions else None


def _actions(manifest: Manifest) -> set[str]:
    """Return the kinds of what was done; where conditions decided, of the steps that were taken."""
    taken = [outcome.method for outcome in manifest.steps if outcome.taken]
    names = taken if manifest.steps else [step.method for step in manifest.recipe.steps]
    return {find_method(name).action for name in names}


def base_name(manifest: Manifest) -> str:
    """Return the base model's hub id, or the last part of its folder's name."""
    if HUB_ID.match(manifest.base_model) and not Path(manifest.base_model).exists():
        return split_revision(manifest.base_model)[0]
    return Path(manifest.base_model).name


def _sections(manifest: Manifest, evaluation: EvaluateResult | None, base: str) -> list[str]:
    params = [json.dumps(step.params).replace("`", "'") for step in manifest.recipe.steps]
    steps = [
        f"{i}. `{s.method}` with `{p}`" for i, (s, p) in enumerate(zip(manifest.recipe.steps, params, strict=True), 1)
    ]
    if any(step.when for step in manifest.recipe.steps):
        steps += [
            f"- {s.method}: {'taken' if s.taken else 'not taken'}; {plain(s.reason or 'always')}"
            for s in manifest.steps
        ]
    versions = ", ".join(plain(f"{name} {version}") for name, version in sorted(manifest.versions.items()))
    parts = [
        f"Made by Pareto Lab from `{plain(base)}`, revision `{plain(manifest.base_revision)}`, for the runtime "
        f"`{manifest.recipe.runtime}`.",
        "## Recipe\n\n" + ("\n".join(steps) if steps else "No step: the uncompressed model."),
        "## Facts\n\n"
        f"- Weights: {manifest.weight_bytes / 1e6:.2f} MB ({manifest.format}), {manifest.parameters:,} parameters\n"
        f"- Seed: {manifest.seed}\n- Versions: {versions}\n- Content hash: `{manifest.hash}`"
        + "".join(f"\n- {plain(label)}" for label in manifest.labels),
    ]
    if manifest.notes:
        parts.append("## Notes\n\n" + "\n".join(f"- {plain(note)}" for note in manifest.notes))
    parts.append(_measured(evaluation) if evaluation is not None else "## Measured\n\nNot evaluated yet.")
    return parts


def _measured(evaluation: EvaluateResult) -> str:
    rows: list[tuple[str, Figure]] = [
        ("Accuracy", evaluation.accuracy),
        ("Latency", evaluation.latency_ms),
        ("Memory", evaluation.memory_gb),
        ("Size", evaluation.model_size_gb),
        ("CO2", evaluation.co2_grams),
        ("Perplexity", evaluation.perplexity),
        *((f"Benchmark {plain(score.name)}", score.score) for score in evaluation.benchmarks),
    ]
    table = "\n".join(f"| {name} | {f.value:.5g} | {f.low:.5g} | {f.high:.5g} | {f.unit} | {f.n} |" for name, f in rows)
    labels = "".join(f"\n- {plain(label)}" for label in evaluation.labels)
    return (
        f"## Measured\n\nOn {plain(evaluation.device)}, in the runtime `{evaluation.runtime}`, seed {evaluation.seed}; "
        "intervals are 95 %.\n\n"
        f"| figure | value | low | high | unit | n |\n|---|---|---|---|---|---|\n{table}"
        + (f"\n{labels}" if labels else "")
    )
