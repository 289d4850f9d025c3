"""What the methods share that set single weights to zero: parameters, checks, calibration and the closing steps."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import DENSE_RUNTIMES, ZEROS_LABEL, Method, Params, Work
from pareto_runner.methods.compressed import place_config
from pareto_runner.methods.layout import as_linears, list_linears, named_linears
from pareto_runner.schemas import ErrorInfo, ModelFacts

BATCH_ROWS = 8
GROUP = 4
"""Of each group of so many neighbouring weights the pattern 2:4 keeps two."""
SAVES = "Nothing by itself: zeros take the same bytes and the same time here. It shows how much is redundant."

RecoverySteps = Field(
    default=0, ge=0, le=2000, description="steps of a short fine-tune afterwards, removed weights stay removed; 0: none"
)


class SparsityParams(Params):
    """Parameters of every method that sets single weights to zero."""

    sparsity: float = Field(default=0.5, ge=0.1, le=0.9, description="share of weights set to zero")
    pattern: Literal["unstructured", "2:4"] = Field(
        default="unstructured",
        description="zeros anywhere, or two in each four neighbours (what sparse GPU units read)",
    )
    recovery_steps: int = RecoverySteps


class SparsityMethod(Method):
    """Base of the methods that set single weights of the blocks' linear layers to zero."""

    action = "pruning"
    saves = SAVES
    runtimes = DENSE_RUNTIMES

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The pattern 2:4 is a sparsity of one half, and needs widths that are multiples of four."""
        if params.pattern == "unstructured":
            return []
        problems = []
        if params.sparsity != 0.5:
            problems.append(
                ErrorInfo(
                    code="sparsity_mismatch",
                    message=f"The pattern 2:4 sets half of the weights to zero, not {params.sparsity:.0%}.",
                    remedy="Set sparsity to 0.5, or the pattern to unstructured.",
                    field="sparsity",
                )
            )
        if bad := [width for width in facts.linear_in_features if width % GROUP]:
            problems.append(
                ErrorInfo(
                    code="pattern_mismatch",
                    message=f"Groups of four do not divide the layers' input widths {bad}.",
                    remedy="Use the pattern unstructured.",
                    field="pattern",
                    details={"in_features": bad},
                )
            )
        return problems


def prune_by_modifier(work: Work, modifier: Any, rows: list[list[int]]) -> None:
    """Run one of llmcompressor's pruning modifiers over the model, block by block.

    `modifier` is its class with all but `targets` bound; these are named one by one, because its `ignore` does not
    match a layer that is a target itself, so that the head would be pruned, and a tied embedding with it. The library
    wraps the model and its `save_pretrained`; both are unwrapped: what is left is an ordinary dense model.
    """
    from compressed_tensors.offload import remove_dispatch
    from datasets import Dataset
    from llmcompressor.entrypoints.oneshot import oneshot

    model = work.model
    place_config(work)
    data = Dataset.from_dict({"input_ids": rows, "attention_mask": [[1] * len(row) for row in rows]})
    with as_linears(model):
        oneshot(
            model=model,
            tokenizer=work.tokenizer,
            dataset=data,
            recipe=modifier(targets=list(named_linears(model))),
            max_seq_length=len(rows[0]),
            num_calibration_samples=len(rows),
            batch_size=min(BATCH_ROWS, len(rows)),
            output_dir=None,
        )
        model = remove_dispatch(model, onload_tensors=True)
    vars(model).pop("save_pretrained", None)
    model.tie_weights()
    work.replace(model.eval())


def finish_pruning(work: Work, recovery_steps: int) -> None:
    """Say how much is zero now, and train what is left where that was asked for."""
    work.replace(work.model)
    if ZEROS_LABEL not in work.labels:
        work.labels.append(ZEROS_LABEL)
    layers = list_linears(work.model)
    zeros = sum(int((layer.weight == 0).sum()) for layer in layers)
    total = sum(layer.weight.numel() for layer in layers)
    work.notes.append(f"{zeros / total:.1%} of the weights in the blocks' linear layers are zero.")
    recover_after(work, recovery_steps)


def recover_after(work: Work, steps: int) -> None:
    """Fine-tune for some steps with zeros held, where any are asked for."""
    if steps:
        from pareto_runner.training.recover import recover

        recover(work, steps)
