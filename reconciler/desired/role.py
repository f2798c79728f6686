"""What a file is to a definition that is made of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """What a file is to a definition."""

    BASE = "base"
    DEFINITION = "definition"
    OVERLAY = "overlay"


_OF_THE_DEFINITION: Final = ("key", "moved_from")
_REFUSED: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.DEFINITION: (),
    Role.BASE: _OF_THE_DEFINITION,
    Role.OVERLAY: (*_OF_THE_DEFINITION, "extends", "environments"),
}


def refused_in(role: Role) -> tuple[str, ...]:
    """The members of the reserved block that a file in this role cannot have."""
    return _REFUSED[role]
