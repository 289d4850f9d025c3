"""Which items of a benchmark are scored, and in which order: the same for every model.

All orders are drawn once per benchmark and seed and spread over its strata (sub-tasks, and the right answers of
multiple choice), so that any first part of an order stands for the whole: `limit`, the proxy mode and a race all
take first parts, and what one of them has scored is a part of what a larger one scores.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Literal

PROXY_SHARE = 0.1
# Below this the interval of a single benchmark is wider than half of the scale.
PROXY_MIN_ITEMS = 16


def order_items(strata: Sequence[Hashable], seed: str) -> list[int]:
    """Return all item numbers in an order whose every first part is spread over the strata in proportion."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, stratum in enumerate(strata):
        members[stratum].append(index)
    generator = random.Random(seed)  # noqa: S311 (a sample, no secret)
    ranked: list[tuple[float, float, int]] = []
    for key in sorted(members, key=repr):
        shuffled = members[key]
        generator.shuffle(shuffled)
        # A random offset for each stratum: with a common one, of many small strata none would come before the middle.
        offset = generator.random()
        ranked += [((rank + offset) / len(shuffled), generator.random(), item) for rank, item in enumerate(shuffled)]
    return [item for _, _, item in sorted(ranked)]


def count_wanted(total: int, limit: int | None, mode: Literal["full", "proxy"]) -> int:
    """Return how many of a benchmark's `total` items are scored."""
    wanted = total if limit is None else min(total, limit)
    if mode == "proxy":
        wanted = min(wanted, max(PROXY_MIN_ITEMS, math.ceil(PROXY_SHARE * total)))
    return wanted
