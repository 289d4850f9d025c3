"""QLoRA: the base is held in 4 bits while a low-rank correction of it is trained."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.base import Work
from pareto_runner.methods.layout import as_linears
from pareto_runner.methods.lora import AdapterMethod, AdapterParams
from pareto_runner.methods.nf4 import check_blocks, nf4_config
from pareto_runner.models.adapter import open_adapter, save_adapter
from pareto_runner.models.load import load_model
from pareto_runner.schemas import ErrorInfo, ModelFacts


class QloraParams(AdapterParams):
    """Parameters of QLoRA."""

    keep: Literal["adapter", "merged"] = Field(
        default="adapter",
        description="keep the correction beside the 4-bit weights, or add it to them, which makes them dense again",
    )


class Qlora(AdapterMethod):
    """4-bit linear layers with corrections in 16 bits; embedding and head stay as they are."""

    name = "qlora"
    title = "QLoRA"
    action = "qlora"
    summary = "Stores linear layers in 4 bits (NF4) and trains a low-rank correction of what that cost."
    source = "Dettmers et al. 2023 (arXiv 2305.14314), through bitsandbytes, peft and trl"
    saves = "Kept apart: disk and memory as NF4, plus the adapter. Merged: nothing, the weights are dense again."
    library = "bitsandbytes"
    loads_itself = True
    params_type = QloraParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """What is kept in 4 bits is run in them, which takes whole blocks on a CPU."""
        return super().check(facts, params) + (check_blocks(facts) if params.keep == "adapter" else [])

    def apply(self, work: Work, params: Any) -> None:
        """Load in 4 bits, train; then keep, or merge into the weights that the 4 bits stand for."""
        from pareto_runner.training.adapter import keep_adapter

        folder = work.as_folder()
        work.report(0.0, "quantizing while loading")
        model, _ = load_model(folder, work.context.device, quantization_config=nf4_config(work.facts.dtype))
        # Saved before the first forward pass: afterwards bitsandbytes 0.50 changes the scales that it stores.
        base = work.context.work_dir / "nf4-base"
        model.save_pretrained(base, safe_serialization=True)
        work.tokenizer.save_pretrained(base)
        peft_model = self.train(work, model, params)
        if params.keep == "adapter":
            keep_adapter(work, peft_model, base)
            return
        adapter = work.context.work_dir / "trained-adapter"
        save_adapter(peft_model, adapter)
        packed: Any = load_model(base, work.context.device)[0]
        # Into a model that was loaded dense, because transformers 5.17 cannot save one that it has dequantized.
        dense: Any = load_model(folder, work.context.device)[0]
        with as_linears(dense):
            dense.load_state_dict(packed.dequantize().state_dict())
        self.merge(work, open_adapter(dense, adapter))
        work.notes.append("Merged into what the 4-bit weights stand for: dense again, with the loss of the 4 bits.")
