"""The lm-eval model that scores an artifact: exact log-likelihoods, each shared context computed once.

The answers of one question share its text, and most of a plain scorer's work is repeating it. Here contexts of
similar length are cut to the shortest of their batch and run once into the key-value cache; the rest of each
context and each answer then run as one row on a copy of that cache. Rows are padded on the right only, where a
causal model cannot see, so no attention mask is needed and the log-likelihoods are those of the plain
computation up to the rounding of the stored precision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from lm_eval.api.model import TemplateLM
from lm_eval.models.utils import handle_stop_sequences, has_bos_prefix, normalize_gen_kwargs, postprocess_generated_text
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window

from pareto_runner.runtimes.generate import complete, require_finite

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance

    from pareto_runner.runtimes.base import Backend

# Logits of one forward pass: 32 million numbers are 64 MB in bf16 and 128 MB in the float32 of the softmax.
MAX_LOGITS = 32_000_000
MAX_ROWS = 256

Scored = tuple[float, bool]
Request = tuple[tuple[str, str], list[int], list[int]]
"""Texts, token ids of the context, token ids of the answer."""


class PrefixSharingLM(TemplateLM):
    """Scores a backend of any runtime; greedy decoding only.

    `answered` is told, as the work goes on, how many more of the items that it was asked about are done. An item has
    several requests, and of those that are done each counts as its part of an item.

    Tokenization follows lm-eval's own `hf` model: special tokens as the tokenizer adds them by default, trailing
    spaces of a context moved to its continuation, contexts that are too long cut from the left.
    """

    def __init__(
        self, backend: Backend, tokenizer: Any, answered: Callable[[float], None] = lambda items: None
    ) -> None:
        super().__init__()
        self._answered = answered
        self._items_per_request = 1.0
        self.model = backend
        self.tokenizer = tokenizer
        self.max_length = backend.context

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
        self._items_per_request = count_items(requests) / max(1, len(requests))
        return list(super().loglikelihood(requests, disable_tqdm=True))

    def _loglikelihood_tokens(self, requests: list[Request], **kwargs: Any) -> list[Scored]:
        """Return (log-likelihood, is the greedy choice) per request, in order."""
        by_context: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, (_, context, continuation) in enumerate(requests):
            room = max(1, self.max_length + 1 - len(continuation))
            by_context[tuple(context[-room:])].append(index)
        scores: list[Scored] = [(0.0, False)] * len(requests)
        for batch in self._batches(by_context, requests):
            self._score_batch(batch, by_context, requests, scores)
            self._tell(sum(len(by_context[context]) for context in batch))
        return scores

    def _tell(self, requests: int) -> None:
        self._answered(requests * self._items_per_request)

    def _batches(
        self, by_context: dict[tuple[int, ...], list[int]], requests: list[Request]
    ) -> list[list[tuple[int, ...]]]:
        # Longest first: what does not fit into memory fails at once, not after minutes.
        ordered = sorted(by_context, key=lambda context: (-len(context), context))
        batches: list[list[tuple[int, ...]]] = []
        rows = 0
        for context in ordered:
            mine = by_context[context]
            longest_answer = max(len(requests[i][2]) for i in mine)
            tail = (len(batches[-1][0]) - len(context) if batches else 0) + longest_answer + 1
            limit = max(1, min(MAX_ROWS, MAX_LOGITS // (self.model.vocabulary * tail)))
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
        requests: list[Request],
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
        backend = self.model
        if shared > 0:
            backend.reset(len(contexts))
            backend.forward(torch.tensor([context[:shared] for context in contexts], device=backend.device))
            backend.select(owner)
        else:
            backend.reset(len(rows))
        width = max(len(tail) for tail in tails)
        padded = torch.tensor([tail + [0] * (width - len(tail)) for tail in tails], device=backend.device)
        logits = backend.forward(padded, last_only=False)
        logprobs = torch.log_softmax(logits.float(), dim=-1)
        greedy = logits.argmax(dim=-1)
        for row, index in enumerate(rows):
            answer = requests[index][2]
            end = len(tails[row])
            span = slice(end - len(answer), end)
            wanted = torch.tensor(answer, device=backend.device)
            total = float(logprobs[row, span].gather(-1, wanted.unsqueeze(-1)).sum())
            require_finite(total, "the log-likelihood of an answer")
            scores[index] = (total, bool((greedy[row, span] == wanted).all()))

    def loglikelihood_rolling(self, requests: list[Instance], disable_tqdm: bool = False) -> list[float]:
        """Return the log-likelihood of each whole text, in windows of the model's context that do not overlap."""
        windows: list[Request] = []
        owner: list[int] = []
        for number, request in enumerate(requests):
            tokens = self.tok_encode(request.args[0])
            for pair in get_rolling_token_windows(tokens, self.prefix_token_id, self.max_length, 1):
                windows.append((("", ""), *make_disjoint_window(pair)))
                owner.append(number)
        self._items_per_request = count_items(requests) / max(1, len(windows))
        totals = [0.0] * len(requests)
        for number, (score, _) in zip(owner, self._loglikelihood_tokens(windows), strict=True):
            totals[number] += score
        return totals

    def generate_until(self, requests: list[Instance], disable_tqdm: bool = False) -> list[str]:
        """Return the greedy continuation of each request up to its stop string or length limit."""
        self._items_per_request = count_items(requests) / max(1, len(requests))
        texts: list[str] = [""] * len(requests)
        groups: dict[str, list[int]] = defaultdict(list)
        for index, request in enumerate(requests):
            groups[repr(request.args[1])].append(index)
        for members in groups.values():
            options = normalize_gen_kwargs(dict(requests[members[0]].args[1]), 256)
            stops = handle_stop_sequences(options.get("until"), eos=self.tokenizer.decode(self.eot_token_id))
            limit = min(int(options["max_gen_toks"]), self.max_length - 1)
            room = self.max_length - limit
            prompts = [self.tok_encode(requests[i].args[0])[-room:] or [self.prefix_token_id] for i in members]
            continued = complete(self.model, prompts, limit, partial(self._ended, stops), self._tell)
            for index, text in zip(members, self._decode(continued), strict=True):
                texts[index] = postprocess_generated_text(text, stops, None)
        return texts

    def _ended(self, stops: list[str], rows: list[list[int]]) -> list[bool]:
        return [any(stop and stop in text for stop in stops) for text in self._decode(rows)]

    def _decode(self, rows: list[list[int]]) -> list[str]:
        # Special tokens are kept, so that the end-of-text token is found as a stop string.
        return list(self.tokenizer.batch_decode(rows, skip_special_tokens=False))


def count_items(requests: list[Instance]) -> int:
    """Return how many items these requests belong to."""
    return len({(request.task_name, request.doc_id) for request in requests})
