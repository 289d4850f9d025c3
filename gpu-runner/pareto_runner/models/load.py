"""Loading a causal language model and its tokenizer from a folder, for compression and for re-load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.errors import RunnerError
from pareto_runner.models.adapter import ADAPTER_FOLDER, has_adapter, open_adapter
from pareto_runner.models.lowrank import register_if_low_rank
from pareto_runner.models.trust import is_trusted_folder

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_model(
    path: Path, device: str = "cpu", dtype: str = "auto", quantization_config: Any = None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load from local files only, safetensors only; `dtype` "auto" is as stored.

    Code from the folder runs only where the administrator trusts the revision that it comes from.

    Raises:
        RunnerError: `not_causal_lm`, `model_corrupt` or `out_of_memory`.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    options: dict[str, Any] = {
        "dtype": dtype,
        "device_map": device,
        "local_files_only": True,
        "use_safetensors": True,
        "trust_remote_code": is_trusted_folder(path),
        "low_cpu_mem_usage": True,
    }
    if quantization_config is not None:
        options["quantization_config"] = quantization_config
    register_if_low_rank(path)
    try:
        model = AutoModelForCausalLM.from_pretrained(str(path), **options)
        tokenizer = AutoTokenizer.from_pretrained(
            str(path), local_files_only=True, trust_remote_code=is_trusted_folder(path)
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise as_load_error(error, path) from error
    model.eval()
    return model, tokenizer


def load_artifact(path: Path, device: str = "cpu") -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Re-load an artifact (or an uncompressed model) as it is run here; used by verify and by measure.

    Packed compressed-tensors weights are made dense once, at load: left packed, transformers unpacks every
    layer again in every forward pass, which costs several times the latency and saves no memory at its peak.

    Raises:
        RunnerError: as `load_model`.
    """
    dense = _dense_config(path)
    model, tokenizer = load_model(path, device=device, quantization_config=dense)
    if dense is not None:
        from compressed_tensors.offload import remove_dispatch

        # The library wraps every module so that it could be offloaded, which costs a small model half of its speed.
        model = remove_dispatch(model, onload_tensors=True)
        _unwrap(model)
    if has_adapter(path):
        model = open_adapter(model, path / ADAPTER_FOLDER).get_base_model()
    return model, tokenizer


def _unwrap(model: Any) -> None:
    """Give layers whose weights alone were packed their plain forward back; the library's costs a fifth of a token.

    Layers that round their inputs keep it, since that is where it is done.
    """
    for module in model.modules():
        scheme = getattr(module, "quantization_scheme", None)
        if scheme is not None and scheme.input_activations is None and scheme.output_activations is None:
            module.__dict__.pop("forward", None)


def _dense_config(path: Path) -> Any:
    from transformers import CompressedTensorsConfig

    try:
        stored = json.loads((path / "config.json").read_text()).get("quantization_config") or {}
    except (OSError, ValueError):
        return None  # The load itself reports what is wrong with the file.
    return CompressedTensorsConfig(dequantize=True) if stored.get("quant_method") == "compressed-tensors" else None


def as_load_error(error: Exception, path: Path) -> RunnerError:
    """Turn a loading library's exception into a typed error."""
    text = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
    if "memory" in text.lower():
        return RunnerError(
            "out_of_memory",
            f"There is not enough memory to load the model: {text}",
            "Choose a smaller model or a machine with more memory.",
            retryable=True,
        )
    if "Unrecognized configuration class" in str(error) or "AutoModelForCausalLM" in str(error):
        return RunnerError(
            "not_causal_lm",
            f"The model is not a causal language model: {text}",
            "Choose a model that generates text (a *ForCausalLM architecture).",
            field="model",
        )
    return RunnerError(
        "model_corrupt",
        f"The files in {path.name} do not load: {text}",
        "Download or save the model again; its weights must be whole safetensors files.",
        field="model",
    )
