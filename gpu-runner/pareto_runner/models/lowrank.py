"""Models whose linear layers are pairs of thinner ones: how they are stored and how they load again.

Such a model is the original class with some linear layers replaced by two in a row, of which the first leaves `rank`
outputs. Its config names the ranks (`low_rank: {"model.layers.0.mlp.up_proj": 32, …}`) and has a model type of its
own, `pareto_lowrank_<type>`: a program that does not know it refuses the folder instead of filling the layers that it
misses with random weights. Where this module has registered the type, transformers' own loader does all the rest,
so that such a model can be quantized, saved and loaded like any other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PREFIX = "pareto_lowrank_"
LOW_RANK_LABEL = "low-rank factors: loads with Pareto Lab's loader"


def register_if_low_rank(folder: Path) -> None:
    """Make the model type in `folder` known to transformers if it is one of ours."""
    try:
        model_type = str(json.loads((folder / "config.json").read_text()).get("model_type", ""))
    except (OSError, ValueError, AttributeError):
        return  # The load itself reports what is wrong with the file.
    if model_type.startswith(PREFIX):
        register_low_rank(model_type.removeprefix(PREFIX))


def register_low_rank(base_type: str) -> type[Any]:
    """Make the low-rank kin of a model type known to transformers; return its model class.

    Raises:
        KeyError: transformers does not know the type.
    """
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.models.auto import CONFIG_MAPPING, MODEL_FOR_CAUSAL_LM_MAPPING

    # One class each; the mapping's type also allows for a pair, which no causal language model has.
    models: Any = MODEL_FOR_CAUSAL_LM_MAPPING
    model_type = PREFIX + base_type
    if model_type in CONFIG_MAPPING:
        return models[CONFIG_MAPPING[model_type]]
    base_config = CONFIG_MAPPING[base_type]
    base_model = models[base_config]
    config_class = type(f"LowRank{base_config.__name__}", (base_config,), {"model_type": model_type})

    def start(self: Any, config: Any, *args: Any, **options: Any) -> None:
        base_model.__init__(self, config, *args, **options)
        for name, rank in (getattr(config, "low_rank", None) or {}).items():
            factorize(self, name, rank)

    # The name ends as a causal language model's must, also where the original's does not (GPT-2).
    name = f"LowRank{base_config.__name__.removesuffix('Config')}ForCausalLM"
    model_class = type(name, (base_model,), {"config_class": config_class, "__init__": start})
    AutoConfig.register(model_type, config_class)
    AutoModelForCausalLM.register(config_class, model_class)
    return model_class


def factorize(model: Any, name: str, rank: int) -> Any:
    """Put two linear layers with `rank` values between them in the place of one; return the pair, not yet filled."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    old = model.get_submodule(name)
    width, out = old.weight.shape if isinstance(old, Conv1D) else (old.in_features, old.out_features)
    place = {"device": old.weight.device, "dtype": old.weight.dtype}
    pair = nn.Sequential(
        nn.Linear(width, rank, bias=False, **place), nn.Linear(rank, out, bias=old.bias is not None, **place)
    )
    model.set_submodule(name, pair)
    return pair


def low_rank_config(config: Any, ranks: dict[str, int]) -> Any:
    """Return a model's config as that of its low-rank kin."""
    model_class = register_low_rank(config.model_type)
    # With the folder that the model came from llmcompressor would write that folder's config in the place of this one.
    values = {name: value for name, value in config.to_dict().items() if name not in ("model_type", "_name_or_path")}
    return model_class.config_class(**values, low_rank=ranks)
