"""GPTQ: weights rounded one column after another, each time correcting the columns that are left."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import PACKED_LABEL, Method, Params, Work, check_group_size
from pareto_runner.schemas import ErrorInfo, ModelFacts

BATCH_ROWS = 8


class GptqParams(Params):
    """Parameters of GPTQ."""

    bits: Literal[2, 3, 4, 8] = Field(default=4, description="bits per weight")
    group_size: Literal[32, 64, 128] = Field(default=128, description="weights that share one scale")
    calibration_samples: int = Field(default=64, ge=8, le=512, description="rows of text to calibrate on")
    damping: float = Field(default=0.01, ge=0.001, le=0.5, description="share of the mean diagonal added to it")


class Gptq(Method):
    """Weight-only quantization of the linear layers in the blocks; embedding and head stay as they are."""

    name = "gptq"
    title = "GPTQ"
    action = "quantization"
    summary = "Rounds weights to few bits and corrects the error column by column, guided by calibration text."
    source = "Frantar et al. 2022 (arXiv 2210.17323), through llmcompressor"
    saves = "Disk: weights are packed. Memory and speed only where a packed kernel runs them; not on a CPU here."
    library = "llmcompressor"
    needs_calibration = True
    final = True
    params_type = GptqParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must divide every layer's input width."""
        return check_group_size(facts, params.group_size)

    def apply(self, work: Work, params: Any) -> None:
        """Quantize with `oneshot`; the model is packed when it is saved."""
        from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
        from datasets import Dataset
        from llmcompressor.entrypoints.oneshot import oneshot
        from llmcompressor.modifiers.gptq import GPTQModifier

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, f"quantizing to {params.bits} bits, groups of {params.group_size}")
        weights = QuantizationArgs(
            num_bits=params.bits, type="int", symmetric=True, strategy="group", group_size=params.group_size
        )
        modifier = GPTQModifier(
            config_groups={"group_0": QuantizationScheme(targets=["Linear"], weights=weights)},
            ignore=["lm_head"],
            dampening_frac=params.damping,
        )
        data = Dataset.from_dict({"input_ids": rows, "attention_mask": [[1] * len(row) for row in rows]})
        model = work.model
        oneshot(
            model=model,
            tokenizer=work.tokenizer,
            dataset=data,
            recipe=modifier,
            max_seq_length=len(rows[0]),
            num_calibration_samples=len(rows),
            # One row at a time takes twice the time of the processors; all rows have one length, so none is padded.
            batch_size=BATCH_ROWS,
            output_dir=None,
        )
        work.replace(model)
        work.pack(
            "compressed-tensors",
            lambda folder: model.save_pretrained(folder, save_compressed=True),
            [PACKED_LABEL],
        )
