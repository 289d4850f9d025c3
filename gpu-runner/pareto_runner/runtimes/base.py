"""What a runtime is: which formats it loads, how a model is brought into its format, and one contract to run it.

A backend holds one loaded model and its key-value cache. It offers three verbs, `reset`, `forward` and `select`;
scoring, generation and timing are written once on top of them, so that accuracy is measured on the very weights
and kernels that are timed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pareto_runner.schemas import Availability, ErrorInfo, ModelFacts, Recipe, RuntimeInfo

if TYPE_CHECKING:
    import torch

Report = Callable[[float, str], None]
"""Called with the part done, 0 to 1, and a line for people."""


@dataclass
class Converted:
    """What a conversion wrote: the format's name, the labels and notes that a reader of its figures needs."""

    format: str
    labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Backend(ABC):
    """A loaded model with a key-value cache.

    Token ids go in as int64 and logits come out as floats, both torch tensors on `device` ("cpu" or "cuda").
    """

    device: str
    vocabulary: int
    context: int
    """Longest sequence in tokens."""
    dense: bool
    """True when no packed weights are computed with."""

    @abstractmethod
    def reset(self, batch: int = 1) -> None:
        """Empty the cache and prepare for `batch` sequences."""

    @abstractmethod
    def forward(self, ids: torch.Tensor, last_only: bool = True) -> torch.Tensor:
        """Append tokens [batch, n] to the cache; return logits [batch, 1 or n, vocabulary].

        The result may be overwritten by the next call.
        """

    @abstractmethod
    def select(self, rows: Sequence[int]) -> None:
        """Make the cache hold these of its sequences, in this order; one may be taken several times or not at all."""

    @property
    @abstractmethod
    def kv_bytes_per_token(self) -> float:
        """Bytes of keys and values per cached token of one sequence, over all layers."""

    @abstractmethod
    def weight_bytes_per_token(self) -> int:
        """Bytes of weights that one decoded token has to read, as they lie in memory; embedding rows count once."""


class Runtime(ABC):
    """One way to run a model; a file here and a line in RUNTIMES."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    source: ClassVar[str]
    formats: ClassVar[tuple[str, ...]]
    devices: ClassVar[tuple[Literal["cpu", "cuda"], ...]] = ("cpu",)
    converts: ClassVar[bool] = True
    """False when the folder that a recipe leaves is loaded as it is."""

    @abstractmethod
    def availability(self) -> Availability:
        """Tell whether the runtime can be used here and, if not, why and how to enable it; imports nothing heavy."""

    def check(self, facts: ModelFacts, recipe: Recipe) -> list[ErrorInfo]:
        """Return what speaks against running this recipe's artifact here; fields as in `recipe.steps.0.params.bits`."""
        return []

    @abstractmethod
    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Write the model in `source` (a folder of dense or compressed-tensors weights) into `target`.

        Weights that are packed keep their integers and scales wherever the format can hold them. `target` also
        receives config.json and the tokenizer's files.

        Raises:
            RunnerError: `runtime_unsupported` when the format cannot hold these weights.
        """

    @abstractmethod
    def open(self, folder: Path, device: str, threads: int) -> Backend:
        """Load a model.

        Raises:
            RunnerError: `artifact_unloadable`, `model_corrupt` or `out_of_memory`.
        """

    @abstractmethod
    def warm(self, folder: Path) -> None:
        """Load a model of almost no weights the same way as `folder` and run it once.

        What the libraries allocate then for themselves belongs to the empty process, not to the model.
        """

    def info(self) -> RuntimeInfo:
        """Return the wire form."""
        return RuntimeInfo(
            name=self.name,
            title=self.title,
            summary=self.summary,
            source=self.source,
            formats=list(self.formats),
            devices=list(self.devices),
            availability=self.availability(),
        )
