"""A snapshot ↔ bytes: JSON that a person can read and git can diff; strict on the way in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from reconciler import __version__
from reconciler.core.errors import SettingsError, StateError
from reconciler.core.hiding import conceal
from reconciler.core.offline import Snapshot
from reconciler.core.resource import Live
from reconciler.core.secret import MASK, Secret
from reconciler.state.codec import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json

FORMAT: Final = "1.0"
"""Major and minor; another major is refused."""

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file that are read; an account of ten thousand long prompts has a fifth of that."""


DEEPEST: Final = 100
"""Levels of objects and lists; a persona has a tenth of that."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    kind: Literal["persona-reconciler/snapshot"]
    format_version: str
    environment: str
    endpoint: str
    recorded_at: str
    state: dict[str, Any]
    personas: list[dict[str, Any]]


def encode_snapshot(snapshot: Snapshot, hide: Callable[[Json], Json]) -> str:
    """The snapshot as text, every Secret the mask; hide takes out secrets by value."""
    personas = [live.document for live in sorted(snapshot.live, key=lambda live: live.id)]
    value = {
        "kind": "persona-reconciler/snapshot",
        "format_version": FORMAT,
        "tool_version": __version__,
        "environment": snapshot.environment,
        "endpoint": snapshot.endpoint,
        "recorded_at": snapshot.recorded,
        "state": json.loads(encode(snapshot.state)),
        "personas": personas,
    }
    return json.dumps(hide(value), ensure_ascii=False, indent=1, default=_masked) + "\n"


def decode_snapshot(data: bytes, name: str) -> Snapshot:
    """The snapshot in data. Raises SettingsError that names the file and says what is wrong."""
    try:
        value = json.loads(data, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
        if _is_deep(value):
            raise _unusable(name, "nested too deeply")
        shape = _Shape.model_validate(value)
        if shape.format_version.partition(".")[0] != FORMAT.partition(".")[0]:
            raise _unusable(name, f"its format is {shape.format_version[:20]!r}")
        if datetime.fromisoformat(shape.recorded_at).tzinfo is None:
            raise _unusable(name, "recorded_at: without an offset")
        state = decode(json.dumps(shape.state).encode())
        live = tuple(map(_live, shape.personas))
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _unusable(name, f"{place}: {first['msg']}") from None
    except StateError as unreadable:
        raise _unusable(name, f"state: {unreadable.detail or unreadable.summary}") from None
    except (ValueError, RecursionError):
        raise _unusable(name, "it is no JSON, or a damaged file") from None
    if len({one.id for one in live}) != len(live):
        raise _unusable(name, "two personas have one id")
    return Snapshot(shape.environment, shape.endpoint, shape.recorded_at, state, live)


def _is_deep(value: Json) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def _live(document: dict[str, Any]) -> Live:
    found = document.get("persona_id")
    if not isinstance(found, str) or not found:
        raise ValueError("a persona without an id")
    return Live(found, conceal(document))


def _unusable(name: str, why: str) -> SettingsError:
    return SettingsError(
        "The snapshot cannot be used", f"{name}: {why}", "Make a new one: reconciler snapshot --out"
    )


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return MASK
    raise TypeError(f"not JSON: {type(value).__name__}")


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
