"""Plain values as typed JSON in frames over a pipe.

Both ends are a process that runs code the other must not trust, so nothing but plain data can cross: the exact built-in
types below are rebuilt from their content. An object that lies about itself (a subclass, an `__eq__` that is always
true) arrives as what it holds, or does not arrive.
"""

from __future__ import annotations

import json
import os
from typing import Any

MAX_FRAME = 4_000_000
MAX_DEPTH = 60
SMALL_INT = 1 << 53


class WireError(Exception):
    """A frame or a value breaks the rules of the wire."""


def write_frame(fd: int, message: dict[str, Any]) -> None:
    """Write one message as four bytes of length and its JSON.

    Raises:
        WireError: the message is too long, or the other end is gone.
    """
    raw = json.dumps(message).encode("ascii")
    if len(raw) > MAX_FRAME:
        raise WireError("the message is too long")
    view = memoryview(len(raw).to_bytes(4, "big") + raw)
    try:
        while view:
            view = view[os.write(fd, view) :]
    except OSError as error:
        raise WireError("the other process is gone") from error


def read_frame(fd: int) -> dict[str, Any]:
    """Read one message; blocks until it is whole.

    Raises:
        WireError: the other end is gone, or what it sent is no frame.
    """
    size = int.from_bytes(_read_exactly(fd, 4), "big")
    if size > MAX_FRAME:
        raise WireError("the message is too long")
    try:
        message = json.loads(_read_exactly(fd, size))
    except (ValueError, RecursionError) as error:
        raise WireError("the message is not JSON") from error
    if type(message) is not dict:
        raise WireError("the message is not an object")
    return message


def _read_exactly(fd: int, size: int) -> bytes:
    chunks = []
    while size:
        try:
            chunk = os.read(fd, min(size, 1 << 16))
        except OSError as error:
            raise WireError("the pipe cannot be read") from error
        if not chunk:
            raise WireError("the other process is gone")
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def encode(value: Any, depth: int = 0) -> Any:
    """Return the JSON form of a value; a subclass of a plain type is sent as the plain type.

    Raises:
        WireError: the value is no plain data, or is nested too deep.
    """
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deep")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if -SMALL_INT < value < SMALL_INT else ["int", format(int(value), "x")]
    if isinstance(value, float):
        return ["float", float.hex(value)]
    if isinstance(value, complex):
        return ["complex", float.hex(value.real), float.hex(value.imag)]
    if isinstance(value, (bytes, bytearray)):
        return ["bytes", bytes(value).hex()]
    if isinstance(value, dict):
        items = [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]
        return ["dict", items]
    for name, kind in (("list", list), ("tuple", tuple), ("set", set), ("frozenset", frozenset)):
        if isinstance(value, kind):
            return [name, [encode(item, depth + 1) for item in value]]
    raise WireError(f"a value of type {type(value).__name__} is no plain data")


def decode(form: Any, depth: int = 0) -> Any:
    """Return the value of a JSON form, made of exact built-in types only.

    Raises:
        WireError: the form is not one that `encode` writes.
    """
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deep")
    if form is None or type(form) in (bool, str, int):
        return form
    try:
        return _decode_tagged(form, depth)
    except (ValueError, TypeError, OverflowError) as error:
        raise WireError("the value is malformed") from error


def _decode_tagged(form: Any, depth: int) -> Any:
    if type(form) is not list or not form or not all(type(part) in (str, list) for part in form):
        raise WireError("the value is malformed")
    tag, *parts = form
    if tag == "complex":
        real, imaginary = parts
        return complex(float.fromhex(real), float.fromhex(imaginary))
    (content,) = parts
    if tag == "int":
        return int(content, 16)
    if tag == "float":
        return float.fromhex(content)
    if tag == "bytes":
        return bytes.fromhex(content)
    if type(content) is not list:
        raise WireError("the value is malformed")
    if tag == "dict":
        return {decode(key, depth + 1): decode(item, depth + 1) for key, item in content}
    items = [decode(item, depth + 1) for item in content]
    if tag == "list":
        return items
    if tag == "tuple":
        return tuple(items)
    if tag == "set":
        return set(items)
    if tag == "frozenset":
        return frozenset(items)
    raise WireError("the value has an unknown type")
