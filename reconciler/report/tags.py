"""Notes beside a change that every report words alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.sides import Attribution
from reconciler.report.phrasing import count, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path
    from reconciler.core.plan import Change

ATTRIBUTION: Final[Mapping[Attribution, str]] = {
    Attribution.GIT: "",
    Attribution.OUTSIDE: "changed outside",
    Attribution.BOTH: "overwrites an outside change",
}
"""Who moved a field, where that is worth a word."""


def talking(change: Change) -> str:
    """«3 conversations now», where a write would be heard; empty where nobody would."""
    if change.action not in {Action.UPDATE, Action.ADOPT, Action.DELETE}:
        return ""
    if change.conversations is None:
        return ""
    return f"{count(change.conversations, 'conversation')} now" if change.conversations else ""


def place_of(path: Path, change: Change) -> str:
    """Where git says so: a line of the definition, or a place in a file that it is made of."""
    known = (change.places.get(path[:length]) for length in range(len(path), 0, -1))
    place = next((place for place in known if place is not None), None)
    if place is None or not place.line:
        return ""
    is_own = change.place is not None and place.file == change.place.file
    return f"  line {place.line}" if is_own else f"  {printable(place.file)}:{place.line}"
