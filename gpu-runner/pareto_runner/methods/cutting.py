"""Cutting a model smaller: whole heads, feed-forward channels or blocks leave, and the rest loads as an ordinary model.

Nothing is retrained here. The smaller model is built from a smaller config and takes over the weights that stay.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from pareto_runner.methods.layout import LAYOUTS, Layout, as_linears, find_blocks

BATCH_ROWS = 8


@dataclass
class Energy:
    """Summed squares of what goes into a block's two output layers: [heads * head width] and [channels], 32 bits."""

    attention: Any
    ffn: Any


@dataclass(frozen=True)
class Widths:
    """The widths of every block: key-value groups, heads, values per head, feed-forward channels."""

    groups: int
    heads: int
    head_width: int
    channels: int


def read_widths(config: Any) -> Widths:
    """Return the widths that a config of a known layout says."""
    heads = config.num_attention_heads
    channels = getattr(config, LAYOUTS[config.model_type].channels_key)
    return Widths(
        groups=getattr(config, "num_key_value_heads", None) or heads,
        heads=heads,
        head_width=getattr(config, "head_dim", None) or config.hidden_size // heads,
        # GPT-2 leaves it out where it is the usual multiple.
        channels=channels or 4 * config.hidden_size,
    )


def measure_energy(model: Any, rows: list[list[int]]) -> list[Energy]:
    """Return the energies of all blocks on rows of token ids; without gradients."""
    import torch

    layout = LAYOUTS[model.config.model_type]
    energies, handles = [], []

    def watch(module: Any) -> Any:
        total = torch.zeros(module.in_features, dtype=torch.float32, device=module.weight.device)

        def add(_module: Any, inputs: tuple[Any, ...]) -> None:
            total.add_(inputs[0].float().flatten(0, -2).pow(2).sum(0))

        handles.append(module.register_forward_pre_hook(add))
        return total

    with torch.no_grad(), as_linears(model):
        for block in find_blocks(model)[1]:
            attention, ffn = (block.get_submodule(name) for name in (layout.attention_out, layout.ffn_out))
            energies.append(Energy(watch(attention), watch(ffn)))
        for batch in torch.tensor(rows, device=model.device).split(BATCH_ROWS):
            model(batch, use_cache=False)
        for handle in handles:
            handle.remove()
    return energies


def cut_widths(model: Any, energies: list[Energy], groups: int, channels: int) -> Any:
    """Return the model with so many key-value groups (with their heads) and feed-forward channels in each block.

    Those stay that contribute most: the energy of an input of the output layer times the squared norm of the column
    that it meets.
    """
    import torch

    old = model.config
    layout = LAYOUTS[old.model_type]
    widths = read_widths(old)
    per_group = widths.heads // widths.groups
    config = copy.deepcopy(old)
    setattr(config, layout.channels_key, channels)
    if layout.heads != "fixed":
        config.num_key_value_heads = groups
        config.num_attention_heads = groups * per_group
        # Without it the library would derive the heads' width from the hidden size, which no longer fits.
        config.head_dim = widths.head_width
    prefix, blocks = find_blocks(model)
    with torch.no_grad(), as_linears(model):
        state = dict(model.state_dict())
        for index, (block, energy) in enumerate(zip(blocks, energies, strict=True)):
            attention, ffn = (block.get_submodule(name) for name in (layout.attention_out, layout.ffn_out))
            score = (energy.attention * _column_energy(attention)).view(widths.groups, -1).sum(1)
            kept_groups = _top(score, groups)
            kept = {
                "query": _spread(kept_groups, per_group * widths.head_width),
                "key": _spread(kept_groups, widths.head_width),
                "channel": _top(energy.ffn * _column_energy(ffn), channels),
            }
            whole = {
                "query": widths.heads * widths.head_width,
                "key": widths.groups * widths.head_width,
                "channel": widths.channels,
            }
            _slice_block(state, f"{prefix}.{index}.", layout, kept, whole)
    return rebuild(model, config, state)


def keep_blocks(model: Any, kept: list[int]) -> Any:
    """Return the model with these of its blocks, in their order."""
    import torch

    old = model.config
    config = copy.deepcopy(old)
    config.num_hidden_layers = len(kept)
    for name, value in old.to_dict().items():
        # Such as `layer_types`, which says of each block how far it looks back.
        if isinstance(value, list) and len(value) == old.num_hidden_layers and hasattr(config, name):
            setattr(config, name, [value[index] for index in kept])
    prefix, _ = find_blocks(model)
    new_index = {str(index): str(new) for new, index in enumerate(kept)}
    with torch.no_grad(), as_linears(model):
        state = {}
        for name, tensor in model.state_dict().items():
            if not name.startswith(f"{prefix}."):
                state[name] = tensor
                continue
            index, rest = name.removeprefix(f"{prefix}.").split(".", 1)
            if index in new_index:
                state[f"{prefix}.{new_index[index]}.{rest}"] = tensor
    return rebuild(model, config, state)


def rebuild(model: Any, config: Any, state: dict[str, Any]) -> Any:
    """Return a model of the same class after a new config, with the given weights (linear layers as [out, in])."""
    import torch
    from transformers.initialization import no_init_weights

    # With the folder that the model came from llmcompressor would write that folder's config in the place of this one.
    config._name_or_path = ""
    with no_init_weights():
        # Not `.to(dtype)`: that would round the rotary frequencies, which stay in 32 bits.
        small = type(model)._from_config(config, dtype=model.dtype).to(model.device)
    with torch.no_grad(), as_linears(small):
        small.load_state_dict(state, strict=True)
    small.tie_weights()
    small.generation_config = model.generation_config
    return small.eval()


def _slice_block(
    state: dict[str, Any], prefix: str, layout: Layout, kept: dict[str, Any], whole: dict[str, int]
) -> None:
    """Slice a block's weights in place in the state."""
    import torch

    for name, parts in {**layout.attention_in, **layout.ffn_in}.items():
        rows, start = [], 0
        for part in parts:
            rows.append(start + kept[part])
            start += whole[part]
        chosen = torch.cat(rows)
        for tensor in (f"{prefix}{name}.weight", f"{prefix}{name}.bias"):
            if tensor in state:
                state[tensor] = state[tensor].index_select(0, chosen).contiguous()
    outputs = {layout.ffn_out: kept["channel"]}
    if layout.attention_in:
        outputs[layout.attention_out] = kept["query"]
    for name, columns in outputs.items():
        state[f"{prefix}{name}.weight"] = state[f"{prefix}{name}.weight"].index_select(1, columns).contiguous()


def _column_energy(layer: Any) -> Any:
    return layer.weight.float().pow(2).sum(0)


def _top(score: Any, count: int) -> Any:
    """Return the indices of the `count` highest scores, in their old order."""
    return score.topk(count).indices.sort().values


def _spread(groups: Any, width: int) -> Any:
    """Return the indices of all elements of the groups, each `width` wide."""
    import torch

    return (groups[:, None] * width + torch.arange(width, device=groups.device)[None, :]).flatten()
