"""Building the float32 ONNX graph of a model with onnxruntime-genai's builder, offline and in this process."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

from pareto_runner.runtimes.refusals import unsupported

# Those of the builder's architectures that this project tests; others are refused rather than trusted.
ARCHITECTURES = (
    "LlamaForCausalLM",
    "MistralForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
    "GemmaForCausalLM",
    "Gemma2ForCausalLM",
    "PhiForCausalLM",
    "Phi3ForCausalLM",
    "SmolLM3ForCausalLM",
)


def build_graph(source: Path, target: Path, fused: bool) -> None:
    """Write `model.onnx` and `model.onnx.data` for the plain weights in `source` into `target`.

    `fused` puts query, key and value projections into one matrix.

    Raises:
        RunnerError: `runtime_unsupported` for an architecture that is not in ARCHITECTURES.
    """
    architecture = json.loads((source / "config.json").read_text()).get("architectures", ["unknown"])[0]
    refuse_architecture(architecture)
    from onnxruntime_genai.models.builder import create_model, parse_extra_options

    cache = target / "cache"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        options = parse_extra_options(
            None, str(source), str(target), "fp32", "cpu", str(cache), [f"fuse_qkv={str(fused).lower()}"]
        )
        create_model(None, str(source), str(target), "fp32", "cpu", str(cache), **options)


def refuse_architecture(architecture: str) -> None:
    """Raise where no graph can be built.

    Raises:
        RunnerError: `runtime_unsupported`.
    """
    if architecture not in ARCHITECTURES:
        raise unsupported(f"There is no ONNX graph for {architecture}; there is for {', '.join(ARCHITECTURES)}.")
