"""LoRA: a small low-rank correction beside every frozen matrix, trained to win accuracy back."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from pareto_runner.methods.base import DENSE_RUNTIMES, ZEROS_LABEL, Method, Params, Work
from pareto_runner.schemas import ErrorInfo, ModelFacts

START = 0.05


class AdapterParams(Params):
    """What LoRA and QLoRA share."""

    rank: int = Field(default=8, ge=1, le=256, description="rank of each correction")
    alpha: int = Field(default=16, ge=1, le=512, description="the correction is scaled by alpha / rank")
    target_modules: Literal["attention", "mlp", "all"] = Field(
        default="all", description="which of the blocks' linear layers get a correction"
    )
    learning_rate: float = Field(default=0.0, ge=0.0, le=0.1, description="highest rate; 0 chooses by the width")
    steps: int = Field(default=60, ge=1, le=20_000, description="training steps of about 2,048 tokens")


class LoraParams(AdapterParams):
    """Parameters of LoRA."""

    keep: Literal["merged", "adapter"] = Field(
        default="merged", description="add the correction to the weights, or keep it beside them"
    )


class AdapterMethod(Method):
    """Base of the two: both may keep the adapter apart, and then only transformers runs it and no step follows."""

    runtimes: ClassVar[tuple[str, ...]] = DENSE_RUNTIMES

    def ends(self, params: Any) -> bool:
        """An adapter that is kept apart leaves layers that no other step knows."""
        return params.keep == "adapter"

    def runtimes_of(self, params: Any) -> tuple[str, ...]:
        """Only transformers runs a base with an adapter beside it."""
        return ("transformers",) if params.keep == "adapter" else self.runtimes

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The rank must be smaller than the narrowest input of the layers it corrects."""
        narrowest = min(facts.linear_in_features, default=facts.hidden_size)
        if params.rank < narrowest:
            return []
        return [
            ErrorInfo(
                code="rank_too_large",
                message=f"A rank of {params.rank} is no low rank for layers that are {narrowest} wide.",
                remedy=f"Use a rank below {narrowest}.",
                field="rank",
            )
        ]

    def train(self, work: Work, model: Any, params: Any) -> Any:
        """Train an adapter of `model`; return the PeftModel around it."""
        from pareto_runner.training.adapter import train_adapter
        from pareto_runner.training.text import training_text

        text = training_text(work.folder, work.tokenizer, params.steps, work.context_tokens, work.seed)
        peft_model, curve = train_adapter(
            work,
            model,
            text,
            rank=params.rank,
            alpha=params.alpha,
            targets=params.target_modules,
            steps=params.steps,
            rate=params.learning_rate,
            start=START,
        )
        work.notes.append(f"Trained an adapter of rank {params.rank} on {text.source}: {curve.describe()}")
        return peft_model

    def merge(self, work: Work, peft_model: Any) -> None:
        """Go on with the base whose weights hold the adapter."""
        work.replace(peft_model.merge_and_unload())
        if ZEROS_LABEL in work.labels:
            work.labels.remove(ZEROS_LABEL)
            work.notes.append("Merging the adapter has filled the zeros that pruning left.")


class Lora(AdapterMethod):
    """Trains on fresh text of the pocket world, or on the calibration text; serves to recover after other steps."""

    name = "lora"
    title = "LoRA"
    action = "lora"
    summary = "Trains a low-rank correction of the frozen weights, to win back accuracy that a step before it cost."
    source = "Hu et al. 2021 (arXiv 2106.09685), through peft and trl"
    saves = "Nothing by itself: merged, the model keeps its size; kept apart, it grows by the adapter."
    library = "peft"
    params_type = LoraParams

    def apply(self, work: Work, params: Any) -> None:
        """Train; then merge or keep."""
        from pareto_runner.training.adapter import keep_adapter

        peft_model = self.train(work, work.model, params)
        if params.keep == "adapter":
            keep_adapter(work, peft_model, None)
        else:
            self.merge(work, peft_model)
