"""A throw-away thing, as a probe writes it down, and how each kind is named and numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.service.mark import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Json

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_ID_NAMES: Final = ("persona_id", "tool_id", "objectives_id", "uuid")
"""The first one that a record has is its own; a persona may have others, of what it refers to."""


class Kind(StrEnum):
    """What a probe makes."""

    PERSONA = "persona"
    OBJECTIVES = "objectives"
    GUARDRAIL = "guardrail"
    TOOL = "tool"

    @property
    def path(self) -> str:
        """Where it is made, listed and deleted."""
        return _PATHS[self]

    @property
    def noun(self) -> str:
        """What people call one."""
        return "objectives set" if self is Kind.OBJECTIVES else self.value


_PATHS: Final[Mapping[Kind, str]] = {
    Kind.PERSONA: "/v2/personas",
    Kind.OBJECTIVES: "/v2/objectives",
    Kind.GUARDRAIL: "/v2/guardrails",
    Kind.TOOL: "/v2/tools",
}

LISTS: Final = frozenset(_PATHS.values())
"""The path of each list."""


@dataclass(frozen=True, slots=True)
class Made:
    """One that was, or is about to be, created."""

    name: str
    """With its mark."""
    endpoint: str
    id: str = ""
    """Empty before the answer came."""
    kind: Kind = Kind.PERSONA


def record_in(body: Json) -> Json:
    """The record that an answer tells of, flat or wrapped in «data»."""
    if not isinstance(body, dict) or id_of(body):
        return body
    match body.get("data"):
        case [first, *_]:
            return first
        case dict() as only:
            return only
        case _:
            return body


def id_of(record: Json) -> str:
    """The id in a record; empty where there is none."""
    if not isinstance(record, dict):
        return ""
    found = next((record[name] for name in _ID_NAMES if record.get(name)), "")
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def marked_name(record: Json) -> str:
    """The name in a record that has a mark; empty where none has one.

    A set of objectives may lose its name; its first step has the mark as well.
    """
    return next((name for name in _names(record) if mark_of(name)), "")


def _names(record: Json) -> Iterator[str]:
    if not isinstance(record, dict):
        return
    for member in ("persona_name", "guardrail_name", "objective_name", "name"):
        if isinstance(name := record.get(member), str):
            yield name
    match record.get("data"):
        case [{"objective_name": str() as name}, *_]:
            yield name
        case _:
            return
