"""What the baseline took when it was first measured here: the fixed point of all later figures of a model."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pareto_runner.logs import now_iso
from pareto_runner.measure.decode import NEW_TOKENS, PROMPT_TOKENS
from pareto_runner.measure.stats import median
from pareto_runner.models.cache import cached


@dataclass(frozen=True)
class Pinned:
    """The baseline's ms and joules (less idle, and with it) per token, and when that was."""

    latency_ms: float
    joules_per_token: float
    gross_joules_per_token: float
    at: str


def pin_baseline(revision: str, device: str, baseline: Sequence[dict[str, Any]]) -> Pinned:
    """Return the pinned figures of a model's baseline, taken from these rounds of it where there are none yet.

    They hold for a model's revision, a device with its thread count (`device`, in words), the versions of torch and
    transformers, and one source of energy figures; anything else gets figures of its own.
    """
    conditions = {
        "device": device,
        "torch": importlib.metadata.version("torch"),
        "transformers": importlib.metadata.version("transformers"),
        "energy": [baseline[0]["energy_source"], baseline[0]["energy_covers"]],
        "workload": [PROMPT_TOKENS, NEW_TOKENS],
    }
    key = hashlib.sha256(json.dumps(conditions, sort_keys=True).encode()).hexdigest()[:16]

    def write(target: Path) -> None:
        pinned = Pinned(
            latency_ms=median([median(r["step_ms"]) for r in baseline]),
            joules_per_token=median([r["joules_per_token"] for r in baseline]),
            gross_joules_per_token=median([r["gross_joules_per_token"] for r in baseline]),
            at=now_iso(),
        )
        target.write_text(json.dumps({"conditions": conditions, "pinned": asdict(pinned)}))

    return Pinned(**json.loads(cached(revision, f"costs/{key}.json", write).read_text())["pinned"])
