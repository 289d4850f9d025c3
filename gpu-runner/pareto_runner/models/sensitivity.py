"""How much a model suffers when one set of its layers is rounded: measured once per model, used by every budget.

For each set of layers and each number of bits, that set alone is rounded and the divergence of the next-token
distribution from the model's own is taken, in nats per token of calibration text (Kullback-Leibler, 0 is no change).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOGITS_AT_ONCE = 50_000_000
"""Logits that one batch may have, so that its reference stays below 200 MB."""
Rounding = Callable[[Any, int], Any]
"""Returns a weight rounded to so many bits."""


@dataclass(frozen=True)
class LayerSet:
    """Layers that get the same bits since they read the same input, and the block they lie in."""

    layers: tuple[str, ...]
    block: int


@dataclass(frozen=True)
class Sensitivity:
    """`losses[i][bits]` is the divergence in nats per token when the set i alone has so many bits."""

    sets: list[LayerSet]
    losses: list[dict[int, float]]

    def write(self, file: Path) -> None:
        """Write as JSON."""
        rows = [
            {"layers": list(s.layers), "block": s.block, "losses": losses}
            for s, losses in zip(self.sets, self.losses, strict=True)
        ]
        file.write_text(json.dumps(rows))

    @classmethod
    def read(cls, file: Path) -> Sensitivity:
        """Read what `write` wrote."""
        rows = json.loads(file.read_text())
        return cls(
            [LayerSet(tuple(row["layers"]), row["block"]) for row in rows],
            [{int(bits): loss for bits, loss in row["losses"].items()} for row in rows],
        )


def make_sets(owners: dict[str, str], blocks: Sequence[str]) -> list[LayerSet]:
    """Put layers with the same owner of their input together; `blocks` are the blocks' names in order.

    Runtimes join such layers into one product (queries with keys and values, gate with up), which needs equal bits.
    """
    together: dict[str, list[str]] = {}
    for layer, owner in owners.items():
        together.setdefault(owner, []).append(layer)
    place = {block: index for index, block in enumerate(blocks)}
    return [
        LayerSet(tuple(layers), next(place[block] for block in place if owner.startswith(f"{block}.")))
        for owner, layers in together.items()
    ]


def measure_sensitivity(
    model: Any,
    sets: list[LayerSet],
    blocks: Sequence[Any],
    rows: list[list[int]],
    options: Sequence[int],
    rounding: Rounding,
    report: Callable[[float], None],
) -> Sensitivity:
    """Round each set alone to each number of bits and compare on all rows of token ids.

    Blocks before the one that is rounded are not computed again: they give back what they gave the first time.
    """
    import torch

    totals = [dict.fromkeys(options, 0.0) for _ in sets]
    size = max(1, LOGITS_AT_ONCE // (len(rows[0]) * int(model.config.vocab_size)))
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    done, steps = 0, len(batches) * len(sets)
    with torch.no_grad():
        for batch in batches:
            ids = torch.tensor(batch, device=model.device)
            with _recorded(blocks) as outputs:
                reference = _log_probabilities(model, ids)
            for number, one in enumerate(sets):
                weights = [model.get_submodule(layer).weight for layer in one.layers]
                kept = [weight.data for weight in weights]
                with _replayed(blocks, outputs[: one.block]):
                    for bits in options:
                        for weight, before in zip(weights, kept, strict=True):
                            weight.data = rounding(before, bits)
                        totals[number][bits] += _diverge(reference, _log_probabilities(model, ids)) * len(batch)
                for weight, before in zip(weights, kept, strict=True):
                    weight.data = before
                done += 1
                report(done / steps)
    return Sensitivity(sets, [{bits: total / len(rows) for bits, total in of.items()} for of in totals])


def _log_probabilities(model: Any, ids: Any) -> Any:
    return model(ids, use_cache=False).logits.float().log_softmax(-1)


def _diverge(reference: Any, other: Any) -> float:
    return float((reference.exp() * (reference - other)).sum(-1).mean())


@contextmanager
def _recorded(blocks: Sequence[Any]) -> Iterator[list[Any]]:
    outputs: list[Any] = [None] * len(blocks)

    def keep(index: int) -> Callable[..., None]:
        def hook(_module: Any, _args: Any, output: Any) -> None:
            outputs[index] = output

        return hook

    handles = [block.register_forward_hook(keep(index)) for index, block in enumerate(blocks)]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _replayed(blocks: Sequence[Any], outputs: list[Any]) -> Iterator[None]:
    """Have the first blocks give back these outputs instead of computing."""
    for block, output in zip(blocks, outputs, strict=False):
        block.forward = lambda *_args, _output=output, **_options: _output
    try:
        yield
    finally:
        for block, _ in zip(blocks, outputs, strict=False):
            del block.forward
