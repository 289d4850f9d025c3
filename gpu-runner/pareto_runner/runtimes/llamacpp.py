"""llama.cpp on a CPU, through llama-cpp-python: GGUF files with the artifact's own integers."""

from __future__ import annotations

import ctypes
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.device import is_installed
from pareto_runner.errors import RunnerError
from pareto_runner.runtimes.base import Backend, Converted, Report, Runtime
from pareto_runner.runtimes.gguf_write import DENSE, WEIGHT_BYTES, refuse_architecture, write_gguf
from pareto_runner.runtimes.packed import StoredWeights, copy_texts
from pareto_runner.runtimes.refusals import as_load_error, as_problems, require_cpu, sequence_too_long
from pareto_runner.schemas import Availability, ErrorInfo, ModelFacts, Recipe

if TYPE_CHECKING:
    import torch

MODEL = "model.gguf"
CAPACITY_STEP = 256
BATCH_TOKENS = 512
FLOAT_BYTES = 4


class LlamaBackend(Backend):
    """A llama.cpp model, and a context that holds as many sequences and tokens as are needed at a time.

    Keys and values are kept as float32, as in the other runtimes; llama.cpp's own default rounds them to 16 bits.
    """

    def __init__(self, path: Path, threads: int) -> None:
        from llama_cpp import llama_cpp

        self._library = llama_cpp
        self.device = "cpu"
        self._threads = threads
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise RuntimeError("the file was refused")
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.vocabulary = int(llama_cpp.llama_vocab_n_tokens(vocabulary))
        self.context = int(llama_cpp.llama_model_n_ctx_train(self._model))
        self.dense = self._read(DENSE) == "true"
        self._weight_bytes = int(self._read(WEIGHT_BYTES))
        self._context: Any = None
        self._capacity = 0
        self._seen: torch.Tensor
        self.reset()

    def reset(self, batch: int = 1) -> None:
        """Empty the cache; the context is made anew only for another number of sequences."""
        import torch

        if self._context is not None and batch == len(self._seen):
            self._library.llama_memory_clear(self._library.llama_get_memory(self._context), False)
        else:
            self._free()
        self._seen = torch.empty((batch, 0), dtype=torch.int64)

    def forward(self, ids: torch.Tensor, last_only: bool = True) -> torch.Tensor:
        """Append tokens [batch, n] to the cache; return logits [batch, 1 or n, vocabulary] as float32."""
        import torch

        self._reserve(self._seen.shape[1] + ids.shape[1])
        pieces = self._feed(ids, range(len(ids)), self._seen.shape[1], not last_only)
        self._seen = torch.cat([self._seen, ids], dim=1)
        return pieces[-1][:, -1:] if last_only else torch.cat(pieces, dim=1)

    def select(self, rows: Sequence[int]) -> None:
        """Make the cache hold these of its sequences, in this order.

        A context cannot take over the cache of one for another number of sequences, so the next `forward` computes
        the chosen sequences again, each once.
        """
        self._free()
        self._seen = self._seen[list(rows)]

    @property
    def kv_bytes_per_token(self) -> float:
        """Bytes of float32 keys and values per cached token of one sequence, over all layers."""
        library, model = self._library, self._model
        width = library.llama_model_n_embd(model) // library.llama_model_n_head(model)
        stated = self._read("attention.key_length", architecture=True)
        heads = library.llama_model_n_head_kv(model) * library.llama_model_n_layer(model)
        return float(2 * heads * int(stated or width) * FLOAT_BYTES)

    def weight_bytes_per_token(self) -> int:
        """Bytes of weights that one decoded token has to read, as they lie in the file."""
        return self._weight_bytes

    def _feed(self, ids: torch.Tensor, sequences: Sequence[int], start: int, everything: bool) -> list[torch.Tensor]:
        """Append tokens to some sequences, piece by piece; return the pieces' logits, or the last token's alone."""
        width = max(1, BATCH_TOKENS // len(ids))
        pieces = [ids[:, at : at + width] for at in range(0, ids.shape[1], width)]
        places = [start + at for at in range(0, ids.shape[1], width)]
        return [self._decode(part, sequences, at, everything) for part, at in zip(pieces, places, strict=True)]

    def _decode(self, ids: torch.Tensor, sequences: Sequence[int], start: int, everything: bool) -> torch.Tensor:
        import numpy
        import torch

        library, (batch, new) = self._library, ids.shape
        tokens = library.llama_batch_init(batch * new, 0, 1)
        try:
            tokens.n_tokens = batch * new
            for place, token in enumerate(ids.flatten().tolist()):
                row, column = divmod(place, new)
                tokens.token[place], tokens.pos[place] = token, start + column
                tokens.n_seq_id[place], tokens.seq_id[place][0] = 1, sequences[row]
                tokens.logits[place] = everything or column == new - 1
            failed = library.llama_decode(self._context, tokens)
        finally:
            library.llama_batch_free(tokens)
        if failed:
            raise RunnerError(
                "runtime_failed",
                f"llama.cpp could not compute a batch of {batch * new} tokens (code {failed}).",
                "Try a smaller batch or another runtime.",
            )
        count = new if everything else 1
        pointer = library.llama_get_logits(self._context)
        values = numpy.ctypeslib.as_array(pointer, shape=(batch * count * self.vocabulary,))
        return torch.from_numpy(values.copy()).reshape(batch, count, self.vocabulary)

    def _reserve(self, total: int) -> None:
        """Make a context with room for `total` tokens of each sequence, and compute what was seen again in it."""
        if total > self.context:
            raise sequence_too_long(total, self.context)
        if self._context is not None and total <= self._capacity:
            return
        if total > self._capacity:
            self._capacity = max(-(-total // CAPACITY_STEP) * CAPACITY_STEP, 2 * self._capacity)
        self._free()
        self._open()
        if not self._seen.shape[1]:
            return
        first: dict[tuple[int, ...], int] = {}
        copies = []
        for row, seen in enumerate(self._seen.tolist()):
            same = first.setdefault(tuple(seen), row)
            if same != row:
                copies.append((same, row))
        unique = list(first.values())
        self._feed(self._seen[unique], unique, 0, False)
        memory = self._library.llama_get_memory(self._context)
        for source, row in copies:
            self._library.llama_memory_seq_cp(memory, source, row, -1, -1)

    def _open(self) -> None:
        library, batch = self._library, len(self._seen)
        params = library.llama_context_default_params()
        params.n_ctx, params.n_seq_max = self._capacity * batch, batch
        params.n_batch = params.n_ubatch = max(BATCH_TOKENS, batch)
        params.n_threads = params.n_threads_batch = self._threads
        params.type_k = params.type_v = library.GGML_TYPE_F32
        params.flash_attn_type = library.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.kv_unified, params.no_perf = False, True
        self._context = library.llama_init_from_model(self._model, params)
        if not self._context:
            raise RunnerError(
                "out_of_memory",
                f"llama.cpp has no memory for {batch} sequences of {self._capacity} tokens.",
                "Choose a smaller model or a machine with more memory.",
                retryable=True,
            )

    def _free(self) -> None:
        if self._context is not None:
            self._library.llama_free(self._context)
            self._context = None

    def _read(self, key: str, architecture: bool = False) -> str:
        """Return a fact of the file as text, empty where there is none."""
        if architecture:
            key = f"{self._read('general.architecture')}.{key}"
        text = ctypes.create_string_buffer(64)
        found = self._library.llama_model_meta_val_str(self._model, key.encode(), text, len(text))
        return text.value.decode() if found >= 0 else ""


class LlamaCpp(Runtime):
    """Converts with the `gguf` package, which is always here, and runs where llama-cpp-python is installed."""

    name = "llamacpp"
    title = "llama.cpp"
    summary = "GGUF on a CPU: symmetric integers of up to 4 bits as Q4_0, of up to 8 bits as Q8_0, exactly."
    source = "llama.cpp through llama-cpp-python"
    formats = ("safetensors", "compressed-tensors")

    def availability(self) -> Availability:
        """Tell whether llama-cpp-python is here."""
        if not is_installed("llama-cpp-python"):
            return Availability(
                available=False,
                reason="The package llama-cpp-python is not installed.",
                remedy="Set PARETO_EXTRAS=llamacpp and start again: it is compiled then, in about 20 minutes.",
            )
        return Availability(available=True)

    def check(self, facts: ModelFacts, recipe: Recipe) -> list[ErrorInfo]:
        """Refuse families that GGUF is not written for, and grids with an offset."""
        problems = as_problems(refuse_architecture, facts.architecture)
        return problems + [
            ErrorInfo(
                code="runtime_unsupported",
                message="GGUF's types of 4 and 8 bits have no exact place for groups with an offset.",
                remedy="Make the grid symmetric or choose the runtime onnxruntime.",
                field=f"recipe.steps.{index}.params.symmetric",
            )
            for index, step in enumerate(recipe.steps)
            if step.params.get("symmetric") is False
        ]

    def convert(self, source: Path, target: Path, report: Report) -> Converted:
        """Write `model.gguf`, config.json and the tokenizer.

        Raises:
            RunnerError: `runtime_unsupported`.
        """
        target.mkdir(parents=True, exist_ok=True)
        report(0.0, "writing GGUF")
        with StoredWeights(source) as stored:
            notes = write_gguf(stored, target / MODEL)
            dense = not stored.packed
            if stored.rounds_activations:
                notes.append("The artifact rounds inputs to 8 bits per token; llama.cpp rounds them per 32 weights.")
        shutil.copy(source / "config.json", target / "config.json")
        copy_texts(source, target)
        report(1.0, "converted")
        return Converted(format="gguf", labels=["float32 in llama.cpp"] if dense else [], notes=notes)

    def open(self, folder: Path, device: str, threads: int) -> LlamaBackend:
        """Load a converted model.

        Raises:
            RunnerError: `artifact_unloadable`, `out_of_memory` or `runtime_unsupported`.
        """
        require_cpu(self.title, device)
        silence()
        try:
            return LlamaBackend(folder / MODEL, threads)
        except Exception as error:
            raise as_load_error(self.title, error) from error

    def warm(self, folder: Path) -> None:
        """Load a Llama of almost no weights and run it once."""
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        tiny = LlamaConfig(
            vocab_size=json.loads((folder / "config.json").read_text())["vocab_size"],
            hidden_size=64,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            tie_word_embeddings=True,
        )
        with tempfile.TemporaryDirectory() as name:
            small = Path(name)
            LlamaForCausalLM(tiny).save_pretrained(small / "plain")
            copy_texts(folder, small / "plain")
            self.convert(small / "plain", small / "gguf", lambda part, line: None)
            self.open(small / "gguf", "cpu", 1).forward(torch.zeros((1, 1), dtype=torch.long))


_QUIET: list[Any] = []


def silence() -> None:
    """Keep llama.cpp from writing every detail of a load to the log."""
    from llama_cpp import llama_cpp

    if not _QUIET:
        # The callback is called from the library as long as it lives, so it must not be collected.
        _QUIET.append(llama_cpp.llama_log_callback(lambda level, text, data: None))
        llama_cpp.llama_log_set(_QUIET[0], ctypes.c_void_p())
