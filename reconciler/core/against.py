"""What a plan was made against, where that was not Tavus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """What stands in the place of live."""

    SNAPSHOT = "snapshot"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Against:
    """What a plan was made against, where that was not Tavus. Such a plan is never applied."""

    side: Side
    name: str
    """The file, or the revision as it was given."""
    recorded: str = ""
    """When a snapshot was recorded, ISO 8601; for a revision its commit."""
