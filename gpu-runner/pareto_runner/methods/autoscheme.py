"""AutoScheme: auto-round's own choice of bits per layer, by first-order loss changes, then AutoRound on top."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from pareto_runner.methods.autoround import BATCH_ROWS, save_packed
from pareto_runner.methods.base import Params, Work
from pareto_runner.methods.compressed import IntegerMethod, budget_problem, check_layers
from pareto_runner.models.cache import cache_path
from pareto_runner.models.hessians import find_owners
from pareto_runner.schemas import ErrorInfo, ModelFacts

BITS = (2, 3, 4, 8)
SCALE_BITS = 18
"""What auto-round counts per group besides its weights: a scale of 16 bits and a zero point of as many as a weight."""
SLACK_TOKENS = 16
"""Rows go in as text and may come back a little shorter; auto-round drops those below its length."""
CACHE_VARIABLE = "AR_AUTO_SCHEME_CACHE"


class AutoSchemeParams(Params):
    """Parameters of AutoScheme."""

    average_bits: float = Field(default=4.0, gt=2.0, le=8.0, description="bits per weight on average, with scales")
    group_size: Literal[32, 64, 128] = Field(default=128, description="weights that share one scale")
    iters: int = Field(default=0, ge=0, le=1000, description="gradient steps per block on the rounding; 0: to nearest")
    calibration_samples: int = Field(default=16, ge=8, le=512, description="rows of text to measure and calibrate on")


class AutoScheme(IntegerMethod):
    """Weight-only quantization with 2, 3, 4 or 8 bits per layer; embedding and head stay as they are."""

    name = "autoscheme"
    title = "AutoScheme"
    summary = "Lets auto-round choose each layer's bits from gradients of the loss, within an average."
    source = "auto-round's AutoScheme; rounding after Cheng et al. 2023 (arXiv 2309.05516)"
    library = "auto-round"
    needs_calibration = True
    params_type = AutoSchemeParams

    def check(self, facts: ModelFacts, params: Any) -> list[ErrorInfo]:
        """The group size must fit and the average must leave room for the scales."""
        problems = check_layers(facts, params.group_size, "group_size")
        least = min(BITS) + SCALE_BITS / params.group_size
        if params.average_bits < least:
            problems.append(
                budget_problem(
                    "average_bits",
                    f"With groups of {params.group_size} every layer takes at least {least:.2f} bits a weight.",
                    f"Raise average_bits to {least:.2f} or more, or take larger groups.",
                )
            )
        return problems

    def apply(self, work: Work, params: Any) -> None:
        """Choose the bits, learn the roundings, write; scores are kept for other averages of the same model."""
        from auto_round import AutoRound
        from auto_round import AutoScheme as Scheme
        from auto_round.schemes import QuantizationScheme

        rows = work.calibration(params.calibration_samples)
        folder = _folder(work, rows)
        text = _write_text(folder, work.tokenizer, rows)
        shared: dict[str, list[str]] = {}
        for layer, owner in find_owners(work.model, rows[0]).items():
            shared.setdefault(owner, []).append(layer)
        sizes: dict[str, Any] = {
            "dataset": str(text),
            "nsamples": len(rows),
            "seqlen": len(rows[0]) - SLACK_TOKENS,
            "batch_size": min(work.shrunk(BATCH_ROWS), len(rows)),
            "enable_torch_compile": False,
            "device_map": work.context.device,
        }
        options = [QuantizationScheme(bits=bits, group_size=params.group_size, sym=True) for bits in BITS]
        work.report(0.1, f"choosing bits for an average of {params.average_bits:g}")
        with _scores_in(folder):
            scheme = Scheme(
                avg_bits=params.average_bits,
                options=options,
                shared_layers=[layers for layers in shared.values() if len(layers) > 1],
                **sizes,
            )
            rounding = AutoRound(
                work.model, tokenizer=work.tokenizer, scheme=scheme, iters=params.iters, seed=work.seed, **sizes
            )
            save_packed(work, rounding)
        bits = sorted(int(of["bits"]) for of in rounding.layer_config.values() if of["bits"] <= max(BITS))
        work.notes.append(
            "Layers by bits: " + ", ".join(f"{bits.count(b)} of {b} bits" for b in sorted(set(bits))) + "."
        )


def _folder(work: Work, rows: list[list[int]]) -> Path:
    """Return where the scores lie; auto-round itself would tell models apart by the last part of their path only."""
    if work.cache_key is None:
        folder = work.context.work_dir / "autoscheme"
    else:
        digest = hashlib.sha256(json.dumps([rows, work.context.device]).encode()).hexdigest()[:20]
        folder = cache_path(work.cache_key, f"autoscheme/{digest}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_text(folder: Path, tokenizer: Any, rows: list[list[int]]) -> Path:
    """Write the rows as text, the only form in which the choice of bits takes data that is no name on the hub."""
    file = folder / "text" / "rows.json"
    file.parent.mkdir(exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps([{"text": tokenizer.decode(row)} for row in rows]))
    temporary.replace(file)
    return file


@contextmanager
def _scores_in(folder: Path) -> Iterator[None]:
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = before
