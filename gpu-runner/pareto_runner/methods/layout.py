"""Where the blocks and their linear layers are, in models of every family."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.schemas import ModelFacts


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
