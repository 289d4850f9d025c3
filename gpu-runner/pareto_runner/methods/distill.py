"""Distillation: a smaller student is made, by cutting or from a config, and trained to answer like the teacher."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import DENSE_RUNTIMES, Method, Params, Work
from pareto_runner.methods.layout import LAYOUTS, check_family
from pareto_runner.methods.students import BOLDNESS, after_cut, check_student, make_student
from pareto_runner.models.calibration import same_tokenizer
from pareto_runner.models.inspect import inspect_model
from pareto_runner.models.load import load_model
from pareto_runner.models.resolve import resolve_model
from pareto_runner.schemas import ErrorInfo, ModelFacts

START = 0.1


class DistillParams(Params):
    """Parameters of distillation."""

    student: Literal["depth", "width", "config"] = Field(
        default="depth", description="keep every n-th block, cut heads and channels, or start anew from a config"
    )
    keep_every: int = Field(default=2, ge=2, le=16, description="depth: one block in so many stays, spread evenly")
    heads_ratio: float = Field(default=0.0, ge=0.0, le=0.9, description="width: share of the heads removed")
    ffn_ratio: float = Field(default=0.5, ge=0.0, le=0.9, description="width: share of the channels removed")
    hidden_size: int = Field(default=0, ge=0, le=16_384, description="config: 0 keeps the model's")
    layers: int = Field(default=0, ge=0, le=256, description="config: number of blocks; 0 keeps the model's")
    heads: int = Field(default=0, ge=0, le=256, description="config: heads per block; 0 keeps the model's")
    intermediate_size: int = Field(default=0, ge=0, le=65_536, description="config: channels; 0 keeps the model's")
    teacher: str = Field(
        default="",
        max_length=500,
        description="a model on this machine with the same tokenizer; empty: the uncompressed model",
    )
    mode: Literal["logit", "on_policy"] = Field(
        default="logit", description="learn on the text alone, or in turns on what the student writes itself"
    )
    steps: int = Field(default=80, ge=1, le=100_000, description="training steps")
    batch: int = Field(default=16, ge=1, le=512, description="rows per step, of 128 tokens (pocket) or up to 512")
    learning_rate: float = Field(default=0.0, ge=0.0, le=0.1, description="highest rate; 0 chooses by the width")
    temperature: float = Field(default=1.0, ge=0.5, le=10.0, description="softens both distributions")
    alpha: float = Field(default=0.8, ge=0.0, le=1.0, description="teacher's part in the loss; the rest is the text's")


class Distill(Method):
    """Trains on fresh text of the pocket world, or on the calibration text; what comes out is an ordinary model."""

    name = "distill"
    title = "Distillation"
    action = "distillation"
    summary = "Makes a smaller student and trains it on the teacher's probabilities of every next token."
    source = (
        "own loop; Hinton et al. 2015 (arXiv 1503.02531), on-policy after Agarwal et al. 2023 (arXiv 2306.13649), "
        "students by depth after Sanh et al. 2019 (arXiv 1910.01108)"
    )
    saves = "Disk, memory, speed and energy, in every runtime: the student is smaller."
    runtimes = DENSE_RUNTIMES
    families = tuple(LAYOUTS)
    needs_calibration = True
    params_type = DistillParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The student must load and be smaller; the teacher must be here and cut text the same way."""
        if problems := check_family(self.title, facts, "student"):
            return problems
        return check_student(facts, params) + (_check_teacher(facts, params.teacher) if params.teacher else [])

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the student's facts."""
        return after_cut(facts, params)

    def apply(self, work: Work, params: Any) -> None:
        """Make the student, train it, and go on with it."""
        from pareto_runner.training.distillation import Plan, distil
        from pareto_runner.training.loop import default_rate
        from pareto_runner.training.text import training_text

        text = training_text(
            work.folder, work.tokenizer, params.steps, work.context_tokens, work.seed, batch_rows=params.batch
        )
        reference = params.teacher or work.facts.model
        before = work.model.num_parameters()
        if work.cache_key is not None and not params.teacher:
            teacher = work.model
        else:
            teacher, _ = load_model(resolve_model(reference), work.context.device)
        student = make_student(work, params)
        work.replace(student)
        work.notes.append(
            f"The student has {student.num_parameters():,} parameters, the model before it {before:,}; "
            f"the teacher is {reference}."
        )
        plan = Plan(
            mode=params.mode,
            steps=params.steps,
            rate=params.learning_rate or BOLDNESS[params.student] * default_rate(student.config.hidden_size),
            temperature=params.temperature,
            alpha=params.alpha,
        )
        curve = distil(work, student, teacher, text, plan, START)
        work.notes.append(f"Distilled on {text.source}: {curve.describe()}")


def _check_teacher(facts: ModelFacts, reference: str) -> list[ErrorInfo]:
    from pareto_runner.errors import RunnerError

    try:
        teacher = inspect_model(reference)
        alike = teacher.vocabulary == facts.vocabulary and same_tokenizer(
            resolve_model(reference), resolve_model(facts.model)
        )
    except RunnerError as error:
        return [error.to_info().model_copy(update={"field": "teacher"})]
    if alike:
        return []
    return [
        ErrorInfo(
            code="teacher_mismatch",
            message=f"The teacher '{reference}' cuts text into other tokens than the student, so their probabilities "
            "cannot be compared.",
            remedy="Choose a teacher with the same tokenizer, or leave it empty.",
            field="teacher",
        )
    ]
