"""A tiny random Llama with a byte-level tokenizer trained on the fly: real files, real libraries, no download."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SPECIAL = ("bos_token", "eos_token", "pad_token")


def make_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=["<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator([make_tiny.__module__ * 3, "the cat sat on the mat"] * 4, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **dict.fromkeys(SPECIAL, "<|end|>"))


def make_tiny(folder: Path, hidden: int = 128, layers: int = 2, intermediate: int = 256, seed: int = 0) -> Path:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=512,
        hidden_size=hidden,
        intermediate_size=intermediate,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = LlamaForCausalLM._from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder


def write_bert(folder: Path) -> Path:
    """A folder like an encoder's: the lab must refuse it politely."""
    folder.mkdir(parents=True)
    config: dict[str, Any] = {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 32}
    (folder / "config.json").write_text(json.dumps(config))
    return folder
