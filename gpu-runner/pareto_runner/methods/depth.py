"""Depth pruning: whole blocks leave, those first without which the model changes least."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import DENSE_RUNTIMES, Method, Params, Work
from pareto_runner.methods.cutting import keep_blocks
from pareto_runner.methods.importance import measure_influence, order_by_loss
from pareto_runner.methods.layout import LAYOUTS, check_family, scale_blocks
from pareto_runner.methods.sparsity import RecoverySteps, recover_after
from pareto_runner.schemas import ErrorInfo, ModelFacts


class DepthParams(Params):
    """Parameters of depth pruning."""

    ratio: float = Field(default=0.25, ge=0.1, le=0.9, description="share of the blocks removed; one at least stays")
    importance: Literal["loss", "block_influence"] = Field(
        default="loss",
        description="remove one after another the block whose absence costs least, or at once those whose outputs "
        "are most like their inputs (one pass in all)",
    )
    calibration_samples: int = Field(default=16, ge=4, le=256, description="rows of text to rate blocks on")
    recovery_steps: int = RecoverySteps


class Depth(Method):
    """Removes blocks and numbers the rest anew, so that an ordinary, shallower model is left."""

    name = "depth"
    title = "Depth pruning"
    action = "pruning"
    summary = "Removes whole blocks, those first without which the model's loss on calibration text rises least."
    source = "own code; loss: Song et al. 2024 (arXiv 2402.09025), block influence: Men et al. 2024 (arXiv 2403.03853)"
    saves = "Disk, memory, speed, energy and cache per token, in every runtime: there are fewer blocks to pass through."
    runtimes = DENSE_RUNTIMES
    needs_calibration = True
    families = tuple(LAYOUTS)
    params_type = DepthParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The model must be of a known layout and a block must leave."""
        if problems := check_family(self.title, facts, "ratio"):
            return problems
        if keep_count(facts.layers, params.ratio) < facts.layers:
            return []
        return [
            ErrorInfo(
                code="nothing_removed",
                message=f"Of {facts.layers} blocks a ratio of {params.ratio} removes none.",
                remedy="Raise the ratio." if facts.layers > 1 else "Use another method: one block must stay.",
                field="ratio",
            )
        ]

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the facts with fewer layers."""
        kept = keep_count(facts.layers, params.ratio)
        return scale_blocks(facts, kept / max(1, facts.layers)).model_copy(update={"layers": kept})

    def apply(self, work: Work, params: Any) -> None:
        """Rate the blocks, remove the least important, and build the shallower model."""
        model = work.model
        depth = model.config.num_hidden_layers
        count = depth - keep_count(depth, params.ratio)
        rows = work.calibration(params.calibration_samples)
        if params.importance == "loss":
            removed = order_by_loss(work, rows, count)
        else:
            work.report(0.1, "rating blocks")
            influence = measure_influence(model, rows)
            removed = sorted(range(depth), key=lambda index: influence[index])[:count]
        work.replace(keep_blocks(model, [index for index in range(depth) if index not in removed]))
        work.notes.append(f"Of {depth} blocks these were removed, in this order: {', '.join(map(str, removed))}.")
        recover_after(work, params.recovery_steps)


def keep_count(depth: int, ratio: float) -> int:
    """Return how many blocks stay: at least one."""
    return max(1, round(depth * (1 - ratio)))
