"""Keeping what GPTQ makes of a Hessian: variants of one model differ in bits and groups, rarely in this.

Inverting and factorizing takes about 40 % of a variant whose Hessian is there already. The factor depends on the
Hessian, its order of columns and the damping alone, so it is kept beside the Hessians under a hash of just that.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MOST_BYTES = 8_000_000_000
"""More than this is not kept for one set of Hessians."""


@contextmanager
def kept_factors(folder: Path | None) -> Iterator[None]:
    """Have llmcompressor take factors from `folder`, and put there what it makes; None changes nothing."""
    library: Any = importlib.import_module("llmcompressor.modifiers.gptq.gptq_quantize")
    original = library.factorize_hessian
    if folder is None:
        yield
        return

    def factorize(weights: Any, hessians: Any, percdamp: float, used_rtn_fallback: Any) -> Any:
        """As the library's: dampen, invert and factorize [batch, width, width] in place; clear dead columns."""
        for at in range(hessians.shape[0]):
            item = slice(at, at + 1)
            file = folder / f"{_digest(hessians[at], percdamp)}.safetensors"
            if not _read(file, weights[at], hessians[at]):
                original(weights[item], hessians[item], percdamp, used_rtn_fallback[item])
                if not used_rtn_fallback[at]:
                    _write(file, hessians[at])
        return hessians

    library.factorize_hessian = factorize
    try:
        yield
    finally:
        library.factorize_hessian = original


def _digest(hessian: Any, percdamp: float) -> str:
    content = hashlib.blake2b(hessian.cpu().contiguous().numpy(), digest_size=20)
    content.update(f"{percdamp}:{hessian.device.type}".encode())
    return content.hexdigest()


def _read(file: Path, weights: Any, hessian: Any) -> bool:
    from safetensors import safe_open

    if not file.exists():
        return False
    weights.masked_fill_((hessian.diagonal() == 0).unsqueeze(0), 0)
    with safe_open(file, "pt", device=str(hessian.device)) as opened:
        hessian.copy_(opened.get_tensor("factor"))
    return True


def _write(file: Path, factor: Any) -> None:
    from safetensors.torch import save_file

    file.parent.mkdir(exist_ok=True)
    if sum(each.stat().st_size for each in file.parent.iterdir()) > MOST_BYTES:
        return
    temporary = file.with_suffix(f".{os.getpid()}")
    save_file({"factor": factor.contiguous().cpu()}, temporary)
    os.replace(temporary, file)
