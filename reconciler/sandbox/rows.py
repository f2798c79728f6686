"""What the data file holds and is asked for, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.core.document import Object


class Owner(StrEnum):
    """Whose a persona is."""

    USER = "user"
    SYSTEM = "system"
    SPECIAL = "special"
    """Stock, and never listed (persona-api 5.1)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One persona: its id, whose it is, the stored record, and a draft where there is one."""

    id: str
    owner: Owner
    record: Object = field(repr=False)
    draft: Object | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered."""

    method: str
    path: str
    query: str
    status: int
    """The status answered; 0 where the connection was dropped."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are asked for."""

    owner: Owner | None
    limit: int
    offset: int
    newest_first: bool = False
