"""The lm-eval model that scores an artifact: exact log-likelihoods, each shared context computed once.

The answers of one question share its text, and most of a plain scorer's work is repeating it. Here contexts of
similar length are cut to the shortest of their batch and run once into the key-value cache; the rest of each
context and each answer then run as one row on a copy of that cache. Rows are padded on the right only, where a
causal model cannot see, so no attention mask is needed and the log-likelihoods are those of the plain
computation up to the rounding of the stored precision.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import torch
from lm_eval.api.model import TemplateLM
from lm_eval.models.utils import handle_stop_sequences, has_bos_prefix, normalize_gen_kwargs, postprocess_generated_text
from transformers import DynamicCache

from pareto_runner.measure.checks import require_finite

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

# Logits of one forward pass: 32 million numbers are 64 MB in bf16 and 128 MB in the float32 of the softmax.
MAX_LOGITS = 32_000_000
MAX_ROWS = 256
STOP_CHECK_EVERY = 4

Scored = tuple[float, bool]


class PrefixSharingLM(TemplateLM):
    """Scores a `transformers` causal language model; greedy decoding only.

    Tokenization follows lm-eval's own `hf` model: special tokens as the tokenizer adds them by default, trailing
    spaces of a context moved to its continuation, contexts that are too long cut from the left.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        super().__init__()
        self.model = model
        self.tokenizer = tokenizer
        self._device = next(model.parameters()).device
        self._vocabulary = int(model.config.vocab_size)
        self.max_length = int(getattr(model.config, "max_position_embeddings", 2048))

    @property
    def eot_token_id(self) -> int:
        """Return the token that ends a text."""
        return int(self.tokenizer.eos_token_id)

    @property
    def prefix_token_id(self) -> int:
        """Return the token that stands in for an empty context."""
        bos = self.tokenizer.bos_token_id
        return int(bos) if bos is not None else self.eot_token_id

    def tok_encode(self, string: str, add_special_tokens: bool | None = None, **kwargs: Any) -> list[int]:
        """Return the token ids of one string."""
        if add_special_tokens is None and has_bos_prefix(string, self.tokenizer.decode(self.prefix_token_id)):
            add_special_tokens = False
        options = {} if add_special_tokens is None else {"add_special_tokens": add_special_tokens}
        return list(self.tokenizer.encode(string, **options))

    def loglikelihood(self, requests: list[Instance], disable_tqdm: bool = False) -> list[Scored]:
        """Return (log-likelihood, is the greedy choice) per request, without a progress bar in the job's log."""
        return list(super().loglikelihood(requests, disable_tqdm=True))

    def _loglikelihood_tokens(
        self, requests: list[tuple[tuple[str, str], list[int], list[int]]], **kwargs: Any
    ) -> list[Scored]:
        """Return (log-likelihood, is the greedy choice) per request, in order."""
        by_context: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, (_, context, continuation) in enumerate(requests):
            room = max(1, self.max_length + 1 - len(continuation))
            by_context[tuple(context[-room:])].append(index)
        scores: list[Scored] = [(0.0, False)] * len(requests)
        for batch in self._batches(by_context, requests):
            self._score_batch(batch, by_context, requests, scores)
        return scores

    def _batches(
        self, by_context: dict[tuple[int, ...], list[int]], requests: list[tuple[tuple[str, str], list[int], list[int]]]
    ) -> list[list[tuple[int, ...]]]:
        # Longest first: what does not fit into memory fails at once, not after minutes.
        ordered = sorted(by_context, key=lambda context: (-len(context), context))
        batches: list[list[tuple[int, ...]]] = []
        rows = 0
        for context in ordered:
            mine = by_context[context]
            longest_answer = max(len(requests[i][2]) for i in mine)
            tail = (len(batches[-1][0]) - len(context) if batches else 0) + longest_answer + 1
            limit = max(1, min(MAX_ROWS, MAX_LOGITS // (self._vocabulary * tail)))
            # A much shorter context would shorten the shared part of all.
            if not batches or rows + len(mine) > limit or len(context) < 0.8 * len(batches[-1][0]):
                batches.append([])
                rows = 0
            batches[-1].append(context)
            rows += len(mine)
        return batches

    @torch.inference_mode()
    def _score_batch(
        self,
        contexts: list[tuple[int, ...]],
        by_context: dict[tuple[int, ...], list[int]],
        requests: list[tuple[tuple[str, str], list[int], list[int]]],
        scores: list[Scored],
    ) -> None:
        # Every row keeps at least one context token, whose output predicts the first token of the answer.
        shared = min(len(context) for context in contexts) - 1
        rows: list[int] = []
        tails: list[list[int]] = []
        owner: list[int] = []
        for number, context in enumerate(contexts):
            for index in by_context[context]:
                rows.append(index)
                tails.append([*context[shared:], *requests[index][2]][:-1])
                owner.append(number)
        cache = None
        if shared > 0:
            heads = torch.tensor([context[:shared] for context in contexts], device=self._device)
            cache = DynamicCache(config=self.model.config)
            self.model(heads, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache.reorder_cache(torch.LongTensor(owner).to(self._device))  # type: ignore[arg-type]
        width = max(len(tail) for tail in tails)
        padded = torch.tensor([tail + [0] * (width - len(tail)) for tail in tails], device=self._device)
        logits = self.model(padded, past_key_values=cache, use_cache=cache is not None).logits
        logprobs = torch.log_softmax(logits.float(), dim=-1)
        greedy = logits.argmax(dim=-1)
        for row, index in enumerate(rows):
            answer = requests[index][2]
            end = len(tails[row])
            span = slice(end - len(answer), end)
            wanted = torch.tensor(answer, device=self._device)
            total = float(logprobs[row, span].gather(-1, wanted.unsqueeze(-1)).sum())
            require_finite(total, "the log-likelihood of an answer")
            scores[index] = (total, bool((greedy[row, span] == wanted).all()))

    def loglikelihood_rolling(self, requests: Any, disable_tqdm: bool = False) -> list[float]:
        """Refuse: no registered benchmark asks for it, and perplexity has its own measurement."""
        raise NotImplementedError("rolling log-likelihood is measured by pareto_runner.measure.perplexity")

    def generate_until(self, requests: list[Instance], disable_tqdm: bool = False) -> list[str]:
        """Return the greedy continuation of each request up to its stop string or length limit."""
        texts: list[str] = [""] * len(requests)
        groups: dict[str, list[int]] = defaultdict(list)
        for index, request in enumerate(requests):
            groups[repr(request.args[1])].append(index)
        for members in groups.values():
            options = normalize_gen_kwargs(dict(requests[members[0]].args[1]), 256)
            stops = handle_stop_sequences(options.get("until"), eos=self.tokenizer.decode(self.eot_token_id))
            limit = int(options["max_gen_toks"])
            encoded = {i: self.tok_encode(requests[i].args[0])[-max(1, self.max_length - limit) :] for i in members}
            ordered = sorted(members, key=lambda i: -len(encoded[i]))
            for start in range(0, len(ordered), 64):
                batch = ordered[start : start + 64]
                for index, text in zip(batch, self._generate([encoded[i] for i in batch], limit, stops), strict=True):
                    texts[index] = text
        return texts

    @torch.inference_mode()
    def _generate(self, prompts: list[list[int]], limit: int, stops: list[str]) -> list[str]:
        width = max(len(prompt) for prompt in prompts)
        ids = torch.tensor([[0] * (width - len(p)) + p for p in prompts], device=self._device)
        mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts], device=self._device)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        cache = DynamicCache(config=self.model.config)
        texts = [""] * len(prompts)
        active = list(range(len(prompts)))
        generated = torch.empty((len(prompts), 0), dtype=torch.long, device=self._device)
        for step in range(1, limit + 1):
            logits = self.model(
                ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits[:, -1]
            if step == 1:
                require_finite(float(logits.float().sum()), "the sum of the logits")
            ids = logits.argmax(dim=-1, keepdim=True)
            generated = torch.cat([generated, ids], dim=1)
            mask = torch.cat([mask, torch.ones_like(ids)], dim=1)
            positions = positions[:, -1:] + 1
            if step % STOP_CHECK_EVERY and step < limit:
                continue
            # Special tokens are kept, so that the end-of-text token is found as a stop string.
            for row, text in zip(active, self._decode(generated), strict=True):
                texts[row] = text
            going = [at for at, row in enumerate(active) if not _has_stop(texts[row], stops)]
            if not going:
                break
            if len(going) < len(active):
                active = [active[at] for at in going]
                keep = torch.tensor(going, device=self._device)
                cache.batch_select_indices(keep)
                ids, mask, positions, generated = ids[keep], mask[keep], positions[keep], generated[keep]
        return [postprocess_generated_text(text, stops, None) for text in texts]

    def _decode(self, generated: torch.Tensor) -> list[str]:
        return list(self.tokenizer.batch_decode(generated.tolist(), skip_special_tokens=False))


def _has_stop(text: str, stops: list[str]) -> bool:
    return any(stop and stop in text for stop in stops)
