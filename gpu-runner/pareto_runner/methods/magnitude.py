"""Magnitude pruning: the smallest weights become zero."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import Work
from pareto_runner.methods.layout import as_linears, list_linears
from pareto_runner.methods.sparsity import GROUP, SparsityMethod, SparsityParams, finish_pruning


class MagnitudeParams(SparsityParams):
    """Parameters of magnitude pruning."""

    granularity: Literal["row", "layer", "global"] = Field(
        default="layer",
        description="the same share in every row, in every layer, or the smallest weights of the whole model; "
        "2:4 is the same for all three",
    )


class Magnitude(SparsityMethod):
    """Unstructured or 2:4 zeros in the linear layers of the blocks; embedding and head stay as they are."""

    name = "magnitude"
    title = "Magnitude pruning"
    summary = "Sets the weights of smallest magnitude to zero."
    source = "Han et al. 2015 (arXiv 1506.02626), through torch.nn.utils.prune"
    params_type = MagnitudeParams

    def apply(self, work: Work, params: Any) -> None:
        """Prune and make the zeros permanent."""
        from torch.nn.utils import prune

        work.report(0.2, f"setting {params.sparsity:.0%} of the weights to zero")
        with as_linears(work.model):
            layers = list_linears(work.model)
            if params.pattern == "unstructured" and params.granularity == "global":
                prune.global_unstructured(
                    [(layer, "weight") for layer in layers], prune.L1Unstructured, amount=params.sparsity
                )
            for layer in layers:
                if params.pattern == "2:4":
                    prune.custom_from_mask(layer, "weight", _keep_most(layer.weight, GROUP, GROUP // 2))
                elif params.granularity == "row":
                    width = layer.weight.shape[1]
                    prune.custom_from_mask(
                        layer, "weight", _keep_most(layer.weight, width, width - round(width * params.sparsity))
                    )
                elif params.granularity == "layer":
                    prune.l1_unstructured(layer, "weight", params.sparsity)
                prune.remove(layer, "weight")
        finish_pruning(work, params.recovery_steps)


def _keep_most(weight: Any, group: int, kept: int) -> Any:
    """Return the mask, of the weight's shape, of the `kept` largest magnitudes in each group of a row's neighbours."""
    import torch

    magnitude = weight.detach().abs().reshape(-1, group)
    mask = torch.zeros_like(magnitude)
    mask.scatter_(1, magnitude.topk(kept, dim=1).indices, 1)
    return mask.reshape(weight.shape)
