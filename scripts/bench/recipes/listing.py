"""The recipes of the measured table: what a search would want to choose from, on a grid of sensible values.

Drawn by seed, so that a longer list continues a shorter one. The starting points of the product's search come first.
Of parameters that only say how carefully a method works, the defaults are kept; training is short, since a table needs
many recipes rather than the best ones.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

Step = dict[str, Any]
Grid = dict[str, Sequence[Any]]

SHORT = {"steps": (20, 40)}
RECOVERY = (0, 0, 0, 30)
QUANTIZERS: dict[str, tuple[float, Grid]] = {
    "rtn": (
        3,
        {
            "bits": (2, 3, 4, 8),
            "group_size": (0, 32, 64, 128),
            "symmetric": (True, False),
            "quantize_head": (False, True),
        },
    ),
    "gptq": (
        4,
        {
            "bits": (2, 3, 3, 4, 4, 8),
            "group_size": (0, 32, 64, 128),
            "symmetric": (True, False),
            "act_order": (True, True, False),
            "quantize_head": (False, True),
        },
    ),
    "mixed": (
        3,
        {
            "value": (2.5, 3, 3.5, 4, 5, 6),
            "least_bits": (2, 3),
            "group_size": (32, 64, 128),
            "rounding": ("gptq", "rtn"),
            "quantize_head": (False, True),
        },
    ),
    "smoothquant": (1.5, {"smoothing_strength": (0.3, 0.5, 0.7, 0.8)}),
    "awq": (0.8, {"bits": (3, 4, 8), "group_size": (32, 64, 128), "symmetric": (False, True)}),
    "autoround": (0.6, {"bits": (2, 3, 4), "group_size": (32, 64, 128)}),
    "autoscheme": (0.4, {"average_bits": (3, 4, 5), "group_size": (32, 64, 128)}),
    "nf4": (0.3, {}),
    "int8": (0.2, {}),
    "torchao": (0.3, {"kind": ("int8_weight_only", "int8_dynamic")}),
    "fp8": (0.2, {}),
    "mxfp4": (0.4, {"activations": (False, True)}),
    "nvfp4": (0.2, {}),
}
CHANGERS: dict[str, tuple[float, Grid]] = {
    "structured": (
        4,
        {"heads_ratio": (0, 0, 0.25, 0.5), "ffn_ratio": (0.1, 0.2, 0.25, 0.35, 0.5, 0.65), "recovery_steps": RECOVERY},
    ),
    "depth": (2.5, {"ratio": (0.17, 0.34, 0.5), "importance": ("loss", "block_influence"), "recovery_steps": RECOVERY}),
    "asvd": (2, {"rank_ratio": (0.5, 0.6, 0.7, 0.8, 0.9), "rank_multiple": (32, 64), "recovery_steps": RECOVERY}),
    "magnitude": (0.8, {"sparsity": (0.3, 0.5, 0.7), "granularity": ("row", "layer", "global")}),
    "wanda": (0.8, {"sparsity": (0.3, 0.5, 0.7), "pattern": ("unstructured", "2:4")}),
    "sparsegpt": (0.8, {"sparsity": (0.3, 0.5, 0.7), "pattern": ("unstructured", "2:4")}),
    "lora": (0.4, {"rank": (4, 8, 16), **SHORT}),
    "distill": (0.7, {"student": ("depth", "width"), "ffn_ratio": (0.25, 0.5), **SHORT}),
}
ENDS: dict[str, tuple[float, Grid]] = {
    "qlora": (0.6, {"rank": (4, 8), "keep": ("adapter", "merged"), **SHORT}),
    "lora": (0.4, {"rank": (8,), "keep": ("adapter",), **SHORT}),
}
SHAPES = {"quantized": 0.42, "changed": 0.14, "changed then quantized": 0.36, "changed twice": 0.04, "adapted": 0.04}
RUNTIMES = {"onnxruntime": 0.68, "transformers": 0.32}


def list_recipes(models: Sequence[str], seed: int) -> Iterator[dict[str, Any]]:
    """Yield recipes that all of the models take, without end, none twice; the first is the uncompressed model."""
    from pareto_runner.methods import find_method
    from pareto_runner.models.inspect import inspect_model
    from pareto_runner.schemas import Recipe
    from pareto_runner.validation import check_recipe

    facts = [inspect_model(model) for model in models]
    chance = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
    seen: set[str] = set()

    def complete(steps: Sequence[Step], runtime: str) -> dict[str, Any]:
        full = [
            {
                "method": step["method"],
                "params": find_method(step["method"])
                .params_type.model_validate(step["params"])
                .model_dump(mode="json"),
            }
            for step in steps
        ]
        return {"version": 1, "steps": full, "runtime": runtime}

    for steps, runtime in _drafts(chance):
        recipe = complete(steps, runtime)
        key = json.dumps(recipe, sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        if not any(check_recipe(Recipe.model_validate(recipe), one) for one in facts):
            yield recipe


def _drafts(chance: random.Random) -> Iterator[tuple[list[Step], str]]:
    yield [], "transformers"
    yield [], "onnxruntime"
    yield from _starting_points()
    while True:
        steps = _draw_steps(chance)
        yield steps, _pick(chance, RUNTIMES)


def _starting_points() -> Iterator[tuple[list[Step], str]]:
    packed, dense = "onnxruntime", "transformers"

    def step(method: str, **params: Any) -> Step:
        return {"method": method, "params": params}

    yield [step("rtn", bits=8, group_size=128)], packed
    yield [step("structured", ffn_ratio=0.25)], dense
    yield [step("gptq", bits=4, group_size=128)], packed
    yield [step("magnitude", sparsity=0.5)], dense
    yield [step("structured", ffn_ratio=0.25), step("gptq", bits=4, group_size=32)], packed
    yield [step("autoround", bits=4, group_size=128)], dense
    yield [step("nf4")], dense
    yield [step("structured", heads_ratio=0.5, ffn_ratio=0.5)], dense


def _draw_steps(chance: random.Random) -> list[Step]:
    shape = _pick(chance, SHAPES)
    if shape == "quantized":
        return [_draw(chance, QUANTIZERS)]
    if shape == "adapted":
        return [_draw(chance, ENDS)]
    first = _draw(chance, CHANGERS)
    if shape == "changed":
        return [first]
    others = QUANTIZERS if shape == "changed then quantized" else CHANGERS
    return [first, _draw(chance, {name: entry for name, entry in others.items() if name != first["method"]})]


def _draw(chance: random.Random, methods: dict[str, tuple[float, Grid]]) -> Step:
    name = _pick(chance, {name: weight for name, (weight, _) in methods.items()})
    return {"method": name, "params": {key: chance.choice(values) for key, values in methods[name][1].items()}}


def _pick(chance: random.Random, weights: dict[str, float]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
