"""Magnitude pruning: the smallest weights become zero."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import ZEROS_LABEL, Method, Params, Work


class MagnitudeParams(Params):
    """Parameters of magnitude pruning."""

    sparsity: float = Field(default=0.5, ge=0.1, le=0.9, description="share of weights set to zero")
    granularity: Literal["layer", "global"] = Field(
        default="layer", description="the same share in every layer, or the smallest weights of the whole model"
    )


class Magnitude(Method):
    """Unstructured zeros in the linear layers of the blocks; embedding and head stay as they are."""

    name = "magnitude"
    title = "Magnitude pruning"
    action = "pruning"
    summary = "Sets the weights of smallest magnitude to zero."
    source = "Han et al. 2015 (arXiv 1506.02626), through torch.nn.utils.prune"
    saves = "Nothing by itself: zeros take the same bytes and the same time here. It shows how much is redundant."
    params_type = MagnitudeParams

    def apply(self, work: Work, params: Any) -> None:
        """Prune and make the zeros permanent."""
        from torch.nn.utils import prune

        layers = list_linears(work.model)
        work.report(0.2, f"setting {params.sparsity:.0%} of the weights to zero")
        if params.granularity == "layer":
            for layer in layers:
                prune.l1_unstructured(layer, "weight", params.sparsity)
        else:
            prune.global_unstructured(
                [(layer, "weight") for layer in layers], prune.L1Unstructured, amount=params.sparsity
            )
        for layer in layers:
            prune.remove(layer, "weight")
        zeros = sum(int((layer.weight == 0).sum()) for layer in layers)
        total = sum(layer.weight.numel() for layer in layers)
        work.replace(work.model)
        work.labels.append(ZEROS_LABEL)
        work.notes.append(f"{zeros / total:.1%} of the weights in the blocks' linear layers are zero.")


def list_linears(model: Any) -> list[Any]:
    """Return the linear layers inside the blocks (also GPT-2's transposed ones), not the head."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    return [module for module in model.modules() if isinstance(module, nn.Linear | Conv1D) and module is not head]
