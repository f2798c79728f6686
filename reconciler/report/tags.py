"""Notes beside a change that every report words alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.reach import conversations, reach
from reconciler.core.service.profile import SHIPPED
from reconciler.core.sides import Attribution
from reconciler.report.phrasing import count, patch_size, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path
    from reconciler.core.plan import Change, Plan

ATTRIBUTION: Final[Mapping[Attribution, str]] = {
    Attribution.GIT: "",
    Attribution.OUTSIDE: "changed outside",
    Attribution.BOTH: "overwrites an outside change",
}
"""Who moved a field, where that is worth a word."""


def talking(change: Change) -> str:
    """«3 conversations now», where a write would be heard; empty where nobody would."""
    number = conversations([change])
    return f"{count(number, 'conversation')} now" if number else ""


def size_notes(change: Change) -> list[str]:
    """How much a change is: «2 fields», «2 operations, 173 bytes»."""
    notes = [count(len(change.fields), "field")] if change.fields else []
    if change.patches:
        operations, size = patch_size(change.patches)
        notes.append(f"{count(operations, 'operation')}, {size:,} bytes")
    return notes


def warnings(change: Change) -> list[str]:
    """What a reviewer must not overlook in a change."""
    found = ["undoes an outside change"] if change.overwrites else []
    return [*found, *filter(None, [talking(change)])]


def plan_notes(plan: Plan) -> list[str]:
    """What holds for the whole plan: how far fragments reach, and which profile it relies on."""
    notes = []
    for one in reach(plan):
        personas = count(len(one.addresses), "persona")
        talk = (
            "" if one.conversations is None else f", {count(one.conversations, 'conversation')} now"
        )
        notes.append(f"{one.file} reaches {personas}{talk}")
    if plan.profile.name != SHIPPED.name:
        notes.append(f"service profile {plan.profile.name} of {plan.profile.taken}")
    return notes


def place_of(path: Path, change: Change) -> str:
    """Where git says so: a line of the definition, or a place in a file that it is made of."""
    place = change.place_of(path)
    if place is None or not place.line:
        return ""
    is_own = change.place is not None and place.file == change.place.file
    return f"  line {place.line}" if is_own else f"  {printable(place.file)}:{place.line}"
