"""The pocket model's tokenizer: byte-level BPE of 2,048 tokens with one special token."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

END = "<|end|>"
VOCABULARY = 2048
# A newline is a piece of its own: merged with the indentation after it, a prompt that ends in a
# newline would be cut unlike anything in training. Digits stand alone, so that sums line up.
_PIECES = r"\n| ?\p{L}+| ?\d| ?[^\s\p{L}\d]+|[^\S\n]+(?!\S)|[^\S\n]+"


def train_tokenizer(documents: Iterable[str]) -> PreTrainedTokenizerFast:
    """Return a tokenizer trained on the documents.

    `<|end|>` begins every encoded text (BOS) and ends a generation (EOS).
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{END} $A", pair=f"{END} $A $B", special_tokens=[(END, 0)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=END,
        eos_token=END,
        pad_token=END,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )
