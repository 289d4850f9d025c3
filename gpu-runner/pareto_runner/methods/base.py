"""What a method is: its facts, its parameters, its checks and what it does to a model."""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from pareto_runner.device import is_installed
from pareto_runner.jobs.context import JobContext
from pareto_runner.models.calibration import calibration_rows, calibration_texts
from pareto_runner.models.load import load_model
from pareto_runner.schemas import Availability, ErrorInfo, MethodInfo, ModelFacts

Action = Literal["quantization", "pruning", "lora", "qlora", "asvd", "distillation"]
PACKED_LABEL = "stored packed, computed dense"
ZEROS_LABEL = "zeros stored dense"
DENSE_RUNTIMES = ("transformers", "onnxruntime", "openvino", "llamacpp", "vllm")
"""Runtimes that take plain dense weights; each refuses by itself the families that it does not know."""


class Params(BaseModel):
    """Base of a method's parameters: unknown names are errors."""

    model_config = ConfigDict(extra="forbid")


@dataclass
class Work:
    """The model on its way through a recipe.

    It is loaded when a step first needs it, so that a method that loads in its own way loads only once.
    `save`, set by a method with its own format, writes the weights into a folder; None means dense safetensors.
    `parameters` is counted before weights are packed, because packed tensors no longer show it; 0 until then.
    """

    folder: Path
    context: JobContext
    seed: int
    facts: ModelFacts
    format: str = "safetensors"
    labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    save: Callable[[Path], None] | None = None
    parameters: int = 0
    _model: Any = None
    _tokenizer: Any = None
    _dirty: bool = False
    _step: tuple[str, float, float] = ("compress", 0.0, 1.0)

    @property
    def context_tokens(self) -> int:
        """Longest sequence of the model in tokens; 0 when it is not known."""
        return self.facts.context

    @property
    def cache_key(self) -> str | None:
        """The revision under which what is computed from the model may be kept; None once a step has changed it."""
        return None if self._dirty else self.facts.revision

    @property
    def model(self) -> Any:
        """The model, loaded on first use."""
        self.load()
        return self._model

    @property
    def is_loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def load(self) -> None:
        """Load the model unless it is here."""
        if self._model is None:
            self._model, self._tokenizer = load_model(self.folder, self.context.device)

    def release(self) -> None:
        """Let go of the model."""
        self._model = self.save = None
        gc.collect()
        if self.context.device == "cuda":
            import torch

            # The allocator keeps what is freed, and the fresh process that comes next needs it.
            torch.cuda.empty_cache()

    @property
    def tokenizer(self) -> Any:
        """The tokenizer that belongs to the model."""
        if self._tokenizer is None:
            from transformers import AutoTokenizer

            self._tokenizer = AutoTokenizer.from_pretrained(str(self.folder), local_files_only=True)
        return self._tokenizer

    def replace(self, model: Any) -> None:
        """Go on with a changed model."""
        self._model = model
        self._dirty = True

    def pack(self, weight_format: str, save: Callable[[Path], None], labels: list[str]) -> None:
        """Note that the weights are packed now, and how to write them."""
        self.format = weight_format
        self.save = save
        self.labels = [label for label in self.labels if label != ZEROS_LABEL] + labels

    def as_folder(self) -> Path:
        """Return a folder with the model as it is now and let go of it, for methods that load by themselves."""
        if self._dirty:
            folder = self.context.work_dir / "between-steps"
            self.model.save_pretrained(folder, safe_serialization=True)
            self.tokenizer.save_pretrained(folder)
            self.folder = folder
        self.release()
        return self.folder

    def shrunk(self, count: int, least: int = 1) -> int:
        """Return `count`, made smaller by what an earlier try of this job that ran out of memory asks for."""
        return max(least, int(count * self.context.shrink))

    def calibration(self, samples: int) -> list[list[int]]:
        """Return rows of token ids to calibrate on, fewer after memory ran out; notes where they come from."""
        texts, source, longest = calibration_texts(self.folder)
        length = min(longest, self.context_tokens or longest)
        samples = self.shrunk(samples)
        rows = calibration_rows(texts, self.tokenizer, samples, length, self.seed)
        self.notes.append(f"Calibrated on {len(rows)} rows of {len(rows[0])} tokens of {source}.")
        return rows

    def report(self, part: float, message: str) -> None:
        """Report how far the present step is; `part` is 0 to 1 within it."""
        stage, start, width = self._step
        self.context.progress(stage, start + part * width, message)

    def place_step(self, stage: str, start: float, width: float) -> None:
        """Say which part of the whole job the next step takes."""
        self._step = (stage, start, width)


class Method(ABC):
    """One compression method; `Params` drives validation, the browser's form and the coordinator's choices.

    `final` says that no step may follow, because the weights are packed; `loads_itself` that it starts from a
    folder, not from a loaded model.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    action: ClassVar[Action]
    summary: ClassVar[str]
    source: ClassVar[str]
    saves: ClassVar[str]
    library: ClassVar[str | None] = None
    runtimes: ClassVar[tuple[str, ...]] = ("transformers",)
    needs_calibration: ClassVar[bool] = False
    families: ClassVar[tuple[str, ...]] = ()
    final: ClassVar[bool] = False
    loads_itself: ClassVar[bool] = False
    params_type: ClassVar[type[Params]]

    def availability(self) -> Availability:
        """Tell whether the method's library is here."""
        if self.library is None or is_installed(self.library):
            return Availability(available=True)
        return Availability(
            available=False,
            reason=f"The library {self.library} is not installed.",
            remedy="Install the runner's requirements: pip install -r requirements.txt",
        )

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """Return what speaks against these parameters for this model; fields are the parameters' names."""
        return []

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the model's facts after this step, for the checks of the steps that follow."""
        return facts

    def ends(self, params: Any) -> bool:
        """Tell whether no step may follow one with these parameters."""
        return self.final

    def runtimes_of(self, params: Any) -> tuple[str, ...]:
        """Return the runtimes that run what comes out with these parameters."""
        return self.runtimes

    @abstractmethod
    def apply(self, work: Work, params: Any) -> None:
        """Do it to the model at hand."""

    def info(self) -> MethodInfo:
        """Return the wire form."""
        return MethodInfo(
            name=self.name,
            title=self.title,
            action=self.action,
            summary=self.summary,
            source=self.source,
            saves=self.saves,
            params_schema=self.params_type.model_json_schema(),
            runtimes=list(self.runtimes),
            families=list(self.families),
            packs=self.final,
            needs_calibration=self.needs_calibration,
            availability=self.availability(),
        )


def check_group_size(facts: ModelFacts, group_size: int) -> list[ErrorInfo]:
    """A group must divide every quantized layer's input width, or the library fails late or pads silently."""
    bad = [width for width in facts.linear_in_features if width % group_size]
    if not bad:
        return []
    fitting = [g for g in (16, 32, 64, 128) if not any(w % g for w in facts.linear_in_features)]
    remedy = f"Use a group size of {' or '.join(map(str, fitting))}." if fitting else "Choose another method."
    return [
        ErrorInfo(
            code="group_size_mismatch",
            message=f"A group size of {group_size} does not divide the layers' input widths {bad}.",
            remedy=remedy,
            field="group_size",
            details={"in_features": bad},
        )
    ]
