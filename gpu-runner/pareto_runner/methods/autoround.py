"""AutoRound: the rounding of each weight is learned by signed gradient steps, block by block."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from pareto_runner.errors import RunnerError
from pareto_runner.methods.base import PACKED_LABEL, Params, Work, check_group_size
from pareto_runner.methods.compressed import IntegerMethod
from pareto_runner.schemas import ErrorInfo, ModelFacts

BATCH_ROWS = 8


class AutoRoundParams(Params):
    """Parameters of AutoRound."""

    bits: Literal[2, 3, 4, 8] = Field(default=4, description="bits per weight")
    group_size: Literal[32, 64, 128] = Field(default=128, description="weights that share one scale")
    iters: int = Field(default=50, ge=1, le=1000, description="gradient steps per block")
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")


class AutoRoundMethod(IntegerMethod):
    """Weight-only quantization of the linear layers in the blocks; embedding and head stay as they are."""

    name = "autoround"
    title = "AutoRound"
    summary = "Learns for every weight whether to round up or down, by signed gradient steps on calibration text."
    source = "Cheng et al. 2023 (arXiv 2309.05516), through auto-round"
    library = "auto-round"
    needs_calibration = True
    params_type = AutoRoundParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must divide every layer's input width; GPT-2's transposed layers are known too."""
        return check_group_size(facts, params.group_size)

    def apply(self, work: Work, params: Any) -> None:
        """Learn the roundings block by block, on the outputs of the blocks before."""
        import torch
        from auto_round import AutoRound

        rows = work.calibration(params.calibration_samples)
        batch_rows = min(work.shrunk(BATCH_ROWS), len(rows))
        batches = [
            {"input_ids": ids, "attention_mask": torch.ones_like(ids)} for ids in torch.tensor(rows).split(batch_rows)
        ]
        work.report(0.1, f"learning the rounding to {params.bits} bits, {params.iters} steps per block")
        rounding = AutoRound(
            work.model,
            tokenizer=work.tokenizer,
            bits=params.bits,
            group_size=params.group_size,
            sym=True,
            dataset=batches,
            iters=params.iters,
            seqlen=len(rows[0]),
            nsamples=len(rows),
            batch_size=batch_rows,
            seed=work.seed,
            device_map=work.context.device,
            enable_torch_compile=False,
        )
        save_packed(work, rounding)


def save_packed(work: Work, rounding: Any) -> None:
    """Have auto-round quantize and write into the job's own folder; saving the artifact moves the files from there."""
    output = work.context.work_dir / "autoround"
    shutil.rmtree(output, ignore_errors=True)
    packed, _ = rounding.quantize_and_save(output_dir=str(output), format="llm_compressor")
    work.replace(packed)
    work.pack("compressed-tensors", lambda folder: _move_files(output, folder), [PACKED_LABEL])


def _move_files(output: Path, folder: Path) -> None:
    """Move what the library wrote; it chooses a sub-folder of its own.

    Raises:
        RunnerError: `method_failed` when there is not one model.
    """
    configs = sorted(output.rglob("config.json"))
    if len(configs) != 1:
        raise RunnerError(
            "method_failed", f"AutoRound wrote {len(configs)} models where one was expected.", "Report this as a bug."
        )
    for path in configs[0].parent.iterdir():
        shutil.move(path, folder / path.name)
