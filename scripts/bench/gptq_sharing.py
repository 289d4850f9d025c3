"""Times twenty GPTQ variants of one model against one, and checks that sharing changes no weight.

Counted for each variant: loading the model, calibration text, Hessians, rounding, writing the packed weights. Left
out: the imports (paid once per process, before the clock starts) and the job's re-load in a fresh process.

    python scripts/bench/gptq_sharing.py pocket random
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2] / "gpu-runner"
sys.path.insert(0, str(ROOT))

from pareto_runner.jobs.context import LocalContext  # noqa: E402
from pareto_runner.methods import find_method  # noqa: E402
from pareto_runner.methods.base import Work  # noqa: E402
from pareto_runner.methods.compressed import head_name, int_scheme, run_modifiers  # noqa: E402
from pareto_runner.models.inspect import inspect_folder  # noqa: E402
from pareto_runner.models.resolve import POCKET_DIR  # noqa: E402

VARIANTS: list[dict[str, Any]] = [
    *({"bits": bits, "group_size": group} for bits in (4, 2, 3, 8) for group in (128, 64, 32, 0)),
    *({"bits": bits, "act_order": False} for bits in (3, 4)),
    *({"bits": bits, "damping": 0.05, "symmetric": False} for bits in (3, 4)),
]


class Quiet(LocalContext):
    """A context that says nothing."""

    def progress(self, stage: str, fraction: float, message: str = "") -> None:
        """Say nothing."""

    def log(self, message: str, level: str = "info") -> None:
        """Say nothing."""


def make_random(folder: Path) -> Path:
    """Write a random Llama of 30M parameters: 8 layers, 512 wide, 8,192 tokens."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from tests.tiny import make_tiny

    tokenizer = AutoTokenizer.from_pretrained(make_tiny(folder.with_name("tiny")))
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=8192,
        hidden_size=512,
        intermediate_size=1408,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=8,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    LlamaForCausalLM._from_config(config, dtype=torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def start(model: Path, scratch: Path) -> Work:
    """Return work on a model with an empty folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    return Work(model, Quiet("bench", "bench", folder, folder, "cpu"), 0, inspect_folder(model, str(model), "path"))


def time_library(model: Path, scratch: Path) -> float:
    """Return the seconds of llmcompressor's own GPTQ, with the defaults of ours."""
    from llmcompressor.modifiers.gptq import GPTQModifier

    work = start(model, scratch)
    begin = time.perf_counter()
    modifier = GPTQModifier(config_groups={"blocks": int_scheme(4, 128, True)}, ignore=[head_name(work.model)])
    run_modifiers(work, [modifier], work.calibration(64))
    work.model.save_pretrained(work.context.work_dir / "out", save_compressed=True)
    return time.perf_counter() - begin


def time_variant(model: Path, scratch: Path, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Return the seconds of one variant and its tensors as written."""
    from safetensors.torch import load_file

    gptq = find_method("gptq")
    begin = time.perf_counter()
    work = start(model, scratch)
    gptq.apply(work, gptq.params_type.model_validate(params))
    (work.save or work.model.save_pretrained)(work.context.work_dir / "out")
    seconds = time.perf_counter() - begin
    return seconds, load_file(work.context.work_dir / "out" / "model.safetensors")


def forget(scratch: Path) -> None:
    """Go on with an empty cache."""
    os.environ["PARETO_DATA"] = tempfile.mkdtemp(dir=scratch)


def run(name: str, model: Path, scratch: Path) -> None:
    """Time one model and print its row."""
    import torch

    library = time_library(model, scratch)
    forget(scratch)
    shared = [time_variant(model, scratch, params) for params in VARIANTS]
    twenty = sum(seconds for seconds, _ in shared)
    # The last variant, which used what the first one kept, against the same one with nothing kept.
    forget(scratch)
    one, tensors = time_variant(model, scratch, VARIANTS[-1])
    same = all(torch.equal(tensors[key], value) for key, value in shared[-1][1].items())
    later = sorted(seconds for seconds, _ in shared[1:])
    print(
        f"{name}: llmcompressor alone {library:.2f} s; one here {one:.2f} s; {len(shared)} variants {twenty:.2f} s "
        f"(a later one {later[len(later) // 2]:.2f} s) = {twenty / one:.1f} times one here, "
        f"{twenty / library:.1f} times one of llmcompressor; same weights as alone: {same}"
    )


def main() -> None:
    """Time the models named on the command line."""
    import llmcompressor  # It sets its own log up when it is imported.
    from loguru import logger

    del llmcompressor
    logger.remove()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        time_library(POCKET_DIR, scratch)  # Imports and first-call costs fall here.
        for model in sys.argv[1:] or ["pocket"]:
            run(model, POCKET_DIR if model == "pocket" else make_random(scratch / "random"), scratch)


if __name__ == "__main__":
    main()
