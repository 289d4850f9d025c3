"""OpenVINO on a CPU: the same ONNX graph as for ONNX Runtime, with the artifact's own integers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.device import is_installed
from pareto_runner.runtimes.base import Backend, Converted, Report, Runtime
from pareto_runner.runtimes.onnx_build import refuse_architecture
from pareto_runner.runtimes.onnx_graph import POSITIONS, WEIGHT_BYTES
from pareto_runner.runtimes.onnx_pack import tiny_graph
from pareto_runner.runtimes.onnxruntime import FLOAT_BYTES, MODEL, write_onnx
from pareto_runner.runtimes.refusals import as_load_error, as_problems, require_cpu, sequence_too_long, unsupported
from pareto_runner.schemas import Availability, ErrorInfo, ModelFacts, Recipe

if TYPE_CHECKING:
    import torch

SOFT_CAPPED = ("Gemma2ForCausalLM",)
PAST, PRESENT = "past_key_values", "present"
# OpenVINO's own defaults round activations to bfloat16 where the processor can, and cached keys and values to 8 bits.
EXACT = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f32", "ENABLE_CPU_PINNING": False, "NUM_STREAMS": 1}


class OpenVinoBackend(Backend):
    """A compiled model, and for each sequence a request with its keys and values as states.

    OpenVINO's own translation of the attention kernel knows one sequence at a time, so those of a batch are
    computed one after the other: batches are right, but gain no speed.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        import onnx
        import openvino

        self._tensor = openvino.Tensor
        self.device = "cpu"
        described = onnx.load(str(folder / MODEL), load_external_data=False)
        facts = {entry.key: entry.value for entry in described.metadata_props}
        self.dense = facts["dense"] == "1"
        self._weight_bytes = int(facts[WEIGHT_BYTES])
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.vocabulary = int(config["vocab_size"])
        self.context = int(config["max_position_embeddings"])
        core = openvino.Core()
        model = core.read_model(str(folder / MODEL))
        self._masked = any(entry.any_name == "attention_mask" for entry in model.inputs)
        self._shapes = _keep_states(model, int(facts["head_size"]))
        self._compiled = core.compile_model(model, "CPU", {**EXACT, "INFERENCE_NUM_THREADS": threads})
        self._requests: list[Any] = []
        self.reset()

    def reset(self, batch: int = 1) -> None:
        """Empty the cache and prepare for `batch` sequences."""
        import numpy

        self._requests = self._requests[:batch]
        while len(self._requests) < batch:
            self._requests.append(self._compiled.create_infer_request())
        for request in self._requests:
            for state in request.query_state():
                heads, width = self._shapes[state.name]
                state.state = self._tensor(numpy.empty((1, heads, 0, width), dtype=numpy.float32))
        self._length = 0

    def forward(self, ids: torch.Tensor, last_only: bool = True) -> torch.Tensor:
        """Append tokens [batch, n] to the cache; return logits [batch, 1 or n, vocabulary] as float32."""
        import numpy
        import torch

        new = int(ids.shape[1])
        self._length += new
        if self._length > self.context:
            raise sequence_too_long(self._length, self.context)
        feeds = {POSITIONS: numpy.arange(new - 1 if last_only else 0, new)}
        if self._masked:
            feeds["attention_mask"] = numpy.ones((1, self._length), dtype=numpy.int64)
        logits = []
        for row, request in enumerate(self._requests):
            feeds["input_ids"] = ids[row : row + 1].contiguous().numpy()
            logits.append(torch.from_numpy(request.infer(feeds)["logits"]))
        return torch.cat(logits)

    def select(self, rows: Sequence[int]) -> None:
        """Make the cache hold these of its sequences, in this order; one that is repeated is copied."""
        chosen: list[Any] = []
        for row in rows:
            request = self._requests[row]
            if request in chosen:
                request = self._compiled.create_infer_request()
                states = {state.name: state.state.data.copy() for state in self._requests[row].query_state()}
                for state in request.query_state():
                    state.state = self._tensor(states[state.name])
            chosen.append(request)
        self._requests = chosen

    @property
    def kv_bytes_per_token(self) -> float:
        """Bytes of float32 keys and values per cached token of one sequence, over all layers."""
        return float(sum(heads * width for heads, width in self._shapes.values()) * FLOAT_BYTES)

    def weight_bytes_per_token(self) -> int:
        """Bytes of weights that one decoded token has to read, as they lie in the file."""
        return self._weight_bytes


def _keep_states(model: Any, width: int) -> dict[str, tuple[int, int]]:
    """Turn cached keys and values from inputs and outputs into states; return heads and width by the state's name."""
    from openvino._offline_transformations import apply_make_stateful_transformation

    heads = {entry.any_name: entry.partial_shape[1].get_length() for entry in model.inputs if PAST in entry.any_name}
    pairs = {name: name.replace(PAST, PRESENT) for name in heads}
    model.reshape({name: [1, count, -1, width] for name, count in heads.items()})
    apply_make_stateful_transformation(model, pairs)
    # A state is called by the names of the input and of the output that it was, one after the other.
    return {name + pairs[name]: (count, width) for name, count in heads.items()}


def refuse(architecture: str) -> None:
    """Raise where there is no graph, or OpenVINO does not compute what the graph says.

    Raises:
        RunnerError: `runtime_unsupported`.
    """
    refuse_architecture(architecture)
    if architecture in SOFT_CAPPED:
        raise unsupported(f"OpenVINO leaves out the soft cap on the attention of {architecture}: its logits are wrong.")


class OpenVino(Runtime):
    """Reads the ONNX graph that is made for ONNX Runtime."""

    name = "openvino"
    title = "OpenVINO"
    summary = "An alternative on CPUs: the artifact's own integers, unpacked block by block inside the kernels."
    source = "Intel OpenVINO; graphs by onnxruntime-genai's builder"
    formats = ("safetensors", "compressed-tensors")

    def availability(self) -> Availability:
        """Tell whether the package is here."""
        if not is_installed("openvino"):
            return Availability(
                available=False,
                reason="The package openvino is not installed.",
                remedy="Set PARETO_EXTRAS=openvino and start again: it is installed then (185 MB).",
            )
        return Availability(available=True)

    def check(self, facts: ModelFacts, recipe: Recipe) -> list[ErrorInfo]:
        """Refuse families without a graph."""
        return as_problems(refuse, facts.architecture)

    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Write `model.onnx` with the artifact's own integers and scales, config.json and the tokenizer.

        Raises:
            RunnerError: `runtime_unsupported`.
        """
        refuse(str((json.loads((source / "config.json").read_text()).get("architectures") or ["unknown"])[0]))
        return write_onnx(source, target, report, self.title)

    def open(self, folder: Path, device: str, threads: int) -> OpenVinoBackend:
        """Load a converted model; compiling it takes seconds.

        Raises:
            RunnerError: `artifact_unloadable`, `out_of_memory` or `runtime_unsupported`.
        """
        require_cpu(self.title, device)
        try:
            return OpenVinoBackend(folder, threads)
        except Exception as error:
            raise as_load_error(self.title, error) from error

    def warm(self, folder: Path) -> None:
        """Compile and run the kernels of packed and of dense weights once, on matrices of a few kilobytes."""
        import io

        import numpy
        import openvino

        core = openvino.Core()
        compiled = core.compile_model(core.read_model(io.BytesIO(tiny_graph())), "CPU", EXACT)
        compiled({"x": numpy.ones((1, 32), dtype=numpy.float32)})
