"""Where the blocks and their linear layers are, in models of every family."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from pareto_runner.errors import RunnerError
from pareto_runner.schemas import ErrorInfo, ModelFacts

Part = Literal["query", "key", "channel"]


@dataclass(frozen=True)
class Layout:
    """The layers inside a block, by their names in it, and what their outputs are.

    Inputs of attention and feed-forward come with the parts that their rows consist of, one after another; values
    have the width of keys. `heads` says which numbers of heads the library loads: any, those that divide the hidden
    size, or only the one that follows from it.
    """

    attention_in: dict[str, tuple[Part, ...]]
    attention_out: str
    ffn_in: dict[str, tuple[Part, ...]]
    ffn_out: str
    heads: Literal["any", "dividing", "fixed"] = "any"
    channels_key: str = "intermediate_size"

    @property
    def ffn_matrices(self) -> int:
        """How many matrices of hidden x channels the feed-forward layer has."""
        return 1 + sum(len(parts) for parts in self.ffn_in.values())


_QKV: dict[str, tuple[Part, ...]] = {
    "self_attn.q_proj": ("query",),
    "self_attn.k_proj": ("key",),
    "self_attn.v_proj": ("key",),
}
_GATED: dict[str, tuple[Part, ...]] = {"mlp.gate_proj": ("channel",), "mlp.up_proj": ("channel",)}
_ANY = Layout(_QKV, "self_attn.o_proj", _GATED, "mlp.down_proj")
_DIVIDING = Layout(_QKV, "self_attn.o_proj", _GATED, "mlp.down_proj", heads="dividing")

LAYOUTS: dict[str, Layout] = {
    "llama": _DIVIDING,
    "mistral": _ANY,
    "qwen2": _ANY,
    "qwen3": _ANY,
    "gemma": _ANY,
    "gemma2": _DIVIDING,
    "gemma3_text": _DIVIDING,
    "phi": Layout(_QKV, "self_attn.dense", {"mlp.fc1": ("channel",)}, "mlp.fc2"),
    "phi3": Layout(
        {"self_attn.qkv_proj": ("query", "key", "key")},
        "self_attn.o_proj",
        {"mlp.gate_up_proj": ("channel", "channel")},
        "mlp.down_proj",
    ),
    # Of these three the width of a head is always the hidden size divided by their number.
    "gpt2": Layout({}, "attn.c_proj", {"mlp.c_fc": ("channel",)}, "mlp.c_proj", "fixed", "n_inner"),
    "opt": Layout({}, "self_attn.out_proj", {"fc1": ("channel",)}, "fc2", "fixed", "ffn_dim"),
    "gpt_neox": Layout({}, "attention.dense", {"mlp.dense_h_to_4h": ("channel",)}, "mlp.dense_4h_to_h", "fixed"),
}


def check_family(title: str, facts: ModelFacts, field: str) -> list[ErrorInfo]:
    """Return a problem when the layout of the model's family is not known; `field` is the parameter to blame."""
    if facts.family in LAYOUTS:
        return []
    return [
        ErrorInfo(
            code="family_unsupported",
            message=f"{title} knows the layout of {', '.join(LAYOUTS)}, not of '{facts.family}'.",
            remedy="Use another method for this model, or put this step before the one that changes the layers.",
            field=field,
        )
    ]


def find_blocks(model: Any) -> tuple[str, Any]:
    """Return the path and the list of a model's blocks: the list of modules that is as long as the model is deep.

    Raises:
        RunnerError: `family_unsupported` when there is none.
    """
    from torch import nn

    depth = model.config.num_hidden_layers
    for name, module in model.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == depth:
            return name, module
    raise RunnerError(
        "family_unsupported",
        f"The blocks of a model of type '{model.config.model_type}' were not found.",
        "Use a method that does not look into the blocks.",
        field="model",
    )


def named_linears(model: Any) -> dict[str, Any]:
    """Return the linear layers inside the blocks by name (also GPT-2's transposed ones), not the head."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    prefix, blocks = find_blocks(model)
    return {
        f"{prefix}.{name}": module for name, module in blocks.named_modules() if isinstance(module, nn.Linear | Conv1D)
    }


def list_linears(model: Any) -> list[Any]:
    """Return the linear layers inside the blocks, in the model's order."""
    return list(named_linears(model).values())


@contextmanager
def as_linears(model: Any) -> Iterator[None]:
    """Let GPT-2's transposed layers be ordinary linear ones meanwhile, since the libraries skip or misread them.

    Afterwards those that nothing else replaced are back in their places, with the weights as they have become.
    """
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    swapped: dict[str, tuple[Any, Any]] = {}
    for name, module in named_linears(model).items():
        if isinstance(module, Conv1D):
            width, out = module.weight.shape
            linear = nn.Linear(width, out, bias=True, device="meta", dtype=module.weight.dtype)
            linear.weight = nn.Parameter(module.weight.detach().t().contiguous(), requires_grad=False)
            linear.bias = module.bias
            model.set_submodule(name, linear)
            swapped[name] = (module, linear)
    try:
        yield
    finally:
        for name, (module, linear) in swapped.items():
            if model.get_submodule(name) is linear:
                module.weight.data = linear.weight.detach().t().contiguous()
                model.set_submodule(name, module)


def scale_blocks(facts: ModelFacts, share: float) -> ModelFacts:
    """Return the facts with that share of the blocks' parameters; what is in the embedding stays."""
    blocks = max(0, facts.parameters - facts.vocabulary * facts.hidden_size)
    parameters = facts.parameters - round(blocks * (1 - share))
    size_gb = facts.size_gb * parameters / max(1, facts.parameters)
    return facts.model_copy(update={"parameters": parameters, "size_gb": size_gb})
