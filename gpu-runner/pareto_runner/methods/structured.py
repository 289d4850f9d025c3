"""Structured pruning: whole attention groups and feed-forward channels are cut out, so the model is really smaller."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pareto_runner.methods.base import DENSE_RUNTIMES, Method, Params, Work
from pareto_runner.methods.cutting import cut_widths, measure_energy, read_widths
from pareto_runner.methods.layout import LAYOUTS, check_family, scale_blocks
from pareto_runner.methods.sparsity import RecoverySteps, recover_after
from pareto_runner.schemas import ErrorInfo, ModelFacts

CHANNEL_MULTIPLE = 32
"""Widths stay multiples of this, so that quantization groups still divide them and kernels stay fast."""


class StructuredParams(Params):
    """Parameters of structured pruning."""

    heads_ratio: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        description="share of each layer's key-value groups (with their heads) removed, to a number that loads",
    )
    ffn_ratio: float = Field(
        default=0.25, ge=0.0, le=0.9, description="share of each layer's feed-forward channels removed"
    )
    calibration_samples: int = Field(default=16, ge=4, le=256, description="rows of text to rate importance on")
    recovery_steps: int = RecoverySteps


class Structured(Method):
    """Slices a model into one with a smaller config; every layer keeps the same widths."""

    name = "structured"
    title = "Structured pruning"
    action = "pruning"
    summary = "Removes the attention groups and feed-forward channels that contribute least on calibration text."
    source = "own slicing; importance after Ma et al. 2023 (arXiv 2305.11627) and Sun et al. 2023 (arXiv 2306.11695)"
    saves = "Disk, memory, speed and energy, in every runtime: the matrices are smaller."
    runtimes = DENSE_RUNTIMES
    needs_calibration = True
    families = tuple(LAYOUTS)
    params_type = StructuredParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The model must be of a known layout and something must be removed."""
        if problems := check_family(self.title, facts, "ffn_ratio"):
            return problems
        if LAYOUTS[facts.family].heads == "fixed" and params.heads_ratio > 0:
            return [
                ErrorInfo(
                    code="family_unsupported",
                    message=f"In a model of the family '{facts.family}' the number of heads follows from the hidden "
                    "size, so no head can leave.",
                    remedy="Set heads_ratio to 0 and raise ffn_ratio.",
                    field="heads_ratio",
                )
            ]
        problems = []
        groups, channels = keep_facts(facts, params)
        if groups == facts.kv_heads and channels == facts.intermediate_size:
            problems.append(
                ErrorInfo(
                    code="nothing_removed",
                    message=f"With {facts.kv_heads} groups of heads and {facts.intermediate_size} channels per layer "
                    "these ratios remove nothing.",
                    remedy="Raise heads_ratio or ffn_ratio.",
                    field="heads_ratio" if params.heads_ratio > 0 else "ffn_ratio",
                )
            )
        return problems

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the facts with the smaller widths."""
        groups, channels = keep_facts(facts, params)
        heads = facts.heads // facts.kv_heads * groups
        # The width of one head is not among the facts, so the attention's output width scales with the heads.
        attention = [w for w in facts.linear_in_features if w not in (facts.hidden_size, facts.intermediate_size)]
        attention_width = attention[0] if attention else facts.hidden_size
        features = {facts.hidden_size, channels, attention_width * heads // facts.heads}
        per_head = 2 * attention_width / facts.heads * (1 + facts.kv_heads / facts.heads)
        per_channel = LAYOUTS[facts.family].ffn_matrices
        after = heads * per_head + channels * per_channel
        share = after / (facts.heads * per_head + facts.intermediate_size * per_channel)
        return scale_blocks(facts, share).model_copy(
            update={
                "kv_heads": groups,
                "heads": heads,
                "intermediate_size": channels,
                "linear_in_features": sorted(features),
            }
        )

    def apply(self, work: Work, params: Any) -> None:
        """Rate, slice, and build the smaller model around the slices."""
        rows = work.calibration(params.calibration_samples)
        work.report(0.1, "rating heads and channels")
        model = work.model
        old = read_widths(model.config)
        groups = keep_groups(
            model.config.model_type, old.groups, old.heads, model.config.hidden_size, params.heads_ratio
        )
        channels = keep_channels(old.channels, params.ffn_ratio)
        energies = measure_energy(model, rows)
        work.report(0.6, "cutting")
        small = cut_widths(model, energies, groups, channels)
        work.notes.append(
            f"Each layer keeps {groups * old.heads // old.groups} of {old.heads} heads and "
            f"{channels} of {old.channels} feed-forward channels."
        )
        work.replace(small)
        recover_after(work, params.recovery_steps)


def keep_groups(family: str, kv_heads: int, heads: int, hidden: int, ratio: float) -> int:
    """Return how many key-value groups stay: at least one, the number nearest to the ratio that the library loads.

    transformers 5 refuses a Llama (and some others) whose hidden size is no multiple of the number of heads, even
    where the width of a head is given. Of two equally near numbers the larger stays.
    """
    if LAYOUTS[family].heads == "fixed":
        return kv_heads
    wanted = kv_heads * (1 - ratio)
    free = LAYOUTS[family].heads == "any"
    loadable = [n for n in range(1, kv_heads + 1) if free or n == kv_heads or hidden % (n * heads // kv_heads) == 0]
    return min(loadable, key=lambda n: (abs(n - wanted), -n))


def keep_facts(facts: ModelFacts, params: Any) -> tuple[int, int]:
    """Return how many key-value groups and feed-forward channels of each layer stay."""
    groups = keep_groups(facts.family, facts.kv_heads, facts.heads, facts.hidden_size, params.heads_ratio)
    return groups, keep_channels(facts.intermediate_size, params.ffn_ratio)


def keep_channels(channels: int, ratio: float) -> int:
    """Return how many channels stay: the nearest multiple of 32 where there is one."""
    if ratio == 0:
        return channels
    wanted = channels * (1 - ratio)
    if channels < 2 * CHANNEL_MULTIPLE:
        return max(1, round(wanted))
    return min(channels, max(CHANNEL_MULTIPLE, round(wanted / CHANNEL_MULTIPLE) * CHANNEL_MULTIPLE))
