"""The tokenizer's part of a GGUF file: vocabulary and merges of a byte-level BPE."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pareto_runner.runtimes.refusals import unsupported

# llama.cpp knows how a text is split before merging by name; these are told by what is peculiar to their patterns.
SPLITS = (("\\p{N}{1,3}|", "llama-bpe"), ("]?\\p{L}+|\\p{N}|", "qwen2"))


def add_tokens(writer: Any, folder: Path, vocabulary: int) -> list[str]:
    """Write the tokens of tokenizer.json; return notes for people.

    Raises:
        RunnerError: `runtime_unsupported` when the tokenizer is no byte-level BPE.
    """
    import gguf
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    facts = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    model, text = facts.get("model") or {}, json.dumps(facts.get("pre_tokenizer"))
    if model.get("type") != "BPE" or "ByteLevel" not in text:
        raise unsupported("The tokenizer is no byte-level BPE, the only kind that is written to GGUF here.")
    tokenizer = Tokenizer.from_file(str(path))
    added = {int(entry["id"]): entry for entry in facts.get("added_tokens", [])}
    tokens, types = [], []
    for index in range(vocabulary):
        token = tokenizer.id_to_token(index)
        tokens.append(f"[unused {index}]" if token is None else token)
        if token is None:
            types.append(gguf.TokenType.UNUSED)
        elif index in added:
            types.append(gguf.TokenType.CONTROL if added[index]["special"] else gguf.TokenType.USER_DEFINED)
        else:
            types.append(gguf.TokenType.NORMAL)
    split, notes = _name_split(text)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(split)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]])
    _add_special(writer, folder, tokenizer)
    return notes


def _name_split(pattern: str) -> tuple[str, list[str]]:
    """Return llama.cpp's name for the way a text is split into words before its letters are merged."""
    plain = pattern.replace("\\\\", "\\")
    for peculiar, name in SPLITS:
        if peculiar in plain:
            return name, []
    if '"Split"' not in pattern:
        return "gpt-2", []
    return "default", [
        "llama.cpp does not know how this tokenizer splits a text into words, so its own tokens of a text can differ; "
        "the figures here are measured on the right ones."
    ]


def _add_special(writer: Any, folder: Path, tokenizer: Any) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    first = tokenizer.encode("a").ids[:1]
    for name, add in (
        ("bos_token_id", writer.add_bos_token_id),
        ("eos_token_id", writer.add_eos_token_id),
        ("pad_token_id", writer.add_pad_token_id),
    ):
        value = config.get(name)
        value = value[0] if isinstance(value, list) else value
        if value is not None:
            add(int(value))
    writer.add_add_bos_token(first == [config.get("bos_token_id")])
