"""Bringing an artifact's packed integers into an ONNX graph, and its weights into one data file.

onnxruntime-genai's builder writes a float32 graph of the model; here the weights of packed layers are replaced by
the kernel `MatMulNBits` with the artifact's own integers and scales, the embedding goes back to the type it is
stored in, and the head works only on the positions that are asked for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pareto_runner.runtimes.onnx_pack import DATA_NAME, DataFile, as_matrix, find_layers, pack_node, read_half
from pareto_runner.runtimes.packed import StoredWeights
from pareto_runner.runtimes.refusals import unsupported

if TYPE_CHECKING:
    pass

EMBEDDING, EMBEDDING_NODE = "model.embed_tokens.weight", "/model/embed_tokens/Gather"
POSITIONS, WEIGHT_BYTES = "logit_positions", "weight_bytes_per_token"


def finish_graph(built: Path, stored: StoredWeights, target: Path) -> None:
    """Rewrite the builder's `model.onnx` in `built` into `target`, with the packed layers of `stored`.

    Raises:
        RunnerError: `runtime_unsupported` when a packed layer is not found in the graph as one matrix.
    """
    import numpy
    import onnx

    model = onnx.load(str(built / "model.onnx"), load_external_data=False)
    graph = model.graph
    source = numpy.memmap(built / DATA_NAME, dtype=numpy.uint8, mode="r")
    users = {name: node for node in graph.node for name in node.input}
    weights, missing = [], set(stored.packed)
    data = DataFile(target)
    for tensor in graph.initializer:
        place = {entry.key: entry.value for entry in tensor.external_data}
        offset, length = int(place.get("offset", 0)), int(place["length"])
        raw = source[offset : offset + length]
        layers = find_layers(tensor.name, stored.packed)
        if layers:
            node = users[tensor.name]
            parts = [read_half(stored, layer, half) for layer, half in layers]
            weights += pack_node(node, parts, as_matrix(tensor, raw), data)
            missing -= {layer for layer, _ in layers}
        elif tensor.name == EMBEDDING:
            weights.append(_store_embedding(graph, stored, tensor, data))
        else:
            weights.append(data.add(tensor.name, raw, list(tensor.dims), tensor.data_type))
    data.close()
    _mend_attributes(graph, stored.config)
    if missing:
        raise unsupported(f"The ONNX graph has no single matrix for {sorted(missing)[0]}.")
    del graph.initializer[:]
    graph.initializer.extend(weights)
    # Shapes of intermediate values are worked out again at load; those noted here are no longer all true.
    del graph.value_info[:]
    _ask_for_positions(graph)
    read = sum(size for name, size in data.sizes.items() if name != EMBEDDING and not name.endswith("_cache"))
    facts = {
        WEIGHT_BYTES: read + _row_bytes(graph, data),
        "dense": int(not stored.packed),
        "head_size": _head_size(built),
    }
    for key, value in facts.items():
        model.metadata_props.add(key=key, value=str(value))
    onnx.save(model, str(target / "model.onnx"))


def _store_embedding(graph: Any, stored: StoredWeights, tensor: Any, data: DataFile) -> Any:
    """Keep the embedding in the type it has in the artifact; its rows become float32 when they are looked up."""
    import onnx
    import torch

    names = [name for name in stored.dense if name.endswith("embed_tokens.weight")]
    table = stored.read(names[0]).contiguous()
    types = {torch.bfloat16: onnx.TensorProto.BFLOAT16, torch.float16: onnx.TensorProto.FLOAT16}
    kind = types.get(table.dtype, onnx.TensorProto.FLOAT)
    if kind != onnx.TensorProto.FLOAT:
        node = next(node for node in graph.node if node.name == EMBEDDING_NODE)
        output = node.output[0]
        node.output[0] = f"{output}.stored"
        cast = onnx.helper.make_node(
            "Cast", [node.output[0]], [output], f"{EMBEDDING_NODE}/Cast", to=onnx.TensorProto.FLOAT
        )
        graph.node.insert(list(graph.node).index(node) + 1, cast)
    return data.add(tensor.name, table.view(torch.uint8).numpy(), list(table.shape), kind)


def _mend_attributes(graph: Any, config: dict[str, Any]) -> None:
    """Set what the builder leaves at its defaults: LayerNorm's epsilon where it is no RMS norm's, Mistral's window."""
    epsilon = config.get("layer_norm_eps")
    window = config.get("sliding_window") if config.get("model_type") == "mistral" else None
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.name == "epsilon" and epsilon:
                attribute.f = float(epsilon)
            if attribute.name == "local_window_size" and window:
                attribute.i = int(window)


def _ask_for_positions(graph: Any) -> None:
    """Let the head see only the positions (an int64 input) whose logits are wanted."""
    import onnx

    head = next(node for node in graph.node if node.name == "/lm_head/MatMul")
    hidden = head.input[0]
    if "final_norm" not in hidden:
        # The builder takes any layer with as many outputs as there are tokens for the head.
        raise unsupported("The model has layers as wide as its vocabulary, which the graph's builder takes for heads.")
    head.input[0] = f"{hidden}.wanted"
    gather = onnx.helper.make_node("Gather", [hidden, POSITIONS], [head.input[0]], "/lm_head/Gather", axis=1)
    graph.node.insert(list(graph.node).index(head), gather)
    graph.input.append(onnx.helper.make_tensor_value_info(POSITIONS, onnx.TensorProto.INT64, ["positions"]))
    logits = next(output for output in graph.output if output.name == "logits")
    logits.type.tensor_type.shape.dim[1].dim_param = "positions"


def _head_size(built: Path) -> int:
    return int(json.loads((built / "genai_config.json").read_text())["model"]["decoder"]["head_size"])


def _row_bytes(graph: Any, data: DataFile) -> int:
    """Bytes that a token reads of tables: one row of a separate embedding and of the rotary tables."""
    rows = {tensor.name: int(tensor.dims[0]) for tensor in graph.initializer}
    return sum(size // rows[name] for name, size in data.sizes.items() if name == EMBEDDING or name.endswith("_cache"))
