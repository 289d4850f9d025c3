"""Activation-aware SVD: linear layers become pairs of thinner ones that keep what the model's inputs use."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.errors import RunnerError
from pareto_runner.methods.base import ZEROS_LABEL, Method, Params, Work
from pareto_runner.methods.factors import Split, measure_scales, split_layers
from pareto_runner.methods.layout import as_linears, named_linears, scale_blocks
from pareto_runner.methods.ranks import Choice, allocate_ranks, list_choices, saving_ranks
from pareto_runner.methods.sparsity import RecoverySteps, recover_after
from pareto_runner.models.lowrank import LOW_RANK_LABEL, PREFIX, factorize, low_rank_config, register_low_rank
from pareto_runner.schemas import ErrorInfo, ModelFacts


class AsvdParams(Params):
    """Parameters of activation-aware SVD."""

    rank_ratio: float = Field(
        default=0.8, ge=0.1, le=0.95, description="share of the true parameters of the blocks' linear layers kept"
    )
    rank_multiple: Literal[8, 16, 32, 64, 128] = Field(
        default=32, description="ranks are multiples of this; groups of a quantization that follows must divide it"
    )
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to measure inputs on")
    recovery_steps: int = RecoverySteps


class Asvd(Method):
    """Low-rank factors in the place of linear layers inside the blocks; layers that would not shrink stay dense."""

    name = "asvd"
    title = "Activation-aware SVD"
    action = "asvd"
    summary = "Splits matrices into thin factors that keep what calibration inputs use; sensitive layers keep more."
    source = "own code after SVD-LLM (Wang et al. 2024, arXiv 2403.07378) and ASVD (Yuan et al. 2023, arXiv 2312.05821)"
    saves = "Disk and memory: fewer parameters. Speed: less arithmetic in more layers; measured, not promised."
    needs_calibration = True
    params_type = AsvdParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The layers must be whole, some rank must make them smaller, and the budget must hold the thinnest factors."""
        if facts.family.startswith(PREFIX):
            return [
                ErrorInfo(
                    code="already_low_rank",
                    message="The model's layers are low-rank factors already.",
                    remedy="Use one step of activation-aware SVD, with a smaller rank_ratio.",
                    field="rank_ratio",
                )
            ]
        unit, hidden, channels = params.rank_multiple, facts.hidden_size, facts.intermediate_size
        if not saving_ranks((hidden, channels), unit):
            return [_too_thick(unit, f"No rank of {unit} or more makes a {hidden} x {channels} layer smaller.")]
        least = unit * (hidden + channels) / (hidden * channels)
        if params.rank_ratio < least:
            return [
                _too_thick(
                    unit, f"Factors of rank {unit} already take more than {least:.0%} of the layers' parameters."
                )
            ]
        return []

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the facts with fewer parameters, layers whose input is a rank, and a model type of its own."""
        features = sorted({*facts.linear_in_features, params.rank_multiple})
        return scale_blocks(facts, params.rank_ratio).model_copy(
            update={"linear_in_features": features, "family": PREFIX + facts.family}
        )

    def apply(self, work: Work, params: Any) -> None:
        """Measure the inputs, split every layer, measure how sensitive each is, choose the ranks, and rebuild."""
        import torch

        model, unit = work.model, params.rank_multiple
        with torch.no_grad(), as_linears(model):
            layers = named_linears(model)
            budget = _find_budget(layers, params)
            rows = work.calibration(params.calibration_samples)
            thick = {name: layer for name, layer in layers.items() if saving_ranks(layer.weight.shape, unit)}
            splits = split_layers(work, thick, rows, unit)
            scales = measure_scales(work, splits, rows, unit)
            choices = {
                name: list_choices(layer.weight.shape, unit, splits[name].left_out, scales[name])
                if name in splits
                else [Choice(None, layer.weight.numel(), 0.0)]
                for name, layer in layers.items()
            }
            chosen = allocate_ranks(choices, budget)
            work.report(0.9, "putting the factors in place")
            work.notes.append(_describe(layers, chosen))
            work.replace(_put_factors(model, splits, chosen))
        work.labels = [label for label in work.labels if label != ZEROS_LABEL] + [LOW_RANK_LABEL]
        recover_after(work, params.recovery_steps)


def _too_thick(unit: int, message: str) -> ErrorInfo:
    return ErrorInfo(
        code="nothing_removed",
        message=message,
        remedy="Use a smaller rank_multiple or a larger rank_ratio." if unit > 8 else "Use a larger rank_ratio.",
        field="rank_multiple",
    )


def _find_budget(layers: dict[str, Any], params: Any) -> int:
    """Return how many parameters the layers may have together.

    Raises:
        RunnerError: `nothing_removed` when even the smallest ranks need more.
    """
    unit = params.rank_multiple
    total = sum(layer.weight.numel() for layer in layers.values())
    least = sum(
        unit * sum(layer.weight.shape) if saving_ranks(layer.weight.shape, unit) else layer.weight.numel()
        for layer in layers.values()
    )
    budget = int(params.rank_ratio * total)
    if least > budget:
        problem = _too_thick(unit, f"With ranks of {unit} the layers keep {least / total:.0%} of their parameters.")
        raise RunnerError(problem.code, problem.message, problem.remedy, field=problem.field)
    return budget


def _put_factors(model: Any, splits: dict[str, Split], chosen: dict[str, Choice]) -> Any:
    """Return the model with factors in the place of the layers that get a rank."""
    ranks = {name: choice.rank for name, choice in chosen.items() if choice.rank is not None}
    for name, rank in ranks.items():
        bias = model.get_submodule(name).bias
        pair = factorize(model, name, rank)
        pair[0].weight.data = splits[name].right[:rank].contiguous()
        pair[1].weight.data = splits[name].left[:, :rank].contiguous()
        if bias is not None:
            pair[1].bias.data = bias.data
    # The class decides which config is written and so how the folder loads; nothing else of it differs.
    kin = register_low_rank(model.config.model_type)
    model.config = low_rank_config(model.config, ranks)
    model.__class__ = kin
    return model


def _describe(layers: dict[str, Any], chosen: dict[str, Choice]) -> str:
    before = sum(layer.weight.numel() for layer in layers.values())
    after = sum(choice.parameters for choice in chosen.values())
    ranks = [choice.rank for choice in chosen.values() if choice.rank is not None]
    return (
        f"{len(ranks)} of {len(chosen)} linear layers are low-rank factors, of ranks {min(ranks)} to {max(ranks)}; "
        f"the layers keep {after / before:.1%} of their parameters."
    )
