"""A request and an answer as values, so that they can be logged, delayed and replaced."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import parse_qsl

from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json

_LISTS: Final = {f"/v2/{n}" for n in ("personas", "pals", "objectives", "guardrails", "tools")}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    """Without a slash at the end: collections are asked for with and without (persona-api 4)."""
    query: str
    key: str = field(repr=False)
    """The x-api-key header; empty where there is none."""
    body: bytes = field(repr=False)

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path: ("v2", "pals", "p123")."""
        return tuple(self.path.split("/")[1:])

    @property
    def parameters(self) -> dict[str, str]:
        """The query as a mapping; of repeated names the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def is_list(self) -> bool:
        """Whether this is a list that faults of list pages disturb."""
        return self.method == "GET" and self.path in _LISTS

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the route."""
        return Vocabulary.PAL if self.path.startswith("/v2/pals") else Vocabulary.PERSONA


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Dropped:
    """No answer: the connection dies."""

    status: int = 0


def encode(value: Json) -> bytes:
    """JSON as Tavus sends it: compact and in ASCII, so that half a surrogate pair survives."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def decode(text: str | bytes) -> Json:
    """The JSON value in text. Raises ValueError where there is none."""
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_number)
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep


def _number(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
