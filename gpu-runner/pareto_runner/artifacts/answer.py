"""The generate job: how a model continues a prompt, so that a person can read two artifacts side by side."""

from __future__ import annotations

import time
from pathlib import Path

from pareto_runner.artifacts.verify import check_artifact
from pareto_runner.errors import RunnerError
from pareto_runner.jobs.context import JobContext
from pareto_runner.measure.checks import open_for_measure
from pareto_runner.models.resolve import resolve_model
from pareto_runner.runtimes.generate import complete
from pareto_runner.schemas import GenerateParams, GenerateResult


def answer(params: GenerateParams, context: JobContext) -> GenerateResult:
    """Load the model and continue the prompt greedily, to the end of the text, `max_tokens` or the model's context.

    The uncompressed model is run as it is, in the runtime transformers.

    Raises:
        RunnerError: `artifact_not_found`, `artifact_damaged`, `artifact_unloadable`, `runtime_unsupported`,
            `prompt_too_long` or `nonfinite_output`.
    """
    import torch

    context.progress("load", 0.0, "loading the model")
    if params.artifact is None:
        folder, runtime = resolve_model(params.model), "transformers"
    else:
        folder, runtime = context.artifacts_dir / Path(params.artifact).name, params.runtime
        check_artifact(folder)
    backend, tokenizer = open_for_measure(runtime, str(folder), context.device, params.artifact is not None)
    prompt = list(tokenizer(params.prompt)["input_ids"])
    room = backend.context - len(prompt)
    if not prompt or room < 1:
        raise RunnerError(
            "prompt_too_long" if prompt else "invalid_input",
            f"The prompt has {len(prompt)} tokens, and the model's context holds {backend.context}.",
            "Shorten the prompt." if prompt else "Write a prompt.",
            field="prompt",
        )
    end = tokenizer.eos_token_id
    context.progress("generate", 0.5, "writing")
    start = time.perf_counter()
    with torch.inference_mode():
        new = complete(backend, [prompt], min(params.max_tokens, room), lambda rows: [end in row for row in rows])[0]
    seconds = time.perf_counter() - start
    ended = end in new
    kept = new[: new.index(end)] if ended else new
    context.progress("done", 1.0)
    return GenerateResult(
        text=tokenizer.decode(kept, skip_special_tokens=True),
        prompt_tokens=len(prompt),
        new_tokens=len(kept),
        ended=ended,
        seconds=round(seconds, 3),
    )
