"""What a recipe is expected to measure before anything was: counted where it can be, rules of thumb elsewhere.

Logarithms of ratios to the baseline, with the standard deviations of those. The size is counted from the tensors.
Latency is the time to read the weights that one token needs plus a fixed time per layer, which is all that counts in
a small model; memory is what lies in memory plus what a runtime keeps for itself; energy goes with latency.
Constants come from the field's papers and from docs/LOG.md's figures of models other than the pocket ones.
"""

from __future__ import annotations

import math

import numpy as np

from pareto_runner.estimates.size import artifact_size, block_parameters
from pareto_runner.models.weights import Tensor
from pareto_runner.schemas import ModelFacts, Recipe
from pareto_runner.search.figures import SIGNS, SMALLEST, Array
from pareto_runner.search.traits import Traits

LOSS_OF_BITS = {2.0: 0.5, 2.5: 0.25, 3.0: 0.08, 3.5: 0.045, 4.0: 0.025, 5.0: 0.012, 6.0: 0.006, 8.0: 0.002}
"""Share of the accuracy above guessing that rounding to nearest in groups of 128 loses."""
BYTES_PER_S = 10e9
LAYER_S = {"transformers": 250e-6, "onnxruntime": 15e-6, "openvino": 25e-6, "llamacpp": 15e-6, "vllm": 30e-6}
UNPACKING = {"int8": 1.6, "nf4": 1.3, "torchao": 2.0}
"""What a library's own packed layers cost per layer beside dense ones."""
RUNTIME_GB = 0.004
ROUNDING_INPUTS = 2.5
LEAST_ACCURACY = 0.4
"""What guessing reaches of a usual model's accuracy: nothing falls below by much, and all that is there is useless."""
MOST_COST = 1.5
"""Above this ratio all costs are alike: useless."""


def expect(recipe: Recipe, traits: Traits, facts: ModelFacts, tensors: list[Tensor] | None) -> tuple[Array, Array]:
    """Return the expected logarithms of the five ratios and their standard deviations, [5] each."""
    size = artifact_size(facts, recipe, tensors).bytes / max(1.0, facts.size_gb * 1e9)
    loss = expected_loss(traits)
    latency = _seconds(traits, facts) / _seconds(Traits((), "transformers", facts), facts)
    memory = _memory_gb(traits, facts, size) / _memory_gb(Traits((), "transformers", facts), facts, 1.0)
    elsewhere = traits.runtime != "transformers"
    mean = clip(np.log(np.maximum(SMALLEST, [1 - (1 - LEAST_ACCURACY) * loss, latency, memory, size, latency])))
    counted = not traits.low_rank and traits.packer not in ("nf4", "mixed", "autoscheme")
    doubt = [0.012 + 0.4 * loss, 0.5 if elsewhere else 0.2, 0.4 if elsewhere else 0.2, 0.02 if counted else 0.06, 0.5]
    if traits.packer in UNPACKING or traits.rounds_inputs:
        doubt[1] = 0.5
    return mean, np.array(doubt)


def clip(logs: Array) -> Array:
    """Bring logarithms of ratios [..., 5] into the range in which differences matter."""
    clipped: Array = np.clip(
        logs,
        np.where(SIGNS > 0, np.log(LEAST_ACCURACY), np.log(SMALLEST)),
        np.where(SIGNS > 0, np.inf, np.log(MOST_COST)),
    )
    return clipped


def expected_loss(traits: Traits) -> float:
    """Return the expected share that is lost of the accuracy above guessing."""
    kept = 1.0
    if traits.packed:
        bits, losses = list(LOSS_OF_BITS), list(LOSS_OF_BITS.values())
        loss = math.exp(float(np.interp(traits.bits, bits, np.log(losses))))
        fine = {32: 0.7, 64: 0.85, 0: 1.5}.get(int(traits.group), 1.0)
        kept *= 1 - min(0.9, loss * fine * (1 - 0.5 * traits.learned))
    healing = 1 - 0.7 * min(1.0, traits.trained / 300)
    kept *= 1 - min(0.9, (traits.zeros**4) * (1.6 if traits.pattern else 1.0) * (1 - 0.3 * traits.informed) * healing)
    for share, price in (
        (traits.channels_kept, 0.5),
        (traits.heads_kept, 1.0),
        (traits.layers_kept, 1.0),
        (traits.rank_kept, 0.7),
    ):
        kept *= 1 - min(0.9, price * (1 - share) ** 1.5 * healing)
    return 1 - kept


def _seconds(traits: Traits, facts: ModelFacts) -> float:
    """Return the rough time of one decoded token: per layer, and for the bytes that are read."""
    runtime = traits.runtime
    dense_bits = 16.0 if runtime == "transformers" else 32.0
    # Only other runtimes and a few libraries compute with the packed weights; elsewhere they are unpacked first.
    computes_packed = traits.packed and (runtime != "transformers" or traits.packer in UNPACKING)
    bits = traits.bits if computes_packed else dense_bits
    blocks = block_parameters(facts) * traits.blocks_kept
    head = facts.vocabulary * facts.hidden_size
    head_bits = 8.0 if traits.head_packed and runtime != "transformers" else dense_bits
    layer = LAYER_S.get(runtime, 50e-6) * (UNPACKING.get(traits.packer, 1.0) if runtime == "transformers" else 1.0)
    layer *= ROUNDING_INPUTS if traits.rounds_inputs and runtime == "transformers" else 1.0
    layer *= 1.3 if traits.low_rank else 1.0
    layer *= 1.3 if traits.adapter_apart else 1.0
    return facts.layers * traits.layers_kept * layer + (blocks * bits + head * head_bits) / 8 / BYTES_PER_S


def _memory_gb(traits: Traits, facts: ModelFacts, size: float) -> float:
    """Return the rough peak while generating: the weights as they lie in memory, and the runtime's own."""
    weights = facts.size_gb * size
    if traits.packed and traits.runtime == "transformers" and traits.packer not in UNPACKING:
        blocks = block_parameters(facts) * traits.blocks_kept
        weights = (blocks + max(0, facts.parameters - block_parameters(facts))) * 2e-9
    return weights + RUNTIME_GB + 0.15 * facts.size_gb
