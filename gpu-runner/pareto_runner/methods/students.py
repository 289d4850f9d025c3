"""Students for distillation: cut from the model by depth or width, or new ones after a given config."""

from __future__ import annotations

import copy
import math
from typing import Any

from pareto_runner.methods.base import Work
from pareto_runner.methods.cutting import keep_blocks
from pareto_runner.methods.layout import LAYOUTS, scale_blocks
from pareto_runner.methods.structured import Structured, StructuredParams
from pareto_runner.schemas import ErrorInfo, ModelFacts

HEAD_MULTIPLE = 4
"""Rotary embeddings halve a head's width, and some families turn only half of it."""
BOLDNESS = {"width": 3.0, "depth": 3.0, "config": 8.0}
"""How many times the rate of a fine-tune suits a student, measured on the pocket model: it has far more to change."""


def make_student(work: Work, params: Any) -> Any:
    """Return the student, not yet trained."""
    if params.student == "width":
        Structured().apply(work, _width(params))
        return work.model
    model = work.model
    if params.student == "depth":
        kept = spread(model.config.num_hidden_layers, params.keep_every)
        work.notes.append(f"The student keeps these blocks: {', '.join(map(str, kept))}.")
        return keep_blocks(model, kept)
    return _new(model, work.facts, params, work.seed)


def spread(depth: int, every: int) -> list[int]:
    """Return which blocks stay when one in `every` does: evenly spread, the first and the last among them."""
    count = math.ceil(depth / every)
    return [0] if count == 1 else [round(index * (depth - 1) / (count - 1)) for index in range(count)]


def check_student(facts: ModelFacts, params: Any) -> list[ErrorInfo]:
    """Return what speaks against the student: it must load, and be smaller than the model."""
    if params.student == "width":
        return Structured().check(facts, _width(params))
    if params.student == "depth":
        if facts.layers > 1:
            return []
        return [_problem("nothing_removed", "A model of one block has none to give.", "Cut its width.", "keep_every")]
    width, layers, heads, channels = sizes(facts, params)
    problems = [
        _problem(
            "student_too_large",
            f"The student's {name} of {size} is above the model's {most}.",
            f"Use at most {most}.",
            name,
        )
        for name, size, most in (
            ("hidden_size", width, facts.hidden_size),
            ("layers", layers, facts.layers),
            ("intermediate_size", channels, facts.intermediate_size),
        )
        if size > most
    ]
    if (width, layers, channels) == (facts.hidden_size, facts.layers, facts.intermediate_size):
        problems.append(
            _problem(
                "nothing_removed",
                "The student is as wide and as deep as the model.",
                "Give a smaller hidden_size, layers or intermediate_size.",
                "hidden_size",
            )
        )
    if width % (HEAD_MULTIPLE * heads):
        problems.append(
            _problem(
                "heads_mismatch",
                f"A hidden size of {width} cannot be shared out to {heads} heads of a width divisible by "
                f"{HEAD_MULTIPLE}.",
                f"Use a hidden_size that is a multiple of {HEAD_MULTIPLE * heads}, or fewer heads.",
                "heads",
            )
        )
    return problems


def after_cut(facts: ModelFacts, params: Any) -> ModelFacts:
    """Return the student's facts; the number of parameters is an estimate."""
    if params.student == "width":
        return Structured().shape_after(facts, _width(params))
    if params.student == "depth":
        layers = len(spread(facts.layers, params.keep_every))
        return scale_blocks(facts, layers / max(1, facts.layers)).model_copy(update={"layers": layers})
    width, layers, heads, channels = sizes(facts, params)
    kv_heads = math.gcd(heads, facts.kv_heads)
    matrices = LAYOUTS[facts.family].ffn_matrices

    def block(hidden: int, share: float, inner: int) -> float:
        return hidden * (2 * hidden * (1 + share) + matrices * inner)

    old = facts.layers * block(facts.hidden_size, facts.kv_heads / facts.heads, facts.intermediate_size)
    share = layers * block(width, kv_heads / heads, channels) / old
    small = scale_blocks(facts, share)
    lost = facts.vocabulary * (facts.hidden_size - width)
    parameters = small.parameters - lost
    return small.model_copy(
        update={
            "parameters": parameters,
            "size_gb": small.size_gb * parameters / small.parameters,
            "hidden_size": width,
            "layers": layers,
            "heads": heads,
            "kv_heads": kv_heads,
            "intermediate_size": channels,
            "linear_in_features": sorted({width, channels}),
        }
    )


def sizes(facts: ModelFacts, params: Any) -> tuple[int, int, int, int]:
    """Return hidden size, blocks, heads and channels of a student by config; what is 0 stays the model's."""
    return (
        params.hidden_size or facts.hidden_size,
        params.layers or facts.layers,
        params.heads or facts.heads,
        params.intermediate_size or facts.intermediate_size,
    )


def _width(params: Any) -> StructuredParams:
    return StructuredParams(heads_ratio=params.heads_ratio, ffn_ratio=params.ffn_ratio)


def _new(model: Any, facts: ModelFacts, params: Any, seed: int) -> Any:
    """Return a model of the same class with random weights after the given sizes."""
    import torch

    old = model.config
    layout = LAYOUTS[old.model_type]
    here = facts.model_copy(
        update={
            "hidden_size": old.hidden_size,
            "layers": old.num_hidden_layers,
            "heads": old.num_attention_heads,
            "kv_heads": getattr(old, "num_key_value_heads", None) or old.num_attention_heads,
            "intermediate_size": getattr(old, layout.channels_key) or 4 * old.hidden_size,
        }
    )
    width, layers, heads, channels = sizes(here, params)
    config = copy.deepcopy(old)
    config.hidden_size, config.num_hidden_layers, config.num_attention_heads = width, layers, heads
    setattr(config, layout.channels_key, channels)
    for name, value in (
        ("num_key_value_heads", math.gcd(heads, here.kv_heads)),
        ("head_dim", width // heads),
        ("word_embed_proj_dim", width),
    ):
        if getattr(config, name, None) is not None:
            setattr(config, name, value)
    for name, value in old.to_dict().items():
        if isinstance(value, list) and len(value) == old.num_hidden_layers and hasattr(config, name):
            setattr(config, name, value[:layers])
    config._name_or_path = ""  # It is no longer the model in that folder.
    torch.manual_seed(seed)
    student = type(model)._from_config(config, dtype=model.dtype).to(model.device)
    student.generation_config = model.generation_config
    return student.eval()


def _problem(code: str, message: str, remedy: str, field: str) -> ErrorInfo:
    return ErrorInfo(code=code, message=message, remedy=remedy, field=field)
