"""What the two methods of bitsandbytes share: the library quantizes while it loads from a folder."""

from __future__ import annotations

from typing import Any

from pareto_runner.methods.base import Work
from pareto_runner.models.load import load_model


def load_quantized(work: Work, config: Any) -> None:
    """Load the model as it is now with a quantization config; it must be saved before its first forward.

    Afterwards bitsandbytes 0.50 changes the 4-bit scales that it stores.
    """
    folder = work.as_folder()
    work.report(0.2, "quantizing while loading")
    model, _ = load_model(folder, work.context.device, quantization_config=config)
    work.replace(model)
    work.pack("bitsandbytes", lambda target: model.save_pretrained(target, safe_serialization=True), [])
