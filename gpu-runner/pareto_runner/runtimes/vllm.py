"""vLLM on a GPU: listed with what it lacks, because what this project measures cannot be measured through it yet.

Never tried on a GPU; what follows was read in the source of vLLM 0.33.0. Its engine schedules steps by itself and
answers with log probabilities as Python objects, so timing those would not time its kernels. A backend could catch
what `compute_logits` returns inside the engine's process: a decode step where the next token is the sampled one, else
a new request over the cached prefix. It is not written because nothing here could show it to be right: rows are
sorted before a step, and one taken for another is a wrong figure that looks like a good one. Besides, the wheel pins
other versions of torch, compressed-tensors and FastAPI than the runner's, so measuring needs processes of another
interpreter; and its executor opens a TCP store, while processes that load models here have no network.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NoReturn

from pareto_runner.errors import RunnerError
from pareto_runner.runtimes.base import Converted, Report, Runtime
from pareto_runner.schemas import Availability

SERVE = "Measure in the runtime transformers; to serve, try vllm serve FOLDER on the artifact's folder."


class Vllm(Runtime):
    """Loads the folder that a recipe leaves, as it is."""

    name = "vllm"
    title = "vLLM"
    summary = "A server with packed kernels on a GPU. It reads the folders of artifacts; nothing is measured in it yet."
    source = "vLLM"
    formats = ("safetensors", "compressed-tensors")
    devices = ("cuda",)
    converts = False

    def availability(self) -> Availability:
        """Tell that nothing is measured here, whatever is installed."""
        return Availability(
            available=False,
            reason="Nothing is measured in it yet: its engine hands out no logits, and catching them was never tried.",
            remedy=SERVE,
        )

    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Copy the folder: what a recipe leaves is what vLLM reads."""
        shutil.copytree(source, target, dirs_exist_ok=True)
        return Converted(format="safetensors")

    def open(self, folder: Path, device: str, threads: int) -> NoReturn:
        """Refuse.

        Raises:
            RunnerError: `runtime_unavailable`.
        """
        availability = self.availability()
        raise RunnerError("runtime_unavailable", f"vLLM: {availability.reason}", availability.remedy, field="runtime")

    def warm(self, folder: Path) -> NoReturn:
        """Refuse, as `open` does."""
        self.open(folder, "cuda", 1)
