"""What the methods through llmcompressor share: checks, schemes, the run of a recipe, and packing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from pareto_runner.methods.base import PACKED_LABEL, Method, Work, check_group_size
from pareto_runner.models.inspect import CONV1D_FAMILIES
from pareto_runner.schemas import ErrorInfo, ModelFacts

GroupSize = Literal[0, 32, 64, 128]
GROUP_TEXT = "weights of a row that share one scale; 0: the whole row"
INT_RUNTIMES = ("transformers", "onnxruntime", "openvino", "llamacpp", "vllm")
"""Runtimes that read integers and scales of compressed-tensors; each refuses by itself what it cannot hold."""
HEAD_BITS = 8
"""The head is packed at 8 bits whatever the blocks have: it decides the next token directly."""
BATCH_ROWS = 8
"""Rows per forward pass. All rows have one length, so none is padded; one at a time takes twice as long."""
EMULATED_LABEL = "low precision emulated"


class IntegerMethod(Method):
    """What all methods share that round the blocks' weights to integers and pack them as compressed-tensors."""

    action = "quantization"
    saves = "Disk: weights are packed. Memory and speed only in a runtime with packed kernels, such as onnxruntime."
    library = "llmcompressor"
    runtimes = INT_RUNTIMES
    final = True


def check_layers(facts: ModelFacts, group_size: int = 0, field: str = "bits") -> list[ErrorInfo]:
    """Return what speaks against quantizing this model's linear layers in groups; 0 means whole rows.

    `field` is the parameter that is marked where it is the model that does not fit.
    """
    if facts.family in CONV1D_FAMILIES:
        return [
            ErrorInfo(
                code="family_unsupported",
                message=f"llmcompressor quantizes linear layers; the blocks of '{facts.family}' are convolutions.",
                remedy="Use autoround, int8, nf4 or a pruning method for this model.",
                field=field,
            )
        ]
    return check_group_size(facts, group_size) if group_size else []


def budget_problem(field: str, message: str, remedy: str) -> ErrorInfo:
    """Return the error of a budget of bits that no choice can meet; `field` is the parameter that sets it."""
    return ErrorInfo(code="budget_out_of_range", message=message, remedy=remedy, field=field)


def check_family(facts: ModelFacts, families: tuple[str, ...], title: str, field: str) -> list[ErrorInfo]:
    """Refuse a model whose layout the method does not know; `field` is the parameter that is marked."""
    if facts.family in families:
        return []
    return [
        ErrorInfo(
            code="family_unsupported",
            message=f"{title} knows the layout of {', '.join(families)}, not of '{facts.family}'.",
            remedy="Use rtn, gptq or autoround for this model.",
            field=field,
        )
    ]


def int_scheme(bits: int, group_size: int, symmetric: bool, targets: list[str] | None = None, **more: Any) -> Any:
    """Return a compressed-tensors scheme of integer weights and unchanged activations."""
    from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme

    weights = QuantizationArgs(
        num_bits=bits,
        type="int",
        symmetric=symmetric,
        strategy="group" if group_size else "channel",
        group_size=group_size or None,
        **more,
    )
    return QuantizationScheme(targets=targets or ["Linear"], weights=weights)


def round_weight(weight: Any, scheme: Any) -> Any:
    """Return a weight [out, in] as `rtn` rounds it under a scheme, in its own type."""
    from compressed_tensors.quantization.lifecycle.forward import fake_quantize
    from llmcompressor.observers import Observer

    observer = Observer.load_from_registry("memoryless_minmax", base_name="weight", args=scheme.weights)
    observer(weight)
    grid = observer.get_qparams()
    return fake_quantize(weight, grid["scale"].to(weight.dtype), grid["zero_point"], scheme.weights)


def head_name(model: Any) -> str:
    """Return the name of the layer that makes the logits: `lm_head`, in GPT-NeoX `embed_out`."""
    head = model.get_output_embeddings()
    return next(name for name, module in model.named_modules() if module is head)


def add_head(work: Work, groups: dict[str, Any], group_size: int) -> None:
    """Have the head packed too; a head that shares its table with the embedding gets a packed one of its own."""
    groups["head"] = int_scheme(HEAD_BITS, group_size, True, [head_name(work.model)])
    if work.model.config.tie_word_embeddings:
        work.notes.append(
            f"The head is packed at {HEAD_BITS} bits and no longer shares its table with the embedding, which stays."
        )
    else:
        work.notes.append(f"The head is packed at {HEAD_BITS} bits.")


def place_config(work: Work) -> None:
    """Write the model's config as it is now where llmcompressor looks for it.

    The library reads that file before it starts and stores it with the weights in the place of the model's own config:
    after a step that changed the shape, the one that the model was loaded from would not fit any more.
    """
    folder = work.context.work_dir / "present-config"
    work.model.config.save_pretrained(folder)
    work.model.config._name_or_path = str(folder)


def run_modifiers(work: Work, modifiers: list[Any], rows: list[list[int]] | None = None) -> None:
    """Run llmcompressor's modifiers in order on the model at hand, on rows of token ids where they need some."""
    from datasets import Dataset
    from llmcompressor.entrypoints.oneshot import oneshot

    data: dict[str, Any] = {}
    if rows:
        data = {
            "dataset": Dataset.from_dict({"input_ids": rows, "attention_mask": [[1] * len(row) for row in rows]}),
            "max_seq_length": len(rows[0]),
            "num_calibration_samples": len(rows),
            "batch_size": min(BATCH_ROWS, len(rows)),
        }
    model = work.model
    place_config(work)
    with _pin_where_possible():
        oneshot(model=model, tokenizer=work.tokenizer, recipe=modifiers, output_dir=None, **data)
    work.replace(model)


def run_scheme(work: Work, scheme: str, before: list[Any] | None = None, rows: list[list[int]] | None = None) -> None:
    """Round the blocks' linear layers by one of compressed-tensors' named schemes, after other modifiers."""
    from llmcompressor.modifiers.quantization import QuantizationModifier

    rounding = QuantizationModifier(targets=["Linear"], scheme=scheme, ignore=[head_name(work.model)])
    run_modifiers(work, [*(before or []), rounding], rows)


def pack_model(work: Work, labels: list[str] | None = None) -> None:
    """Have the quantized model written as compressed-tensors; its layers are packed when it is saved."""
    model = work.model
    work.pack(
        "compressed-tensors",
        lambda folder: model.save_pretrained(folder, save_compressed=True),
        [PACKED_LABEL, *(labels or [])],
    )


@contextmanager
def _pin_where_possible() -> Iterator[None]:
    """Leave pages unpinned without an accelerator: llmcompressor 0.14 pins them all the same, and torch refuses."""
    import torch
    from llmcompressor.pipelines.cache import IntermediatesCache

    if torch.accelerator.is_available():
        yield
        return
    pin = IntermediatesCache.pin_memory
    IntermediatesCache.pin_memory = lambda *_: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        IntermediatesCache.pin_memory = pin  # type: ignore[method-assign]
