"""Code items: a short function, a call, and the output to predict. Never run by a benchmark.

Each family computes its answer with its own trusted expression, so no generated text is executed.
"""

from __future__ import annotations

import random

from .items import Item
from .world import words

_WORDS = words("cat sun map tree moon fish bird gold star lamp")


def _numbers(rng: random.Random) -> tuple[str, str, object]:
    a, b = rng.randrange(2, 10), rng.randrange(1, 30)
    x, y = rng.randrange(2, 13), rng.randrange(2, 40)
    family = rng.randrange(8)
    if family == 0:
        return f"x):\n    return x * {a} + {b}", f"{x}", x * a + b
    if family == 1:
        return f"x):\n    return x + {b} + {a}", f"{y}", y + b + a
    if family == 2:
        return f"x):\n    y = x + {a}\n    return y - {b}", f"{y}", y + a - b
    if family == 3:
        test = f"x > {b}"
        return (f"x):\n    if {test}:\n        return x - {a}\n    return x + {a}", f"{y}", y - a if y > b else y + a)
    if family == 4:
        return f"x):\n    return x % {a}", f"{y}", y % a
    if family == 5:
        return f"x):\n    return x % 2 == {a % 2}", f"{y}", y % 2 == a % 2
    if family == 6:
        return "x, y):\n    return max(x, y) - min(x, y)", f"{b}, {y}", abs(b - y)
    n = rng.randrange(2, 6)
    return (f"n):\n    total = {b}\n    for i in range(n):\n        total += {a}\n    return total", f"{n}", b + n * a)


def _lists(rng: random.Random) -> tuple[str, str, object]:
    values = [rng.randrange(1, 30) for _ in range(rng.randrange(3, 6))]
    family, n, i = rng.randrange(9), rng.randrange(1, 30), rng.randrange(0, 3)
    bodies: tuple[tuple[str, object], ...] = (
        ("max(v)", max(values)),
        ("min(v)", min(values)),
        ("len(v)", len(values)),
        (f"v[{i}]", values[i]),
        ("v[-1]", values[-1]),
        ("sorted(v)", sorted(values)),
        ("v[::-1]", values[::-1]),
        (f"v + [{n}]", [*values, n]),
        (f"v[{i}:]", values[i:]),
    )
    body, result = bodies[family]
    return f"v):\n    return {body}", repr(values), result


def _strings(rng: random.Random) -> tuple[str, str, object]:
    s, t = rng.sample(_WORDS, 2)
    n, i = rng.randrange(2, 5), rng.randrange(0, 3)
    bodies: tuple[tuple[str, object], ...] = (
        (f"s * {n}", s * n),
        (f"s + '{t}'", s + t),
        (f"'{t}' + s", t + s),
        ("len(s)", len(s)),
        (f"s[{i}]", s[i]),
        (f"[s] * {n}", [s] * n),
        (f"s == '{t}'", s == t),
        (f"len(s) + {n}", len(s) + n),
    )
    body, result = bodies[rng.randrange(len(bodies))]
    return f"s):\n    return {body}", repr(s), result


def code(rng: random.Random) -> Item:
    """Return a function of one of 25 families with a call, and the value of the call."""
    tail, argument, result = rng.choice((_numbers, _numbers, _lists, _lists, _strings))(rng)
    name = rng.choice("fgh")
    prompt = f"def {name}({tail}\nassert {name}({argument}) =="
    key = f"def _({tail}\nassert _({argument})"
    probes = tuple(f"def {n}({tail}\nassert {n}({argument}) ==" for n in "fgh")
    return Item(f"code|{key}", prompt, repr(result), (), probes)
