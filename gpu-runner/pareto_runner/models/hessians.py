"""What the inputs of a model's linear layers look like, as GPTQ needs it: one pass per model and calibration set.

The sums of outer products of each layer's inputs (its Hessian, [width, width] float32, summed and scaled as
llmcompressor does) are taken on the model as it is, not on one whose earlier layers are rounded already. So they do
not depend on the variant and serve all of them. They lie on disk, the layers that read the same input share one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pareto_runner.errors import RunnerError
from pareto_runner.models.cache import cached

BATCH_ROWS = 8
KEPT_BYTES = 8_000_000_000
"""Larger sets (of models above some 2B parameters) are removed with the job that needed them."""
INDEX = "index.json"
Report = Callable[[float, str], None]


class Hessians:
    """A set on disk; layers are named as in the model. `factors` is where GPTQ may keep what it makes of them."""

    def __init__(self, folder: Path, kept: bool) -> None:
        self.factors = folder / "factors" if kept else None
        index = json.loads((folder / INDEX).read_text())
        self.rows: int = index["rows"]
        self._place: dict[str, tuple[Path, str]] = {
            layer: (folder / file, key) for layer, (file, key) in index["layers"].items()
        }

    def __contains__(self, layer: str) -> bool:
        return layer in self._place

    def read(self, layer: str, device: Any = "cpu") -> Any:
        """Return the layer's Hessian, [width, width] float32, summed over the rows."""
        from safetensors import safe_open

        file, key = self._place[layer]
        with safe_open(file, "pt", device=str(device)) as opened:
            return opened.get_tensor(key)


def find_hessians(
    model: Any, rows: list[list[int]], revision: str | None, work_dir: Path, report: Report, shrink: float = 1.0
) -> Hessians:
    """Return the Hessians of a model on rows of token ids; those kept under `revision` where it is given.

    `shrink` below 1 makes batches smaller after memory ran out.

    Raises:
        RunnerError: `disk_full` when they do not fit into the job's folder.
    """
    # Counted as if no two layers shared their input, which only a pass would tell.
    most = sum(_width(module) ** 2 * 4 for module in list_linears(model).values())
    batch_rows = max(1, int(BATCH_ROWS * shrink))

    def make(folder: Path) -> None:
        owners = find_owners(model, rows[0])
        size = sum(_width(model.get_submodule(owner)) ** 2 * 4 for owner in set(owners.values()))
        free = shutil.disk_usage(folder.parent).free
        if size > free:
            raise RunnerError(
                "disk_full",
                f"The Hessians of this model take {size / 1e9:.1f} GB of disk and {free / 1e9:.1f} GB are free.",
                "Free space in the data folder or use rtn, awq or autoround.",
                retryable=True,
            )
        folder.mkdir(parents=True)
        _write(model, rows, owners, folder, batch_rows, report)

    if revision is None or most > KEPT_BYTES:
        folder = work_dir / "hessians"
        shutil.rmtree(folder, ignore_errors=True)
        make(folder)
        return Hessians(folder, kept=False)
    digest = hashlib.sha256(json.dumps([rows, model.device.type, str(model.dtype)]).encode()).hexdigest()[:20]
    return Hessians(cached(revision, f"hessians/{digest}", make), kept=True)


def list_linears(model: Any) -> dict[str, Any]:
    """Return the linear layers of the blocks by name; the head is not among them."""
    from torch import nn

    head = model.get_output_embeddings()
    return {name: m for name, m in model.named_modules() if isinstance(m, nn.Linear) and m is not head}


def find_owners(model: Any, row: list[int]) -> dict[str, str]:
    """Return for each layer the one whose input it shares: the first that is called with the very same tensor."""
    owners: dict[str, str] = {}
    last: list[Any] = [None, ""]
    layers = list_linears(model)
    names = {module: name for name, module in layers.items()}

    def note(module: Any, args: tuple[Any, ...]) -> None:
        if args[0] is not last[0]:
            last[:] = [args[0], names[module]]
        owners[names[module]] = last[1]

    with _hooked(layers.values(), note):
        _run(model, [row])
    return owners


def _write(
    model: Any, rows: list[list[int]], owners: dict[str, str], folder: Path, batch_rows: int, report: Report
) -> None:
    from safetensors.torch import save_file

    names = {module: name for name, module in list_linears(model).items()}
    distinct = [model.get_submodule(owner) for owner in dict.fromkeys(owners.values())]
    parts = list(_split(distinct, _room_bytes(model.device)))
    places: dict[str, tuple[str, str]] = {}
    for number, part in enumerate(parts):
        tell = partial(_tell, report, number, len(parts))
        sums = _sum(model, rows, part, batch_rows, tell)
        file = f"part-{number}.safetensors"
        save_file({names[module]: total.cpu() for module, total in sums.items()}, folder / file)
        places |= {names[module]: (file, names[module]) for module in sums}
    layers = {layer: places[owner] for layer, owner in owners.items()}
    (folder / INDEX).write_text(json.dumps({"rows": len(rows), "layers": layers}))


def _sum(
    model: Any, rows: list[list[int]], modules: list[Any], batch_rows: int, done: Callable[[float], None]
) -> dict[Any, Any]:
    import torch
    from llmcompressor.modifiers.gptq.helpers import accumulate_hessian, make_empty_hessian

    sums = {module: make_empty_hessian(module) for module in modules}
    count = torch.zeros(())

    def add(module: Any, args: tuple[Any, ...]) -> None:
        accumulate_hessian(args[0], module, sums[module], count)

    with _hooked(modules, add):
        for start in range(0, len(rows), batch_rows):
            _run(model, rows[start : start + batch_rows])
            done(min(1.0, (start + batch_rows) / len(rows)))
    return sums


def _tell(report: Report, part: int, parts: int, done: float) -> None:
    report((part + done) / parts, "looking")


def _run(model: Any, rows: list[list[int]]) -> None:
    """Run the blocks on rows of one length; the head's product is left out."""
    import torch

    with torch.no_grad():
        model.base_model(torch.tensor(rows, device=model.device), use_cache=False)


@contextmanager
def _hooked(modules: Any, hook: Callable[[Any, tuple[Any, ...]], None]) -> Iterator[None]:
    handles = [module.register_forward_pre_hook(hook) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _split(modules: list[Any], room: int) -> Iterator[list[Any]]:
    """Split layers, in order, into parts whose Hessians fit into memory; each part takes a pass of its own."""
    part: list[Any] = []
    size = 0
    for module in modules:
        more = _width(module) ** 2 * 4
        if part and size + more > room:
            yield part
            part, size = [], 0
        part.append(module)
        size += more
    yield part


def _room_bytes(device: Any) -> int:
    """Return half of the memory that is free where the model is; the other half is for the pass itself."""
    import psutil
    import torch

    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else psutil.virtual_memory().available
    return int(free) // 2


def _width(module: Any) -> int:
    return int(module.in_features)
