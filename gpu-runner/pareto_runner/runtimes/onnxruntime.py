"""ONNX Runtime on a CPU: packed 2, 4 and 8 bit weights are computed with as they are packed."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.device import is_installed
from pareto_runner.runtimes.base import Backend, Converted, Report, Runtime
from pareto_runner.runtimes.onnx_build import build_graph, refuse_architecture
from pareto_runner.runtimes.onnx_graph import POSITIONS, WEIGHT_BYTES, finish_graph
from pareto_runner.runtimes.onnx_pack import fits_fused, tiny_graph
from pareto_runner.runtimes.packed import StoredWeights, copy_texts
from pareto_runner.runtimes.refusals import as_load_error, as_problems, require_cpu, sequence_too_long
from pareto_runner.schemas import Availability, ErrorInfo, ModelFacts, Recipe

if TYPE_CHECKING:
    import torch

MODEL = "model.onnx"
CAPACITY_STEP = 64
FLOAT_BYTES = 4
# The numbers of the element types in ONNX.
FLOAT, INT64 = 1, 7


class OnnxBackend(Backend):
    """A session with one buffer of keys and one of values per layer, which the kernels write into in place."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.device = "cpu"
        self._session = open_session(str(folder / MODEL), threads)
        facts = self._session.get_modelmeta().custom_metadata_map
        self._weight_bytes = int(facts[WEIGHT_BYTES])
        config = json.loads((folder / "config.json").read_text())
        self.vocabulary = int(config["vocab_size"])
        self.context = int(config["max_position_embeddings"])
        self.dense = facts["dense"] == "1"
        inputs = {entry.name: entry.shape for entry in self._session.get_inputs()}
        self._layers = {name: shape[1] for name, shape in inputs.items() if name.startswith("past_key_values.")}
        self._width = int(facts["head_size"])
        self._masked = "attention_mask" in inputs
        self.reset()

    def reset(self, batch: int = 1) -> None:
        """Empty the cache; the buffers grow with the tokens."""
        self._batch, self._length, self._capacity = batch, 0, 0
        self._cache: dict[str, torch.Tensor] = {}
        self._binding: Any = None

    def forward(self, ids: torch.Tensor, last_only: bool = True) -> torch.Tensor:
        """Append tokens [batch, n] to the cache; return logits [batch, 1 or n, vocabulary] as float32."""
        import torch

        new = int(ids.shape[1])
        self._reserve(self._length + new)
        if new == 1 or self._batch == 1 or not self._length:
            logits = self._run(ids, slice(None), last_only)
        # The attention kernel takes several tokens after a cache for one sequence only, so either each sequence or
        # each position takes a run of its own, whichever are fewer.
        elif new < self._batch:
            steps = [self._run(ids[:, i : i + 1], slice(None), True, i) for i in range(new)]
            logits = steps[-1] if last_only else torch.cat(steps, dim=1)
        else:
            logits = torch.cat([self._run(ids[i : i + 1], slice(i, i + 1), last_only) for i in range(self._batch)])
        self._length += new
        return logits

    def _run(self, ids: torch.Tensor, rows: slice, last_only: bool, ahead: int = 0) -> torch.Tensor:
        """Run the graph on some sequences, `ahead` tokens after the cache's known length."""
        import torch

        batch, new = ids.shape
        total = self._length + ahead + new
        wanted = torch.arange(new - 1 if last_only else 0, new)
        logits = torch.empty((batch, len(wanted), self.vocabulary))
        feeds = {"input_ids": ids.contiguous(), POSITIONS: wanted}
        if self._masked:
            feeds["attention_mask"] = torch.ones((batch, total), dtype=torch.int64)
        binding = self._bind_cache(rows)
        for name, tensor in feeds.items():
            binding.bind_input(name, "cpu", 0, INT64, tuple(tensor.shape), tensor.data_ptr())
        binding.bind_output("logits", "cpu", 0, FLOAT, tuple(logits.shape), logits.data_ptr())
        self._session.run_with_iobinding(binding)
        return logits

    def _bind_cache(self, rows: slice) -> Any:
        """Return a binding of the cache's buffers, each as what the kernels read and as what they write.

        Binding them takes as long as a small layer, so the one of all sequences is kept until the buffers change.
        """
        whole = rows == slice(None)
        if whole and self._binding is not None:
            return self._binding
        binding = self._session.io_binding()
        for name, buffer in self._cache.items():
            part = buffer[rows]
            binding.bind_input(name, "cpu", 0, FLOAT, tuple(part.shape), part.data_ptr())
            present = name.replace("past_key_values", "present")
            binding.bind_output(present, "cpu", 0, FLOAT, tuple(part.shape), part.data_ptr())
        if whole:
            self._binding = binding
        return binding

    def select(self, rows: Sequence[int]) -> None:
        """Make the cache hold these of its sequences, in this order."""
        import torch

        index = torch.tensor(list(rows), dtype=torch.long)
        self._batch = len(index)
        self._cache = {name: buffer.index_select(0, index) for name, buffer in self._cache.items()}
        self._binding = None

    @property
    def kv_bytes_per_token(self) -> float:
        """Bytes of float32 keys and values per cached token of one sequence, over all layers."""
        return float(sum(self._layers.values()) * self._width * FLOAT_BYTES)

    def weight_bytes_per_token(self) -> int:
        """Bytes of weights that one decoded token has to read, as they lie in the file."""
        return self._weight_bytes

    def _reserve(self, total: int) -> None:
        """Make room for `total` tokens; what is there is copied each time the room has to double."""
        import torch

        if total <= self._capacity and self._cache:
            return
        if total > self.context:
            raise sequence_too_long(total, self.context)
        wanted = max(-(-total // CAPACITY_STEP) * CAPACITY_STEP, 2 * self._capacity)
        self._capacity = min(wanted, max(self.context, total))
        for name, heads in self._layers.items():
            # Memory that is never written to is never taken, so the room itself costs nothing.
            grown = torch.empty((self._batch, int(heads), self._capacity, self._width))
            if self._length:
                grown[:, :, : self._length] = self._cache[name][:, :, : self._length]
            self._cache[name] = grown
        self._binding = None


class OnnxRuntime(Runtime):
    """Converts by onnxruntime-genai's builder and runs with plain ONNX Runtime."""

    name = "onnxruntime"
    title = "ONNX Runtime"
    summary = "A CPU's true speed of 2, 4 and 8 bit weights: the artifact's own integers on packed kernels."
    source = "Microsoft ONNX Runtime; graphs by onnxruntime-genai's builder"
    formats = ("safetensors", "compressed-tensors")

    def availability(self) -> Availability:
        """Tell whether both packages are here."""
        for package in ("onnxruntime", "onnxruntime-genai"):
            if not is_installed(package):
                return Availability(
                    available=False,
                    reason=f"The package {package} is not installed.",
                    remedy="Install the runner's requirements: pip install -r requirements.txt"
                    if sys.version_info >= (3, 11)
                    else "What it needs has left Python 3.10: install a newer one and set PARETO_PYTHON to its path.",
                )
        return Availability(available=True)

    def check(self, facts: ModelFacts, recipe: Recipe) -> list[ErrorInfo]:
        """Refuse families without a graph."""
        return as_problems(refuse_architecture, facts.architecture)

    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Write `model.onnx` with the artifact's own integers and scales, config.json and the tokenizer.

        Raises:
            RunnerError: `runtime_unsupported`.
        """
        return write_onnx(source, target, report, self.title)

    def open(self, folder: Path, device: str, threads: int) -> OnnxBackend:
        """Load a converted model.

        Raises:
            RunnerError: `artifact_unloadable`, `out_of_memory` or `runtime_unsupported`.
        """
        require_cpu(self.title, device)
        try:
            return OnnxBackend(folder, threads)
        except Exception as error:
            # ONNX Runtime's exceptions have no base class of their own.
            raise as_load_error(self.title, error) from error

    def warm(self, folder: Path) -> None:
        """Run the kernels of packed and of dense weights once, on matrices of a few kilobytes."""
        import numpy

        session = open_session(tiny_graph(), threads=1)
        session.run(None, {"x": numpy.ones((1, 32), dtype=numpy.float32)})


def write_onnx(source: Path, target: Path, report: Report, title: str) -> Converted:
    """Write the ONNX graph of a model for the runtime `title`, with config.json and the tokenizer.

    Raises:
        RunnerError: `runtime_unsupported`.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name, StoredWeights(source) as stored:
        work = Path(name)
        report(0.0, "reading the weights")
        stored.write_plain(work / "plain")
        report(0.2, "building the ONNX graph")
        build_graph(work / "plain", work / "built", fits_fused(stored))
        report(0.7, "putting the packed weights into it")
        finish_graph(work / "built", stored, target)
        notes = _describe(stored, title)
        dense = not stored.packed
    shutil.copy(source / "config.json", target / "config.json")
    copy_texts(source, target)
    report(1.0, "converted")
    return Converted(format="onnx", labels=[f"float32 in {title}"] if dense else [], notes=notes)


def open_session(model: str | bytes, threads: int) -> Any:
    """Return an ONNX Runtime session on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _describe(stored: StoredWeights, title: str) -> list[str]:
    if not stored.packed:
        return [f"Computed in float32 by {title}; the artifact's weights are unchanged."]
    notes = [
        f"{len(stored.packed)} layers run on {title}'s packed kernel with the artifact's own integers and scales; "
        "it rounds their inputs to 8 bits per group."
    ]
    if 3 in {stored.layout(layer)[0] for layer in stored.packed}:
        notes.append("3 bit integers lie in slots of 4 bits, so they take no less room than 4 bit ones.")
    if stored.rounds_activations:
        notes.append("The artifact rounds inputs to 8 bits per token; here they are rounded per group instead.")
    return notes
