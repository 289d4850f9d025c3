"""What a recipe does to a model, in numbers that all methods share: bits, zeros, what a cut leaves, training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pareto_runner.errors import RunnerError
from pareto_runner.methods import find_method
from pareto_runner.methods.base import Method
from pareto_runner.schemas import ModelFacts, Recipe

DENSE_BITS = 16.0
NAMED_BITS = {"int8": 8, "nf4": 4, "fp8": 8, "mxfp4": 4, "nvfp4": 4, "smoothquant": 8, "torchao": 8}
OWN_KERNELS = ("int8", "nf4", "torchao")
"""Methods whose library computes with its own packed layers where the runtime is transformers."""
ROUND_INPUTS = ("fp8", "smoothquant", "nvfp4")
"""Methods that round the inputs of layers too, which the runtime transformers imitates step by step, slowly."""
LEARNED = {"gptq": 0.6, "awq": 0.6, "mixed": 0.7, "smoothquant": 0.6, "autoround": 1.0, "autoscheme": 0.8}
"""How much of the error of rounding to nearest a method is known to win back, from 0 to 1; all others 0."""


@dataclass
class Traits:
    """Numbers of one recipe; `shape` are the model's facts after its cuts."""

    methods: tuple[str, ...]
    runtime: str
    shape: ModelFacts
    bits: float = DENSE_BITS
    group: float = 0.0
    packer: str = ""
    learned: float = 0.0
    symmetric: bool = True
    head_packed: bool = False
    zeros: float = 0.0
    pattern: bool = False
    informed: float = 0.0
    heads_kept: float = 1.0
    channels_kept: float = 1.0
    layers_kept: float = 1.0
    rank_kept: float = 1.0
    low_rank: bool = False
    trained: float = 0.0
    adapter_apart: bool = False
    rounds_inputs: bool = False

    @property
    def packed(self) -> bool:
        """Whether weights are stored in fewer bits."""
        return self.bits < DENSE_BITS

    @property
    def blocks_kept(self) -> float:
        """Share of the blocks' weights that is left: attention is about a third of a block, the rest feed-forward."""
        return self.layers_kept * self.rank_kept * (self.heads_kept + 2 * self.channels_kept) / 3


def read_traits(recipe: Recipe, facts: ModelFacts) -> Traits:
    """Read a recipe's traits; steps of methods or parameters that are not known here count by their names alone."""
    traits = Traits(tuple(step.method for step in recipe.steps), recipe.runtime, facts)
    for step in recipe.steps:
        try:
            method = find_method(step.method)
            params = method.params_type.model_validate(step.params)
        except (RunnerError, ValidationError):
            continue
        _read_step(traits, method, params)
    traits.layers_kept *= traits.shape.layers / max(1, facts.layers)
    traits.heads_kept *= traits.shape.heads / max(1, facts.heads)
    traits.channels_kept *= traits.shape.intermediate_size / max(1, facts.intermediate_size)
    return traits


def _read_step(traits: Traits, method: Method, params: Any) -> None:
    values: dict[str, Any] = params.model_dump()
    if method.ends(params) or method.action == "quantization":
        traits.bits = bits_of(method.name, values)
        traits.group = float(values.get("group_size", 0))
        traits.packer = method.name
        traits.learned = LEARNED.get(method.name, 0.0)
        if method.name == "mixed" and values["rounding"] == "rtn":
            traits.learned = 0.4
        traits.symmetric = bool(values.get("symmetric", True))
        traits.rounds_inputs = method.name in ROUND_INPUTS or bool(values.get("activations", False))
        traits.head_packed = bool(values.get("quantize_head", False))
        return
    if "sparsity" in values:
        traits.zeros = max(traits.zeros, 0.5 if values["pattern"] == "2:4" else float(values["sparsity"]))
        traits.pattern = values["pattern"] == "2:4"
        traits.informed = {"sparsegpt": 1.0, "wanda": 0.5}.get(method.name, 0.0)
    if "rank_ratio" in values:
        traits.rank_kept *= float(values["rank_ratio"])
        traits.low_rank = True
    steps = float(values.get("recovery_steps", 0)) + float(values.get("steps", 0))
    traits.trained += steps * (0.5 if method.action in ("lora", "qlora") else 1.0)
    if method.action == "qlora":
        traits.bits = 4.0 if values.get("keep") == "adapter" else DENSE_BITS
    traits.adapter_apart = traits.adapter_apart or values.get("keep") == "adapter"
    try:
        traits.shape = method.shape_after(traits.shape, params)
    except (RunnerError, ArithmeticError, LookupError, ValueError):
        return  # A recipe of another model, whose cuts this one does not know.


def bits_of(method: str, values: dict[str, Any]) -> float:
    """Return the mean width of the weights that a packing method leaves."""
    if method == "mixed":
        value = float(values["value"])
        return {"average_bits": value, "size": value * DENSE_BITS}.get(str(values["budget"]), 5.0)
    if values.get("kind") == "int4_weight_only":
        return 4.0
    return float(values.get("bits", values.get("average_bits", NAMED_BITS.get(method, 4))))
