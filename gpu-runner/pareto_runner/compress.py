"""The compress job: load, apply the recipe's steps in order, write the artifact, prove that it loads."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

from pareto_runner.artifacts.manifest import Manifest
from pareto_runner.artifacts.reload import generate_once
from pareto_runner.artifacts.write import commit_artifact, make_temporary, write_manifest
from pareto_runner.device import library_versions
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.child import as_runner_error
from pareto_runner.jobs.context import JobContext
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Work
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.resolve import resolve_model
from pareto_runner.schemas import CompressParams, CompressResult, ModelFacts
from pareto_runner.validation import check_disk, check_recipe, raise_first

STEPS_FROM, STEPS_TO = 0.1, 0.8
VERIFY_LIMIT_S = 600.0
KEPT_FILES = ("LICENSE*", "NOTICE*")


def compress(params: CompressParams, context: JobContext) -> CompressResult:
    """Make the artifact of a recipe.

    Raises:
        RunnerError: of the checks, of a step, or `artifact_unloadable` when the artifact does not generate.
    """
    context.progress("check", 0.0, "checking model and recipe")
    facts = inspect_model(params.model)
    raise_first(check_recipe(params.recipe, facts) + check_disk(context.artifacts_dir, facts.size_gb))
    seed_everything(params.seed)
    folder = resolve_model(params.model)
    work = Work(folder, context, params.seed, facts)
    _apply_steps(params, work, context)
    temporary = make_temporary(context.artifacts_dir)
    try:
        with context.phase("save", STEPS_TO, "writing the artifact"):
            parameters = _save(work, folder, temporary)
            manifest = write_manifest(
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
        # The fresh process needs the memory that this one no longer does.
        work.release()
        with context.phase("verify", 0.88, "loading it in a fresh process"):
            _verify(temporary, context)
        artifact, reused = commit_artifact(temporary, context.artifacts_dir, manifest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    notes = [*work.notes, *_describe_size(facts, manifest)]
    if reused:
        notes.append("The same artifact was there before and is used again.")
    context.progress("done", 1.0)
    return CompressResult(
        artifact=artifact, parameters=parameters, seconds=context.seconds, notes=notes, versions=library_versions()
    )


def seed_everything(seed: int) -> None:
    """Seed every source of chance that the libraries use."""
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def _apply_steps(params: CompressParams, work: Work, context: JobContext) -> None:
    steps = params.recipe.steps
    if not steps or not find_method(steps[0].method).loads_itself:
        with context.phase("load", 0.02, "loading the model"):
            work.load()
    width = (STEPS_TO - STEPS_FROM) / max(1, len(steps))
    for index, step in enumerate(steps):
        method = find_method(step.method)
        start = STEPS_FROM + index * width
        work.place_step(method.name, start, width)
        with context.phase(method.name, start, method.title):
            if method.final and work.is_loaded:
                work.parameters = count_parameters(work.model)
            try:
                method.apply(work, method.params_type.model_validate(step.params))
            except (ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
                if as_runner_error(error).code in ("out_of_memory", "disk_full"):
                    raise
                raise RunnerError(
                    "method_failed",
                    f"{method.title} stopped with {type(error).__name__}: {str(error)[:300]}",
                    "Try other parameters; the job's log has the details.",
                    field=f"recipe.steps.{index}",
                    details={"method": method.name},
                ) from error


def _save(work: Work, source: Path, target: Path) -> int:
    """Write weights, config and tokenizer; return the number of parameters."""
    parameters = work.parameters or count_parameters(work.model)
    if work.save is None:
        work.model.save_pretrained(target, safe_serialization=True)
    else:
        work.save(target)
    work.tokenizer.save_pretrained(target)
    for pattern in KEPT_FILES:
        for path in source.glob(pattern):
            shutil.copy(path, target / path.name)
    return parameters


def count_parameters(model: Any) -> int:
    """Count a model's parameters once each; of 4-bit weights of bitsandbytes, what they stand for."""
    return int(model.num_parameters())


def _verify(folder: Path, context: JobContext) -> None:
    try:
        said = context.spawn_measure(
            generate_once, {"folder": str(folder), "device": context.device}, timeout_s=VERIFY_LIMIT_S
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


def _describe_size(facts: ModelFacts, manifest: Manifest) -> list[str]:
    before, after = facts.size_gb * 1e9, manifest.weight_bytes
    return [f"Weights on disk: {before / 1e6:.2f} MB before, {after / 1e6:.2f} MB after ({after / before:.0%})."]
