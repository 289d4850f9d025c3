"""Speed, memory and exactness of every runtime on one random Llama, in float32 and at 8 and 4 bits.

Each pair of runtime and precision lives in a process of its own with one thread; they take turns, a round after
another, so that what the machine does meanwhile meets all of them. A ratio is the median over the rounds of the
same runtime's float32 time over the candidate's. The weights are random: the times are those of a trained model,
what the bits cost in quality is not.

    gpu-runner/.venv/bin/python scripts/bench/runtimes.py [--hidden 768] [--layers 9] [--folder F] [--only NAME…]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", TQDM_DISABLE="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "gpu-runner"))

PROMPT, NEW = 64, 32
GOALS = {"int8": 2.0, "int4": 3.0}
BITS = {"int8": 8, "int4": 4}


@dataclass
class Row:
    """One runtime at one precision, and what was measured of it."""

    runtime: str
    precision: str
    folder: Path
    disk_bytes: int
    refused: str = ""
    connection: Any = None
    memory_bytes: int = 0
    error: dict[str, float] = field(default_factory=dict)
    round_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Make the models, convert them, measure in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=9)
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--group", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="*", help="names of runtimes")
    parser.add_argument("--folder", type=Path, help="where the models are kept for the next time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        rows = prepare(folder, options)
        measure(rows, folder, options.rounds)
        show(rows)


def prepare(folder: Path, options: argparse.Namespace) -> list[Row]:
    """Make the model and its packed artifacts, and convert them into each runtime's format."""
    from pareto_runner.errors import RunnerError
    from pareto_runner.runtimes import RUNTIMES
    from pareto_runner.runtimes.packed import StoredWeights

    plain = make_model(folder / "stored", options)
    artifacts = {"fp32": plain, **{name: make_packed(plain, folder / name, options.group) for name in BITS}}
    for name, artifact in artifacts.items():
        target = folder / f"float32-{name}"
        if not target.exists():
            with StoredWeights(artifact) as stored:
                stored.write_plain(target)
    save_reference(artifacts, folder)
    rows = []
    for runtime in RUNTIMES:
        if not runtime.availability().available or (options.only and runtime.name not in options.only):
            continue
        for name, artifact in artifacts.items():
            target = folder / runtime.name / name
            if not runtime.converts:
                # Packed weights are made dense here, so only the plain model says something.
                if name == "fp32":
                    rows += [Row(runtime.name, kind, at, weight_bytes(at)) for kind, at in _torch_kinds(folder)]
                continue
            refused = ""
            if not target.exists():
                try:
                    runtime.convert(artifact, target, lambda part, line: None)
                except RunnerError as error:
                    refused = str(error)
            rows.append(Row(runtime.name, name, target, weight_bytes(target), refused))
    return rows


def _torch_kinds(folder: Path) -> list[tuple[str, Path]]:
    return [("fp32", folder / "float32-fp32"), ("bf16", folder / "stored")]


def make_model(folder: Path, options: argparse.Namespace) -> Path:
    """Write a random Llama in bfloat16 with the pocket model's tokenizer."""
    import shutil

    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    if folder.exists():
        return folder
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=options.hidden,
        intermediate_size=-(-options.hidden * 8 // 3 // 128) * 128,
        num_hidden_layers=options.layers,
        num_attention_heads=options.hidden // 64,
        num_key_value_heads=options.hidden // 64,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM._from_config(config, dtype=torch.bfloat16)
    print(f"random Llama of {model.num_parameters() / 1e6:.1f}M parameters")
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(ROOT / "gpu-runner/pocket/model" / name, folder / name)
    return folder


def make_packed(plain: Path, folder: Path, group: int) -> Path:
    """Round the model to nearest in the bits that the folder's name says, the head to 8 bits."""
    from pareto_runner.jobs.context import LocalContext
    from pareto_runner.methods.base import Work
    from pareto_runner.methods.rtn import Rtn
    from pareto_runner.models.inspect import inspect_folder

    if folder.exists():
        return folder
    work = Work(plain, LocalContext("job", "request", folder, folder, "cpu"), 0, inspect_folder(plain, "model", "path"))
    method = Rtn()
    params = {"bits": BITS[folder.name], "group_size": group, "quantize_head": True}
    method.apply(work, method.params_type.model_validate(params))
    if work.save is None:
        raise SystemExit("Rounding to nearest left no packed weights.")
    work.save(folder)
    work.tokenizer.save_pretrained(folder)
    return folder


def save_reference(artifacts: dict[str, Path], folder: Path) -> None:
    """Keep torch's float32 logits of one prompt, for the plain weights and for what the packed ones stand for."""
    import torch
    from pareto_runner.measure.decode import fixed_prompt
    from pareto_runner.models.load import load_model

    for name in artifacts:
        target = folder / f"logits-{name}.pt"
        if target.exists():
            continue
        model, _ = load_model(folder / f"float32-{name}")
        with torch.inference_mode():
            torch.save(model(fixed_prompt(model.config.vocab_size, "cpu")).logits, target)


def measure(rows: list[Row], folder: Path, rounds: int) -> None:
    """Start a process per row and let them take turns, each round in another order."""
    spawn = multiprocessing.get_context("spawn")
    running = [row for row in rows if not row.refused]
    for row in running:
        row.connection, theirs = spawn.Pipe()
        spawn.Process(target=serve, args=(theirs, row.runtime, row.folder, folder, row.precision), daemon=True).start()
        row.memory_bytes, row.error = row.connection.recv()
    for turn in range(rounds):
        for index in range(len(running)):
            row = running[(index + turn) % len(running)]
            row.connection.send("go")
            row.round_ms.append(row.connection.recv())
    for row in running:
        row.connection.send("end")


def serve(connection: Connection, name: str, folder: Path, models: Path, precision: str) -> None:
    """Load one model, report its memory and its error, then time a generation at each request."""
    import torch
    from pareto_runner.measure.decode import CpuClock, fixed_prompt
    from pareto_runner.measure.resident import library_bytes, release_unused, resident_bytes
    from pareto_runner.runtimes import find_runtime

    torch.set_num_threads(1)
    runtime = find_runtime(name)
    runtime.warm(folder)
    release_unused()
    empty = resident_bytes() - library_bytes(folder)
    backend = runtime.open(folder, "cpu", 1)
    prompt = fixed_prompt(backend.vocabulary, "cpu")

    def generate() -> list[float]:
        clock = CpuClock()
        backend.reset()
        ids = backend.forward(prompt)[:, -1].argmax(-1, keepdim=True)
        clock.mark()
        for _ in range(NEW):
            ids = backend.forward(ids)[:, -1].argmax(-1, keepdim=True)
            clock.mark()
        return clock.gaps_ms()

    generate()
    memory = resident_bytes() - library_bytes(folder) - empty
    backend.reset()
    logits = backend.forward(prompt, last_only=False).float()
    packed = precision if precision in BITS else "fp32"
    error = {"most": (logits - torch.load(models / "logits-fp32.pt")).abs().max().item()}
    for kind, reference in (("whole", "fp32"), ("kernel", packed)):
        expected = torch.load(models / f"logits-{reference}.pt")
        error[kind] = float((logits - expected).norm() / expected.norm())
    connection.send((memory, error))
    while connection.recv() == "go":
        connection.send(statistics.median(generate()))


def weight_bytes(folder: Path) -> int:
    """Bytes of the files that are not text."""
    texts = (".json", ".txt", ".jinja", ".md")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.suffix not in texts)


def show(rows: list[Row]) -> None:
    """Print one line per row, with the ratio to the same runtime's float32."""
    first = {row.runtime: row for row in rows if row.precision == "fp32" and not row.refused}
    print(f"\n{'runtime':13}{'':6}{'ms/token':>9} {'lowest..highest':>16}{'times':>7}{'goal':>6}", end="")
    print(f"{'disk MB':>9}{'memory MB':>10}{'largest':>10}{'error':>9}{'kernel':>9}")
    for row in rows:
        if row.refused:
            print(f"{row.runtime:13}{row.precision:6} {row.refused}")
            continue
        reference = first.get(row.runtime, row)
        times = statistics.median(a / b for a, b in zip(reference.round_ms, row.round_ms, strict=True))
        goal = f"{GOALS[row.precision]:.0f}x" if row.precision in GOALS else ""
        span = f"{min(row.round_ms):.2f}..{max(row.round_ms):.2f}"
        print(f"{row.runtime:13}{row.precision:6}{statistics.median(row.round_ms):9.2f} {span:>16}{times:7.2f}", end="")
        print(f"{goal:>6}{row.disk_bytes / 1e6:9.1f}{row.memory_bytes / 1e6:10.1f}{row.error['most']:10.1e}", end="")
        print(f"{row.error['whole']:9.1e}{row.error['kernel']:9.1e}")
    print(
        "\nlargest: largest difference of a logit to torch's float32; error: RMS of the difference / RMS of the logits;"
    )
    print("kernel: the same against torch with exactly the packed weights, so what the kernel's arithmetic adds.")


if __name__ == "__main__":
    main()
