"""The compress job: load, apply the recipe's steps in order, write the artifact, prove that it loads."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

from pareto_runner.artifacts.reload import list_loads, verify_artifact
from pareto_runner.artifacts.write import commit_artifact, describe_files, keep_licences, make_temporary
from pareto_runner.device import library_versions
from pareto_runner.estimates.history import Quantity
from pareto_runner.estimates.model import compare, estimate, peak_memory_gb
from pareto_runner.jobs.context import JobContext
from pareto_runner.methods import find_method
from pareto_runner.methods.base import PACKED_LABEL, Work
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.resolve import resolve_model
from pareto_runner.recipes.fingerprint import same_weights
from pareto_runner.recipes.steps import STEPS_TO, apply_recipe, nothing_changed
from pareto_runner.runtimes import find_runtime
from pareto_runner.schemas import CompressParams, CompressResult, StepOutcome
from pareto_runner.validation import check_disk, check_recipe, raise_first


def compress(params: CompressParams, context: JobContext) -> CompressResult:
    """Make the artifact of a recipe.

    Raises:
        RunnerError: of the checks, of a step, of the runtime's conversion, `nothing_changed`, or
            `artifact_unloadable` when the artifact does not generate in its runtime.
    """
    context.progress("check", 0.0, "checking model and recipe")
    facts = inspect_model(params.model)
    raise_first(check_recipe(params.recipe, facts) + check_disk(context.artifacts_dir, facts.size_gb))
    expected = estimate(facts, params.recipe, context.device)
    raise_first(expected.problems)
    context.expect(expected.seconds.value)
    started = time.monotonic()
    seed_everything(params.seed)
    source = resolve_model(params.model)
    work = Work(source, context, params.seed, facts)
    steps = params.recipe.steps
    if not steps or not find_method(steps[0].method).loads_itself:
        with context.phase("load", 0.02, "loading the model"):
            work.load()
    outcomes = apply_recipe(params.recipe, work)
    temporary = make_temporary(context.artifacts_dir)
    try:
        parameters = _save(work, source, temporary, outcomes)
        temporary = _convert(params.recipe.runtime, work, temporary)
        manifest = describe_files(
            temporary,
            params.recipe,
            facts.model,
            facts.revision,
            params.seed,
            work.format,
            work.labels,
            work.notes,
            parameters,
        )
        manifest.steps = outcomes
        with context.phase("verify", 0.88, "loading it in a fresh process"):
            verify_artifact(temporary, params.recipe.runtime, context)
            manifest.loads = list_loads(temporary, work.format, params.recipe.runtime, context)
        artifact, reused = commit_artifact(temporary, context.artifacts_dir, manifest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    before, after = facts.size_gb * 1e9, manifest.weight_bytes
    notes = [
        *work.notes,
        f"Weights on disk: {before / 1e6:.2f} MB before, {after / 1e6:.2f} MB after ({after / before:.0%}).",
    ]
    if reused:
        notes.append("The same artifact was there before and is used again.")
    fact: dict[Quantity, float] = {
        "memory_gb": peak_memory_gb(context.device),
        "seconds": time.monotonic() - started,
        "artifact_gb": after / 1e9,
    }
    checked = compare(facts, params.recipe, context.device, expected, fact, bool(context.retries))
    context.progress("done", 1.0)
    return CompressResult(
        artifact=artifact,
        parameters=parameters,
        seconds=context.seconds,
        notes=notes,
        versions=library_versions(),
        steps=outcomes,
        loads=manifest.loads,
        estimate=checked,
        retries=context.retries,
    )


def seed_everything(seed: int) -> None:
    """Seed every source of chance that the libraries use."""
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def _save(work: Work, source: Path, target: Path, outcomes: list[StepOutcome]) -> int:
    """Write weights, config and tokenizer, let go of the model; return the number of parameters.

    Raises:
        RunnerError: `nothing_changed` when steps were taken and the weights are those of the source.
    """
    with work.context.phase("save", STEPS_TO, "writing the weights"):
        # Of 4-bit weights of bitsandbytes the library counts what they stand for.
        parameters = work.parameters or int(work.model.num_parameters())
        if work.save is None:
            work.model.save_pretrained(target, safe_serialization=True)
        else:
            work.save(target)
        work.tokenizer.save_pretrained(target)
        keep_licences(source, target)
        # What comes next, a conversion or a fresh process, needs the memory that this one no longer does.
        work.release()
    taken = [outcome.method for outcome in outcomes if outcome.taken]
    if taken and same_weights(source, target):
        raise nothing_changed(find_method(taken[-1]).title, f"recipe.steps.{len(outcomes) - 1}")
    return parameters


def _convert(runtime_name: str, work: Work, folder: Path) -> Path:
    """Bring the folder into the runtime's format; return the folder that holds the artifact."""
    runtime = find_runtime(runtime_name)
    if not runtime.converts:
        return folder
    converted = make_temporary(work.context.artifacts_dir)

    def report(part: float, message: str) -> None:
        work.context.progress("convert", 0.75 + 0.13 * part, message)

    try:
        with work.context.phase("convert", 0.75, f"bringing it into {runtime.title}"):
            written = runtime.convert(folder, converted, report)
            keep_licences(folder, converted)
    except Exception:
        shutil.rmtree(converted, ignore_errors=True)
        raise
    shutil.rmtree(folder)
    work.format = written.format
    work.labels = [label for label in work.labels if label != PACKED_LABEL] + written.labels
    work.notes += written.notes
    return converted
