"""Adapters beside a base: how they are stored, and how they are put back into the base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ADAPTER_FOLDER = "adapter"
ADAPTER_LABEL = "adapter kept beside the base"


def has_adapter(folder: Path) -> bool:
    """Tell whether a model's folder holds an adapter to its weights."""
    return (folder / ADAPTER_FOLDER / "adapter_config.json").is_file()


def save_adapter(peft_model: Any, folder: Path) -> None:
    """Write the adapter alone into `folder`, byte for byte the same for the same adapter."""
    peft_model.save_pretrained(str(folder), safe_serialization=True)
    (folder / "README.md").unlink(missing_ok=True)
    config = folder / "adapter_config.json"
    said = json.loads(config.read_text())
    # The library keeps the names in a set, whose order changes from process to process.
    said["target_modules"] = sorted(said["target_modules"])
    said["base_model_name_or_path"] = None  # It would name a folder of this machine.
    config.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")


def open_adapter(model: Any, folder: Path) -> Any:
    """Put the adapter in `folder` into `model`, in the type it is stored in; return the PeftModel around it."""
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(folder), autocast_adapter_dtype=False).eval()
