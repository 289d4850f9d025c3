"""A tiny random model of each family that the methods must know how to treat, or refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pareto_runner.jobs.context import LocalContext
from pareto_runner.methods.base import Work
from pareto_runner.models.inspect import inspect_model
from tests.tiny import make_tokenizer

HIDDEN, CHANNELS, LAYERS, HEADS, VOCABULARY, CONTEXT = 128, 256, 2, 4, 512, 128

_COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "max_position_embeddings": CONTEXT,
    "bos_token_id": 0,
    "eos_token_id": 0,
    "pad_token_id": 0,
}
_GROUPED = {**_COMMON, "intermediate_size": CHANNELS, "num_key_value_heads": 2}

CONFIGS: dict[str, dict[str, Any]] = {
    "llama": {**_GROUPED, "tie_word_embeddings": True},
    "mistral": {**_GROUPED, "sliding_window": 64},
    "qwen2": _GROUPED,
    "qwen3": {**_GROUPED, "head_dim": 32},
    # Wider heads than the hidden size has room for, as Gemma has.
    "gemma": {**_GROUPED, "intermediate_size": 512, "num_key_value_heads": 1, "head_dim": 64},
    "gemma2": {**_GROUPED, "intermediate_size": 512, "head_dim": 64, "sliding_window": 64},
    "gemma3_text": {**_GROUPED, "intermediate_size": 512, "head_dim": 64, "sliding_window": 64},
    "phi": {**_GROUPED, "num_key_value_heads": HEADS},
    "phi3": _GROUPED,
    "gpt2": {
        "vocab_size": VOCABULARY,
        "n_embd": HIDDEN,
        "n_layer": LAYERS,
        "n_head": HEADS,
        "n_positions": CONTEXT,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
    },
    "opt": {**_COMMON, "ffn_dim": CHANNELS, "word_embed_proj_dim": HIDDEN},
    "gpt_neox": {**_COMMON, "intermediate_size": CHANNELS},
}
"""By model type, which is what the lab calls a family."""


def make_work(folder: Path, scratch: Path) -> Work:
    """A model on its way through a recipe, without a job around it; progress is printed."""
    context = LocalContext("job", "request", scratch / "artifacts", scratch, "cpu")
    return Work(folder, context, 0, inspect_model(str(folder)))


def make_family(family: str, folder: Path, layers: int = LAYERS, seed: int = 0) -> Path:
    """Write a random model of the family, in bfloat16, with the tiny tokenizer; return its folder."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(seed)
    depth = "n_layer" if family == "gpt2" else "num_hidden_layers"
    config = AutoConfig.for_model(family, **{**CONFIGS[family], depth: layers})
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder
