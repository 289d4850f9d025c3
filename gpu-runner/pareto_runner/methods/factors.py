"""Low-rank factors of linear layers: whitened by the inputs' covariance, and how sensitive the model is to each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pareto_runner.methods.base import Work
from pareto_runner.methods.ranks import saving_ranks

BATCH_ROWS = 8
PROBE_ROWS, PROBE_TOKENS = 8, 128
"""What sensitivities are measured on: few tokens, because the whole model's answers to them are held in memory."""
COVARIANCE_BYTES = 2_000_000_000
"""Covariances held at a time; a larger model is passed through once for every so many bytes of them."""
DAMPING = 1e-6
"""Share of the largest variance below which a direction of the inputs counts as unused."""


@dataclass
class Split:
    """A layer of shape [out, width] as factors [out, most] and [most, width].

    `left_out[r]` is the squared error on the calibration inputs that the first r values leave.
    """

    out: int
    width: int
    left: Any
    right: Any
    left_out: Any


def split_layers(work: Work, layers: dict[str, Any], rows: list[list[int]], multiple: int) -> dict[str, Split]:
    """Factorize the layers, a few at a time so that their covariances fit into memory."""
    portions: list[dict[str, Any]] = [{}]
    held = 0
    for name, layer in layers.items():
        size = 4 * layer.in_features**2
        if held + size > COVARIANCE_BYTES and portions[-1]:
            portions.append({})
            held = 0
        portions[-1][name] = layer
        held += size
    splits: dict[str, Split] = {}
    for portion in portions:
        covariances = _measure_covariances(work.model, portion, rows)
        for name, layer in portion.items():
            work.report(0.6 * len(splits) / len(layers), f"splitting {name}")
            splits[name] = _split(layer, covariances[name], multiple)
    return splits


def _measure_covariances(model: Any, layers: dict[str, Any], rows: list[list[int]]) -> dict[str, Any]:
    """Return per layer the sum of x xᵀ over its inputs x, [width, width] in 32 bits; layers with one input share it."""
    import torch

    sums: dict[str, Any] = {}
    latest: list[Any] = [None, ""]

    def hook(name: str) -> Any:
        def add(_module: Any, inputs: tuple[Any, ...]) -> None:
            if latest[0] is inputs[0]:
                sums[name] = sums[latest[1]]
                return
            latest[:] = inputs[0], name
            flat = inputs[0].flatten(0, -2).float()
            if name in sums:
                sums[name] += flat.t() @ flat
            else:
                sums[name] = flat.t() @ flat

        return add

    handles = [layer.register_forward_pre_hook(hook(name)) for name, layer in layers.items()]
    try:
        for batch in torch.tensor(rows, device=model.device).split(BATCH_ROWS):
            model(batch, use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return sums


def _split(layer: Any, covariance: Any, multiple: int) -> Split:
    """Factorize W so that truncation loses least of W X: SVD of W S with S Sᵀ = X Xᵀ (SVD-LLM's whitening)."""
    import torch

    variances, directions = torch.linalg.eigh(covariance)
    spread = variances.clamp(min=float(variances[-1]) * DAMPING).sqrt()
    outputs, values, inputs = torch.linalg.svd(layer.weight.float() @ (directions * spread), full_matrices=False)
    out, width = layer.weight.shape
    most = saving_ranks((out, width), multiple)[-1]
    root = values[:most].sqrt()
    energy = values.double().pow(2)
    left_out = torch.cat([energy.flip(0).cumsum(0).flip(0), energy.new_zeros(1)]).cpu()
    dtype = layer.weight.dtype
    return Split(
        out=out,
        width=width,
        left=(outputs[:, :most] * root).to(dtype),
        right=(root[:, None] * inputs[:most] / spread @ directions.t()).to(dtype),
        left_out=left_out,
    )


def measure_scales(work: Work, splits: dict[str, Split], rows: list[list[int]], multiple: int) -> dict[str, float]:
    """Return per layer how much the model's loss rises per unit of its squared error.

    Each layer alone is put to half of its largest rank; the loss is the divergence from the whole model's answers.
    """
    import torch

    model = work.model
    batch = torch.tensor(rows, device=model.device)[:PROBE_ROWS, :PROBE_TOKENS]
    whole = _log_answers(model, batch)
    scales = {}
    for index, (name, split) in enumerate(splits.items()):
        work.report(0.6 + 0.3 * index / len(splits), f"probing {name}")
        ranks = saving_ranks((split.out, split.width), multiple)
        rank = ranks[(len(ranks) - 1) // 2]
        with _truncated(model.get_submodule(name), split, rank):
            answers = _log_answers(model, batch)
        divergence = float((whole.exp() * (whole - answers)).sum(-1).mean())
        scales[name] = max(divergence, 1e-9) / max(float(split.left_out[rank]), 1e-12)
    return scales


def _log_answers(model: Any, batch: Any) -> Any:
    return model(batch, use_cache=False).logits.float().log_softmax(-1)


@contextmanager
def _truncated(layer: Any, split: Split, rank: int) -> Iterator[None]:
    """Let a layer have a weight of that rank meanwhile."""
    whole = layer.weight.data
    layer.weight.data = split.left[:, :rank] @ split.right[:rank]
    try:
        yield
    finally:
        layer.weight.data = whole
