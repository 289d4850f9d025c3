"""Train the pocket model from scratch: Muon on the hidden matrices, AdamW on the rest.

Muon follows Keller Jordan's description (orthogonalised Nesterov momentum by five
Newton-Schulz steps); matrices of one shape are stacked, so that a step is a few large products.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from .tokenizer import VOCABULARY

ROW_TOKENS = 128


@dataclass(frozen=True)
class TrainResult:
    """What a training run reached; the loss is in nats per token over the last 100 steps."""

    tokens: int
    steps: int
    wall_seconds: float
    cpu_seconds: float
    loss: float


def build_model(seed: int, hidden: int = 128, layers: int = 6) -> LlamaForCausalLM:
    """Return an untrained Llama whose every dimension is a multiple of 128."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=hidden,
        num_hidden_layers=layers,
        intermediate_size=3 * hidden,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 32,
        max_position_embeddings=512,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return LlamaForCausalLM(config)


def keep_layers(model: LlamaForCausalLM, layers: int) -> LlamaForCausalLM:
    """Take blocks out until `layers` are left, spread evenly; the first and the last stay."""
    blocks = model.model.layers
    if layers < len(blocks):
        kept = [round(at * (len(blocks) - 1) / max(1, layers - 1)) for at in range(layers)]
        model.model.layers = torch.nn.ModuleList([blocks[at] for at in kept])
        model.config.num_hidden_layers = layers
    return model


def pack_rows(
    documents: Iterator[str], tokenizer: PreTrainedTokenizerFast, tokens: int
) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return at least `tokens` tokens as rows [n, ROW_TOKENS + 1]; documents may span rows."""
    rows = -(-tokens // ROW_TOKENS)
    wanted = rows * ROW_TOKENS + 1
    flat = np.empty(wanted, dtype=np.uint16)
    filled = 0
    while filled < wanted:
        batch = [next(documents) for _ in range(2000)]
        ids = [i for encoded in tokenizer(batch)["input_ids"] for i in encoded]
        part = ids[: wanted - filled]
        flat[filled : filled + len(part)] = part
        filled += len(part)
    view = np.lib.stride_tricks.sliding_window_view(flat, ROW_TOKENS + 1)
    return np.ascontiguousarray(view[::ROW_TOKENS])


def orthogonalise(stack: torch.Tensor) -> torch.Tensor:
    """Return [n, r, c] matrices with singular values near one, by Newton-Schulz in bf16."""
    x = stack.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        b = -4.7750 * a + 2.0315 * (a @ a)
        x = 3.4445 * x + b @ x
    if tall:
        x = x.transpose(1, 2)
    return x.to(stack.dtype)


class Muon:
    """Muon for 2-D parameters, grouped by shape; `rate` is set by the caller each step."""

    def __init__(self, parameters: list[torch.nn.Parameter]) -> None:
        self.rate, self.momentum, self.decay = 0.02, 0.95, 0.01
        shapes: dict[torch.Size, list[torch.nn.Parameter]] = {}
        for parameter in parameters:
            shapes.setdefault(parameter.shape, []).append(parameter)
        self.groups = [(members, torch.zeros(len(members), *shape)) for shape, members in shapes.items()]

    @torch.no_grad()
    def step(self) -> None:
        """Update every parameter from its gradient."""
        for members, buffer in self.groups:
            gradients = torch.stack([p.grad for p in members if p.grad is not None])
            buffer.lerp_(gradients, 1 - self.momentum)
            update = orthogonalise(gradients.lerp(buffer, self.momentum))
            scale = max(1.0, update.shape[1] / update.shape[2]) ** 0.5
            for parameter, change in zip(members, update, strict=True):
                parameter.mul_(1 - self.rate * self.decay)
                parameter.sub_(change, alpha=self.rate * scale)


def _schedule(step: int, done: float) -> float:
    """Return the learning-rate factor: warm-up, constant to 40 %, then linear to zero."""
    return min(1.0, (step + 1) / 40, (1 - done) / 0.6)


def train_model(
    model: LlamaForCausalLM,
    rows: np.ndarray[Any, np.dtype[np.uint16]],
    seed: int,
    minutes: float,
    batch_rows: int = 16,
) -> TrainResult:
    """Train the model in place, in bf16 autocast, for one pass over the rows.

    It ends earlier at the wall-clock limit `minutes`. The learning rate follows whichever of
    the two is further on, so that it reaches zero on a busy machine too.
    """
    hidden = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    known = {id(p) for p in hidden}
    rest = [p for p in model.parameters() if id(p) not in known]
    muon = Muon(hidden)
    adam = torch.optim.AdamW(rest, lr=4e-3, betas=(0.9, 0.95), weight_decay=0.0)
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    steps = len(rows) // batch_rows
    losses: list[float] = []
    begun, begun_cpu = time.monotonic(), time.process_time()
    model.train()
    step, done = 0, 0.0
    while done < 1:
        picked = rows[order[step * batch_rows : (step + 1) * batch_rows]]
        batch = torch.from_numpy(picked.astype(np.int64))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=batch[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.float().view(-1, VOCABULARY), batch[:, 1:].reshape(-1))
        loss.backward()
        factor = _schedule(step, done)
        muon.rate = 0.02 * factor
        adam.param_groups[0]["lr"] = 4e-3 * factor
        muon.step()
        adam.step()
        model.zero_grad(set_to_none=True)
        losses.append(loss.item())
        step += 1
        spent = time.monotonic() - begun
        done = max(step / steps, spent / (60 * minutes))
        if step % 100 == 0 or done >= 1:
            recent = sum(losses[-50:]) / len(losses[-50:])
            tokens = step * batch_rows * ROW_TOKENS
            print(
                f"step {step}/{steps}  loss {recent:.3f}  {tokens:,} tokens  "
                f"{spent:.0f} s  {tokens / spent:,.0f} tokens/s",
                flush=True,
            )
    model.eval()
    last = losses[-100:]
    return TrainResult(
        tokens=step * batch_rows * ROW_TOKENS,
        steps=step,
        wall_seconds=time.monotonic() - begun,
        cpu_seconds=time.process_time() - begun_cpu,
        loss=sum(last) / len(last),
    )
