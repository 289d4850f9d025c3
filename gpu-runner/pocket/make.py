"""Make the pocket model, its tokenizer, benchmarks and calibration text with one command.

python -m pocket.make            (from the folder gpu-runner, about half an hour)
python -m pocket.make --quick    (a toy run of about a minute, for a check)
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from .benchmarks import write_benchmarks
from .corpus import World, stream_documents
from .tokenizer import train_tokenizer
from .train import build_model, keep_layers, pack_rows, train_model

HERE = Path(__file__).parent


def main() -> None:
    """Parse the arguments, then write `model/` and `tasks/` under the output folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--tokens", type=int, default=12_000_000, help="at most")
    parser.add_argument("--minutes", type=float, default=24, help="training time, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=128, help="width, a multiple of 128")
    parser.add_argument("--layers", type=int, default=6, help="of a model to go on from, the blocks that stay")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE, help="folder for model/ and tasks/")
    parser.add_argument("--start", type=Path, help="a model folder to go on from, with its tokenizer")
    parser.add_argument("--quick", action="store_true", help="100,000 tokens, for a check")
    parser.add_argument("--tasks-only", action="store_true", help="write tasks/ and stop")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    world = World.build()
    write_benchmarks(arguments.out / "tasks", arguments.seed, world)
    if arguments.tasks_only:
        return
    if arguments.start:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(arguments.start)
        model = keep_layers(LlamaForCausalLM.from_pretrained(arguments.start, dtype=torch.float32), arguments.layers)
    else:
        tokenizer = train_tokenizer(islice(stream_documents(arguments.seed + 1, world), 40_000))
        model = build_model(arguments.seed, arguments.hidden, arguments.layers)
    folder = arguments.out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)

    tokens = 100_000 if arguments.quick else arguments.tokens
    rows = pack_rows(stream_documents(arguments.seed, world), tokenizer, tokens)
    print(f"{model.num_parameters():,} parameters, {rows.shape[0]:,} rows", flush=True)
    result = train_model(model, rows, arguments.seed, arguments.minutes)
    model.generation_config = GenerationConfig(
        bos_token_id=0, eos_token_id=0, pad_token_id=0, do_sample=False, max_new_tokens=64
    )
    model.bfloat16().save_pretrained(folder)
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
