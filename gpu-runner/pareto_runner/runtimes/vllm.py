"""vLLM on a GPU: listed with what it lacks, because what this project measures cannot be measured through it yet.

Every runtime here computes a step at a time and gives out its logits, so that accuracy is scored on the kernels that
are timed. vLLM's engine schedules steps by itself, owns its cache and gives out samples with at most log
probabilities as Python objects; a step-by-step backend on top of it would time those objects and not the kernels.
Artifacts are served with it all the same: it reads the folders that a recipe leaves.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NoReturn

from pareto_runner.device import is_installed, read_gpus
from pareto_runner.errors import RunnerError
from pareto_runner.runtimes.base import Converted, Report, Runtime
from pareto_runner.schemas import Availability

SERVE = "Serve the artifact's folder with it (vllm serve FOLDER); measure it in the runtime transformers."


class Vllm(Runtime):
    """Loads the folder that a recipe leaves, as it is."""

    name = "vllm"
    title = "vLLM"
    summary = "Serves packed kernels on a GPU; artifacts load there, but are not measured there."
    source = "vLLM"
    formats = ("safetensors", "compressed-tensors")
    devices = ("cuda",)
    converts = False

    def availability(self) -> Availability:
        """Tell that nothing is measured here, and what is missing before that."""
        if not read_gpus().available:
            return Availability(available=False, reason="It needs an NVIDIA GPU, and there is none.", remedy=SERVE)
        if not is_installed("vllm"):
            return Availability(
                available=False,
                reason="The package vllm is not installed, and steps could not be measured one by one through it.",
                remedy=f"In an environment of its own: pip install vllm. {SERVE}",
            )
        return Availability(
            available=False,
            reason="Its engine gives out no logits step by step, so accuracy would not be scored on what is timed.",
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
