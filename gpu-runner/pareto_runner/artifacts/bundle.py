"""The bundle of an artifact: what another machine needs to make it again and compare."""

from __future__ import annotations

from pathlib import Path

from pareto_runner.artifacts.manifest import Manifest, read_manifest
from pareto_runner.compress import compress
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.measure.size import WEIGHT_SUFFIXES
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.resolve import HUB_ID, split_revision
from pareto_runner.schemas import Bundle, CompressParams, ReproduceParams, ReproduceResult


def make_bundle(manifest: Manifest) -> Bundle:
    """Return the bundle; a model of the hub is named with its exact revision."""
    model = manifest.base_model
    if HUB_ID.match(model) and not Path(model).exists():
        model = f"{split_revision(model)[0]}@{manifest.base_revision}"
    return Bundle(
        model=model,
        revision=manifest.base_revision,
        recipe=manifest.recipe,
        seed=manifest.seed,
        artifact=manifest.hash,
        weight_files=_weight_files(manifest),
        versions=manifest.versions,
    )


def reproduce(params: ReproduceParams, context: JobContext) -> ReproduceResult:
    """Make a bundle's artifact again and compare its weights file by file.

    Raises:
        RunnerError: `revision_mismatch` when the model here has other files, or what `compress` raises.
    """
    bundle = params.bundle
    facts = inspect_model(bundle.model)
    if facts.revision != bundle.revision:
        raise RunnerError(
            "revision_mismatch",
            f"'{bundle.model}' has the revision {facts.revision[:12]} here, the bundle was made from "
            f"{bundle.revision[:12]}.",
            "Bring the exact revision of the base model here.",
            field="bundle.revision",
        )
    made = compress(CompressParams(model=bundle.model, recipe=bundle.recipe, seed=bundle.seed), context)
    ours = _weight_files(read_manifest(context.artifacts_dir / made.artifact.hash))
    differences = [
        f"{path}: {'missing here' if path not in ours else 'not in the bundle' if path not in theirs else 'differs'}"
        for theirs in (bundle.weight_files,)
        for path in sorted(ours.keys() | theirs.keys())
        if ours.get(path) != theirs.get(path)
    ]
    if made.artifact.hash != bundle.artifact and not differences:
        differences.append("the weights are the same; the tokenizer's or the config's files differ")
    if differences:
        differences += [
            f"{name}: {made.versions.get(name, 'not installed')} here, {version} in the bundle"
            for name, version in bundle.versions.items()
            if made.versions.get(name) != version
        ]
        differences += [f"made smaller here: {retry}" for retry in made.retries]
    return ReproduceResult(artifact=made.artifact, identical=not differences, differences=differences)


def _weight_files(manifest: Manifest) -> dict[str, str]:
    return {entry.path: entry.sha256 for entry in manifest.files if Path(entry.path).suffix in WEIGHT_SUFFIXES}
