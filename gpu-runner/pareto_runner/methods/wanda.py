"""Wanda: the weights that matter least to their row's output, given the size of what they are multiplied with."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import Field

from pareto_runner.methods.base import Work
from pareto_runner.methods.sparsity import SparsityMethod, SparsityParams, finish_pruning, prune_by_modifier


class WandaParams(SparsityParams):
    """Parameters of Wanda."""

    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to rate weights on")


class Wanda(SparsityMethod):
    """Unstructured or 2:4 zeros, the same share in each row; embedding and head stay as they are."""

    name = "wanda"
    title = "Wanda"
    summary = "Sets to zero, row by row, the weights with the smallest product of magnitude and input norm."
    source = "Sun et al. 2023 (arXiv 2306.11695), through llmcompressor"
    library = "llmcompressor"
    needs_calibration = True
    params_type = WandaParams

    def apply(self, work: Work, params: Any) -> None:
        """Prune block by block, each on the outputs of the pruned ones before it."""
        from llmcompressor.modifiers.pruning import WandaPruningModifier

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, f"setting {params.sparsity:.0%} of each row's weights to zero")
        structure = "0:0" if params.pattern == "unstructured" else params.pattern
        prune_by_modifier(work, partial(WandaPruningModifier, sparsity=params.sparsity, mask_structure=structure), rows)
        finish_pruning(work, params.recovery_steps)
