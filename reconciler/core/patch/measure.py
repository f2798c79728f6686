"""What operations cost: one integer that orders patches by bytes, then by number of operations.

Bytes are those of the operation as compact UTF-8 JSON and the comma after it. A position in a list
counts as one character, so that the price of an edit does not depend on edits beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reconciler.core.errors import ReconcilerError
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from reconciler.core.document import Json

Cost: TypeAlias = int
"""Bytes times BYTE, plus operations."""

BYTE: Final[Cost] = 1 << 24
"""One byte. A patch of 16 million operations would be needed to make up for it."""
POSITION: Final = 2
"""Bytes of a list position in a pointer: a slash and one character, whatever the position."""

_REMOVE: Final = len('{"op":"remove","path":""},')
_ADD: Final = len('{"op":"add","path":"","value":},')
_REPLACE: Final = len('{"op":"replace","path":"","value":},')
_TEST: Final = len('{"op":"test","path":"","value":},')
_TRANSFER: Final = len('{"op":"move","from":"","path":""},')


def remove_cost(at: int) -> Cost:
    """Of a remove; at is the number of bytes of the pointer, here and below."""
    return (_REMOVE + at) * BYTE + 1


def add_cost(at: int, size: int) -> Cost:
    """Of an add of a value of so many bytes."""
    return (_ADD + at + size) * BYTE + 1


def replace_cost(at: int, size: int) -> Cost:
    """Of a replace by a value of so many bytes."""
    return (_REPLACE + at + size) * BYTE + 1


def test_cost(at: int, size: int) -> Cost:
    """Of a test for a value of so many bytes."""
    return (_TEST + at + size) * BYTE + 1


def transfer_cost(source: int, at: int) -> Cost:
    """Of a move or a copy."""
    return (_TRANSFER + source + at) * BYTE + 1


def bytes_of(cost: Cost) -> int:
    """The bytes of a whole patch: the list brackets are there, the last comma is not."""
    return cost // BYTE + 1 if cost else 2


def size_of(value: Json) -> int:
    """Bytes of a value. A lone surrogate counts as the escape it is sent as.

    Raises ReconcilerError where the value is none of JSON: NaN, infinity.
    """
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        raise ReconcilerError("A number is not JSON", "NaN or infinity", "Use null.") from None
    return len(text) if text.isascii() else len(text.encode("utf-8", "backslashreplace"))


def name_size(name: str) -> int:
    """Bytes a member name takes in a pointer, the slash before it included."""
    return size_of(name.replace("~", "~0").replace("/", "~1")) - 1


def to_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Compact UTF-8 JSON. A lone surrogate, which UTF-8 cannot hold, is written as an escape."""
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"no JSON value: {type(value).__name__}")


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_reveal
)
