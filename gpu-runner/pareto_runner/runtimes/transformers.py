"""PyTorch through `transformers`: every artifact loads here, dense or in a library's own packed format."""

from __future__ import annotations

import importlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.models.adapter import has_adapter
from pareto_runner.models.trust import is_trusted_folder
from pareto_runner.runtimes.base import Backend, Converted, Report, Runtime
from pareto_runner.schemas import Availability

if TYPE_CHECKING:
    import torch

# Libraries that a stored format pulls in when it is loaded. They belong to the empty process, not to the model.
_FORMAT_LIBRARIES = {
    "compressed-tensors": ("compressed_tensors", "transformers.quantizers.quantizer_compressed_tensors"),
    "bitsandbytes": ("bitsandbytes", "transformers.integrations.bitsandbytes"),
    "torchao": ("torchao", "transformers.quantizers.quantizer_torchao"),
}


class TransformersBackend(Backend):
    """A `transformers` causal language model with a `DynamicCache`."""

    def __init__(self, model: Any, device: str) -> None:
        self.model = model
        self.device = device
        config = model.config.get_text_config(decoder=True)
        self.vocabulary = int(config.vocab_size)
        self.context = int(getattr(config, "max_position_embeddings", 2048))
        self.dense = all(_is_dense(tensor) for tensor in _weights(model))
        self.reset()

    def reset(self, batch: int = 1) -> None:
        """Empty the cache; it takes its batch from the first tokens."""
        from transformers import DynamicCache

        self._cache = DynamicCache(config=self.model.config)

    def forward(self, ids: torch.Tensor, last_only: bool = True) -> torch.Tensor:
        """Append tokens [batch, n] to the cache; return logits [batch, 1 or n, vocabulary] in the model's type."""
        import torch

        with torch.inference_mode():
            output = self.model(ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1 if last_only else 0)
        logits: torch.Tensor = output.logits
        return logits

    def select(self, rows: Sequence[int]) -> None:
        """Make the cache hold these of its sequences, in this order."""
        import torch

        with torch.inference_mode():
            self._cache.batch_select_indices(torch.tensor(list(rows), dtype=torch.long, device=self.device))

    @property
    def kv_bytes_per_token(self) -> float:
        """Bytes of keys and values per cached token of one sequence, counted in a cache of one token."""
        import torch

        kept = self._cache
        self.reset()
        self.forward(torch.zeros((1, 1), dtype=torch.long, device=self.device))
        layers: Any = self._cache.layers
        self._cache = kept
        return float(sum(t.numel() * t.element_size() for layer in layers for t in (layer.keys, layer.values)))

    def weight_bytes_per_token(self) -> int:
        """Bytes of all weights and packed constants; of a table that is only looked up in, one row."""
        import torch

        looked_up = {}
        multiplied = set()
        for module in self.model.modules():
            for tensor in module.parameters(recurse=False):
                if isinstance(module, torch.nn.Embedding):
                    looked_up[id(tensor)] = len(tensor)
                else:
                    multiplied.add(id(tensor))
        total = 0
        for tensor in _weights(self.model):
            size = _stored_bytes(tensor)
            rows = looked_up.get(id(tensor), 1) if id(tensor) not in multiplied else 1
            total += size // rows
        return total


class TransformersRuntime(Runtime):
    """Loads the folder that a recipe leaves, as it is."""

    name = "transformers"
    title = "Transformers (PyTorch)"
    summary = "Runs every artifact; packed integer weights are made dense at load, so they save disk and no time."
    source = "Hugging Face transformers on PyTorch"
    formats = ("safetensors", "compressed-tensors", "bitsandbytes", "torchao", "peft-adapter")
    devices = ("cpu", "cuda")
    converts = False

    def availability(self) -> Availability:
        """Tell that it can be used: the runner itself needs it."""
        return Availability(available=True)

    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Copy the folder: what a recipe leaves is this runtime's format."""
        shutil.copytree(source, target, dirs_exist_ok=True)
        return Converted(format=_stored_method(source) or "safetensors")

    def open(self, folder: Path, device: str, threads: int) -> TransformersBackend:
        """Load a model as `load_artifact` does.

        Raises:
            RunnerError: `model_corrupt`, `not_causal_lm` or `out_of_memory`.
        """
        import torch

        from pareto_runner.models.load import load_artifact

        torch.set_num_threads(threads)
        return TransformersBackend(load_artifact(folder, device=device)[0], device)

    def warm(self, folder: Path) -> None:
        """Load a Llama of almost no weights in the type that `folder` is stored in, and run it once.

        What is left of the libraries' own needs after that is about 5 MB.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

        from pareto_runner.runtimes.generate import generate

        libraries = _FORMAT_LIBRARIES.get(_stored_method(folder), ())
        for library in (*libraries, *(("peft",) if has_adapter(folder) else ())):
            importlib.import_module(library)
        AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=is_trusted_folder(folder))
        tiny = LlamaConfig(
            vocab_size=128,
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=1,
        )
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        stored = config.get("dtype") or config.get("torch_dtype") or "float32"
        with tempfile.TemporaryDirectory() as small:
            LlamaForCausalLM(tiny).to(getattr(torch, stored)).save_pretrained(small)
            backend = TransformersBackend(AutoModelForCausalLM.from_pretrained(small, local_files_only=True), "cpu")
            generate(backend, torch.zeros((1, 64), dtype=torch.long), 64)


def _stored_method(folder: Path) -> str:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return str((config.get("quantization_config") or {}).get("quant_method", ""))


def _weights(model: Any) -> Iterator[Any]:
    """Yield every parameter and buffer once, with the tables that bitsandbytes hangs on its weights."""
    seen = set()
    for tensor in (*model.parameters(), *model.buffers()):
        if id(tensor) not in seen:
            seen.add(id(tensor))
            yield tensor
            yield from (t for t in _side_tables(tensor) if t is not None)


def _side_tables(tensor: Any) -> tuple[Any, ...]:
    state = getattr(tensor, "quant_state", None)
    inner = getattr(state, "state2", None)
    return (getattr(tensor, "SCB", None), getattr(state, "absmax", None), getattr(inner, "absmax", None))


def _parts(tensor: Any) -> list[Any]:
    """Return the plain tensors that a tensor consists of; libraries wrap packed ones to look like floats."""
    from torch.utils._python_dispatch import is_traceable_wrapper_subclass

    if not is_traceable_wrapper_subclass(tensor):
        return [tensor]
    names, _ = tensor.__tensor_flatten__()
    return [part for name in names for part in _parts(getattr(tensor, name))]


def _stored_bytes(tensor: Any) -> int:
    return sum(part.numel() * part.element_size() for part in _parts(tensor))


def _is_dense(tensor: Any) -> bool:
    # Two-dimensional weights of a whole number of floats; packed ones are integers or stored as one byte.
    return all(
        part.dtype.is_floating_point and part.element_size() >= 2
        for part in _parts(tensor)
        if part.dim() == 2 and str(part.dtype) != "torch.bool"
    )
