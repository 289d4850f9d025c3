"""The proof that an artifact is a model: loaded from disk in a fresh process, it generates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError

NEW_TOKENS = 8


def generate_once(folder: str, device: str) -> dict[str, Any]:
    """Load the model in `folder` and generate a few tokens greedily; to be run in a fresh process.

    Returns the number of new tokens and the text.

    Raises:
        RunnerError: as `load_artifact`; `artifact_unloadable` when the logits are not finite.
    """
    import torch

    from pareto_runner.models.load import load_artifact

    loaded: tuple[Any, Any] = load_artifact(Path(folder), device)
    model, tokenizer = loaded
    ids = tokenizer("The", return_tensors="pt")["input_ids"].to(model.device)
    with torch.inference_mode():
        if not bool(torch.isfinite(model(ids).logits).all()):
            raise RunnerError(
                "artifact_unloadable",
                "The compressed model loads, but its outputs are not finite numbers.",
                "Use milder parameters: more bits, a smaller ratio, or more damping.",
            )
        output = model.generate(ids, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS, do_sample=False)
    new = output[0, ids.shape[1] :]
    return {"tokens": int(new.shape[0]), "text": tokenizer.decode(new)}
