"""Structured pruning: whole attention groups and feed-forward channels are cut out, so the model is really smaller."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from pareto_runner.methods.base import Method, Params, Work
from pareto_runner.schemas import ErrorInfo, ModelFacts

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
CHANNEL_MULTIPLE = 32
"""Widths stay multiples of this, so that quantization groups still divide them and kernels stay fast."""


class StructuredParams(Params):
    """Parameters of structured pruning."""

    heads_ratio: float = Field(
        default=0.0,
        ge=0.0,
        le=0.75,
        description="share of each layer's key-value groups (with their heads) removed, to a number that loads",
    )
    ffn_ratio: float = Field(
        default=0.25, ge=0.0, le=0.75, description="share of each layer's feed-forward channels removed"
    )
    calibration_samples: int = Field(default=16, ge=4, le=256, description="rows of text to rate importance on")


class Structured(Method):
    """Slices a gated, Llama-like model into one with a smaller config; every layer keeps the same widths."""

    name = "structured"
    title = "Structured pruning"
    action = "pruning"
    summary = "Removes the attention groups and feed-forward channels that contribute least on calibration text."
    source = "own slicing; importance after Ma et al. 2023 (arXiv 2305.11627) and Sun et al. 2023 (arXiv 2306.11695)"
    saves = "Disk, memory, speed and energy, in every runtime: the matrices are smaller."
    needs_calibration = True
    params_type = StructuredParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The model must be of a known layout and something must be removed."""
        if facts.family not in FAMILIES:
            return [
                ErrorInfo(
                    code="family_unsupported",
                    message=f"Structured pruning knows the layout of {', '.join(FAMILIES)}, not of '{facts.family}'.",
                    remedy="Use another method for this model.",
                    field="ffn_ratio",
                )
            ]
        problems = []
        groups, channels = keep_facts(facts, params)
        if groups == facts.kv_heads and channels == facts.intermediate_size:
            problems.append(
                ErrorInfo(
                    code="nothing_removed",
                    message=f"With {facts.kv_heads} groups of heads and {facts.intermediate_size} channels per layer "
                    "these ratios remove nothing.",
                    remedy="Raise heads_ratio or ffn_ratio.",
                    field="heads_ratio" if params.heads_ratio > 0 else "ffn_ratio",
                )
            )
        return problems

    def shape_after(self, facts: ModelFacts, params: Any) -> ModelFacts:
        """Return the facts with the smaller widths."""
        groups, channels = keep_facts(facts, params)
        heads = facts.heads // facts.kv_heads * groups
        # The width of one head is not among the facts, so the attention's output width scales with the heads.
        attention = [w for w in facts.linear_in_features if w not in (facts.hidden_size, facts.intermediate_size)]
        attention_width = attention[0] if attention else facts.hidden_size
        features = {facts.hidden_size, channels, attention_width * heads // facts.heads}
        return facts.model_copy(
            update={
                "kv_heads": groups,
                "heads": heads,
                "intermediate_size": channels,
                "linear_in_features": sorted(features),
            }
        )

    def apply(self, work: Work, params: Any) -> None:
        """Rate, slice, and build the smaller model around the slices."""
        import torch

        rows = work.calibration(params.calibration_samples)
        work.report(0.1, "rating heads and channels")
        model = work.model
        with torch.no_grad():
            energy = _input_energy(model, rows)
            work.report(0.6, "cutting")
            small = _cut(model, energy, params)
        config = small.config
        work.notes.append(
            f"Each layer keeps {config.num_attention_heads} of {model.config.num_attention_heads} heads and "
            f"{config.intermediate_size} of {model.config.intermediate_size} feed-forward channels."
        )
        work.replace(small)


def keep_groups(family: str, kv_heads: int, heads: int, hidden: int, ratio: float) -> int:
    """Return how many key-value groups stay: at least one, the number nearest to the ratio that the library loads.

    transformers 5 refuses a Llama whose hidden size is no multiple of the number of heads, even where the width
    of a head is given. Of two equally near numbers the larger stays.
    """
    wanted = kv_heads * (1 - ratio)
    free = family != "llama"
    loadable = [n for n in range(1, kv_heads + 1) if free or n == kv_heads or hidden % (n * heads // kv_heads) == 0]
    return min(loadable, key=lambda n: (abs(n - wanted), -n))


def keep_facts(facts: ModelFacts, params: Any) -> tuple[int, int]:
    """Return how many key-value groups and feed-forward channels of each layer stay."""
    groups = keep_groups(facts.family, facts.kv_heads, facts.heads, facts.hidden_size, params.heads_ratio)
    return groups, keep_channels(facts.intermediate_size, params.ffn_ratio)


def keep_channels(channels: int, ratio: float) -> int:
    """Return how many channels stay: the nearest multiple of 32 where there is one."""
    if ratio == 0:
        return channels
    wanted = channels * (1 - ratio)
    if channels < 2 * CHANNEL_MULTIPLE:
        return max(1, round(wanted))
    return min(channels, max(CHANNEL_MULTIPLE, round(wanted / CHANNEL_MULTIPLE) * CHANNEL_MULTIPLE))


def _input_energy(model: Any, rows: list[list[int]]) -> dict[int, tuple[Any, Any]]:
    """Return per layer the summed squares of the inputs of the attention's output and the FFN's down projection.

    Shapes: [heads * head_dim] and [channels], float32.
    """
    import torch

    sums: dict[int, list[Any]] = {}
    hooks = []
    for index, layer in enumerate(model.model.layers):
        for slot, module in enumerate((layer.self_attn.o_proj, layer.mlp.down_proj)):
            total = torch.zeros(module.in_features, dtype=torch.float32, device=module.weight.device)
            sums.setdefault(index, []).append(total)

            def add(_module: Any, inputs: Any, total: Any = total) -> None:
                total += inputs[0].float().flatten(0, -2).pow(2).sum(0)

            hooks.append(module.register_forward_pre_hook(add))
            del slot
    for row in rows:
        model(torch.tensor([row], device=model.device), use_cache=False)
    for hook in hooks:
        hook.remove()
    return {index: (both[0], both[1]) for index, both in sums.items()}


def _cut(model: Any, energy: dict[int, tuple[Any, Any]], params: Any) -> Any:
    import copy

    old = model.config
    head_dim = getattr(old, "head_dim", None) or old.hidden_size // old.num_attention_heads
    kv_heads = getattr(old, "num_key_value_heads", None) or old.num_attention_heads
    per_group = old.num_attention_heads // kv_heads
    groups = keep_groups(old.model_type, kv_heads, old.num_attention_heads, old.hidden_size, params.heads_ratio)
    channels = keep_channels(old.intermediate_size, params.ffn_ratio)
    config = copy.deepcopy(old)
    config.num_key_value_heads = groups
    config.num_attention_heads = groups * per_group
    # Without it the library would derive the heads' width from the hidden size, which no longer fits.
    config.head_dim = head_dim
    config.intermediate_size = channels
    state = dict(model.state_dict())
    for index, (attention, ffn) in energy.items():
        prefix = f"model.layers.{index}."
        # The contribution of an input to the output: its energy times the squared norm of the column it meets.
        out_columns = state[f"{prefix}self_attn.o_proj.weight"].float().pow(2).sum(0)
        group_score = (attention * out_columns).view(kv_heads, per_group * head_dim).sum(1)
        down_columns = state[f"{prefix}mlp.down_proj.weight"].float().pow(2).sum(0)
        kept_groups = _top(group_score, groups)
        kept_channels = _top(ffn * down_columns, channels)
        queries = _spread(kept_groups, per_group * head_dim)
        keys = _spread(kept_groups, head_dim)
        plan = {
            "self_attn.q_proj": (queries, 0),
            "self_attn.k_proj": (keys, 0),
            "self_attn.v_proj": (keys, 0),
            "self_attn.o_proj": (queries, 1),
            "mlp.gate_proj": (kept_channels, 0),
            "mlp.up_proj": (kept_channels, 0),
            "mlp.down_proj": (kept_channels, 1),
        }
        for name, (kept, axis) in plan.items():
            weight = f"{prefix}{name}.weight"
            state[weight] = state[weight].index_select(axis, kept).contiguous()
            bias = f"{prefix}{name}.bias"
            if axis == 0 and bias in state:
                state[bias] = state[bias].index_select(0, kept).contiguous()
    # Not `.to(dtype)`: that would round the rotary frequencies, which stay in 32 bits.
    small = type(model)._from_config(config, dtype=model.dtype).to(model.device)
    small.load_state_dict(state, strict=True)
    small.tie_weights()
    small.generation_config = model.generation_config
    return small.eval()


def _top(score: Any, count: int) -> Any:
    """Return the indices of the `count` highest scores, in their old order."""
    return score.topk(count).indices.sort().values


def _spread(groups: Any, width: int) -> Any:
    """Return the indices of all elements of the groups, each `width` wide."""
    import torch

    return (groups[:, None] * width + torch.arange(width, device=groups.device)[None, :]).flatten()
