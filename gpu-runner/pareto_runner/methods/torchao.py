"""torchao: tensors that carry their integers and scales with them, inside ordinary linear layers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from pareto_runner.device import find_device
from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.methods.compressed import check_layers
from pareto_runner.models.load import load_model
from pareto_runner.schemas import ErrorInfo, ModelFacts

INT4_GROUP = 128


class TorchaoParams(Params):
    """Parameters of torchao's post-training quantization."""

    kind: Literal["int8_weight_only", "int8_dynamic", "int4_weight_only"] = Field(
        default="int8_weight_only",
        description="8-bit weights; 8-bit weights and activations; 4-bit weights in groups of 128, on a GPU only",
    )


class Torchao(Method):
    """8-bit or 4-bit linear layers; embedding and head stay as they are."""

    name = "torchao"
    title = "torchao int8 and int4"
    action = "quantization"
    summary = "Rounds linear layers to integers with a scale per row; dynamic rounds activations per token as well."
    source = "torchao through transformers"
    saves = "Disk and memory: linear layers halve against 16 bits (int4: a quarter). On a CPU it is slower, not faster."
    library = "torchao"
    final = True
    loads_itself = True
    params_type = TorchaoParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """4 bits need a GPU and widths that groups of 128 divide."""
        problems = check_layers(facts, INT4_GROUP if params.kind == "int4_weight_only" else 0)
        if params.kind == "int4_weight_only" and find_device() != "cuda":
            problems.append(
                ErrorInfo(
                    code="needs_cuda",
                    message="torchao's 4-bit weights are packed for CUDA kernels, and there is no CUDA device here.",
                    remedy="Use int8_weight_only or int8_dynamic, or rtn with 4 bits.",
                    field="kind",
                )
            )
        return [problem.model_copy(update={"field": "kind"}) for problem in problems]

    def apply(self, work: Work, params: Any) -> None:
        """Load from a folder, which quantizes layer by layer."""
        from torchao.quantization import (
            Int4WeightOnlyConfig,
            Int8DynamicActivationInt8WeightConfig,
            Int8WeightOnlyConfig,
        )
        from transformers import TorchAoConfig

        if params.kind == "int8_weight_only":
            config: Any = Int8WeightOnlyConfig()
        elif params.kind == "int8_dynamic":
            config = Int8DynamicActivationInt8WeightConfig()
        else:
            config = Int4WeightOnlyConfig(group_size=INT4_GROUP)
        folder = work.as_folder()
        work.report(0.2, "quantizing while loading")
        model, _ = load_model(folder, work.context.device, quantization_config=TorchAoConfig(config))
        work.replace(model)
        work.pack("torchao", lambda target: model.save_pretrained(target, safe_serialization=True), [])
