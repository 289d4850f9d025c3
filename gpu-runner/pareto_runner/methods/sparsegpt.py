"""SparseGPT: weights become zero column by column, and those that are left make up for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import Field

from pareto_runner.methods.base import Work
from pareto_runner.methods.sparsity import SparsityMethod, SparsityParams, finish_pruning, prune_by_modifier


class SparseGptParams(SparsityParams):
    """Parameters of SparseGPT."""

    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")
    damping: float = Field(default=0.01, ge=0.001, le=0.5, description="share of the mean diagonal added to it")


class SparseGpt(SparsityMethod):
    """Unstructured or 2:4 zeros, chosen in blocks of 128 columns; embedding and head stay as they are."""

    name = "sparsegpt"
    title = "SparseGPT"
    summary = "Sets the weights to zero that are cheapest to lose and corrects the others, guided by calibration text."
    source = "Frantar and Alistarh 2023 (arXiv 2301.00774), through llmcompressor"
    library = "llmcompressor"
    needs_calibration = True
    params_type = SparseGptParams

    def apply(self, work: Work, params: Any) -> None:
        """Prune block by block, each on the outputs of the pruned ones before it."""
        from llmcompressor.modifiers.pruning import SparseGPTModifier

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, f"setting {params.sparsity:.0%} of the weights to zero")
        modifier = partial(
            SparseGPTModifier,
            sparsity=params.sparsity,
            mask_structure="0:0" if params.pattern == "unstructured" else params.pattern,
            dampening_frac=params.damping,
        )
        prune_by_modifier(work, modifier, rows)
        finish_pruning(work, params.recovery_steps)
