"""Cheap fingerprints of a model's weights, to notice a step that changed nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pareto_runner.models.adapter import has_adapter
from pareto_runner.models.weights import list_weight_files, read_header

SAMPLES_PER_TENSOR = 4_096


def fingerprint(model: Any) -> str:
    """Hash the names, kinds and shapes of all tensors, and evenly spread values of the plain floating ones.

    A step that changes fewer than one weight in some thousands may be overlooked; no method here is so gentle.
    """
    import torch

    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        if not isinstance(tensor, torch.Tensor) or tensor.is_meta:
            continue
        digest.update(f"{name} {type(tensor).__name__} {tensor.dtype} {tuple(tensor.shape)};".encode())
        if type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.is_floating_point() and tensor.numel():
            flat = tensor.detach().reshape(-1)
            # Odd, so that it does not always meet the same place of a group.
            step = (flat.numel() // SAMPLES_PER_TENSOR) | 1
            digest.update(flat[::step].to(device="cpu", dtype=torch.float32).numpy().tobytes())
    return digest.hexdigest()


def same_weights(first: Path, second: Path) -> bool:
    """Tell whether two folders hold the same tensors: names, types, shapes and evenly spread values."""
    if has_adapter(first) != has_adapter(second):
        return False
    ours, theirs = ([tensor for file in list_weight_files(f) for tensor in read_header(file)] for f in (first, second))
    if {(t.name, t.dtype, t.shape) for t in ours} != {(t.name, t.dtype, t.shape) for t in theirs}:
        return False
    return _sample_files(first) == _sample_files(second)


def _sample_files(folder: Path) -> dict[str, str]:
    import torch
    from safetensors import safe_open

    samples = {}
    for path in list_weight_files(folder):
        with safe_open(path, framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 - the file is no dictionary
                flat = file.get_tensor(name).reshape(-1).contiguous().view(torch.uint8)
                step = (flat.numel() // SAMPLES_PER_TENSOR) | 1
                samples[name] = hashlib.sha256(flat[::step].numpy().tobytes()).hexdigest()
    return samples
