"""One card per address: what would be done, to which fields, who moved, whom it touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.report.html.fields import field_view
from reconciler.report.html.text import json_text
from reconciler.report.phrasing import count, patch_size, printable, short, spelled
from reconciler.report.tags import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.outcome import Result
    from reconciler.core.plan import Change
    from reconciler.core.resource import Address
    from reconciler.core.sides import Attribution
    from reconciler.report.html.fields import FieldView

ROLE: Final[Mapping[str, str]] = {
    Action.CREATE: "add",
    Action.ADOPT: "change",
    Action.UPDATE: "change",
    Action.DELETE: "remove",
    Action.ORPHAN: "warn",
    Action.CONFLICT: "remove",
    Action.NO_OP: "dim",
}
"""Action → the colour it is shown in."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word or two beside an address."""

    words: str
    role: str = "dim"


@dataclass(frozen=True, slots=True)
class Card:
    """One address as it is shown."""

    address: str
    kind: str
    """What cards are filtered by: the action, or what became of it."""
    role: str
    symbol: str = " "
    reason: str = ""
    hint: str = ""
    badges: tuple[Badge, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """Term and words, such as «definition» and the file."""
    labels: tuple[str, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    fields: tuple[FieldView, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    """Name of a field, and its live value."""
    patches: tuple[str, ...] = ()
    patches_left_out: bool = False
    patch_words: str = ""


def change_card(change: Change, *, whole: bool = True) -> Card:
    """The card of a change; with whole=False without unchanged text and without the patch."""
    fields = tuple(field_view(field, change, whole=whole) for field in change.fields)
    return Card(
        str(change.address),
        change.action.value,
        ROLE[change.action],
        change.action.symbol,
        change.reason,
        badges=tuple(_badges(change)),
        facts=tuple(_facts(change)),
        labels=_labels(change),
        attributions=_attributions(change.fields),
        fields=fields,
        conflicts=tuple(
            (
                spelled(conflict.path, change.spellings),
                "(sensitive)" if conflict.sensitive else short(conflict.live),
            )
            for conflict in change.conflicts
        ),
        patches=tuple(map(json_text, change.patches)) if whole else (),
        patches_left_out=bool(change.patches) and not whole,
        patch_words=_patch_words(change),
    )


def drift_card(
    address: Address, fields: Sequence[FieldChange], change: Change | None, *, whole: bool = True
) -> Card:
    """The card of a persona that moved outside: git's value → what is live."""
    is_gone = not fields
    return Card(
        str(address),
        "deleted outside" if is_gone else "changed outside",
        "remove" if is_gone else "warn",
        "-" if is_gone else "~",
        facts=tuple(_facts(change)) if change else (),
        labels=_labels(change) if change else (),
        attributions=_attributions(fields),
        fields=tuple(field_view(field, change, whole=whole) for field in fields),
    )


def result_card(result: Result, change: Change | None, *, whole: bool = True) -> Card:
    """The card of what became of a change; the fields are those that were to be sent."""
    facts = [("live id", result.id)] if result.id else []
    if result.forms:
        facts.append(("sent", ", then ".join(result.forms)))
    for term, paths in (("not taken", result.residual), ("stored otherwise", result.normalised)):
        if paths:
            facts.append((term, ", ".join(spelled(path, {}) for path in paths)))
    fields = change.fields if change else ()
    return Card(
        str(result.address),
        result.status.value,
        "add" if result.status.succeeded else "remove",
        result.action.symbol,
        result.detail,
        "" if result.status.succeeded else result.hint,
        badges=(Badge(result.action.value),),
        facts=tuple(facts),
        labels=_labels(change) if change else (),
        attributions=_attributions(fields),
        fields=tuple(field_view(field, change, whole=whole) for field in fields),
    )


def _badges(change: Change) -> Iterator[Badge]:
    if change.fields and change.action is not Action.CREATE:
        yield Badge(count(len(change.fields), "field"))
    for attribution in _attributions(change.fields):
        if words := ATTRIBUTION[attribution]:
            yield Badge(words, "warn")
    if change.protected:
        yield Badge("protected", "warn")
    if change.conversations:
        yield Badge(count(change.conversations, "active conversation"), "warn")


def _attributions(fields: Sequence[FieldChange]) -> tuple[Attribution, ...]:
    return tuple(sorted({field.attribution for field in fields}))


def _facts(change: Change) -> Iterator[tuple[str, str]]:
    if change.name and change.name != change.address.key:
        yield "name", change.name
    if change.id:
        yield "live id", change.id
        active = change.conversations
        yield "active conversations", "not known" if active is None else f"{active:,}"
    if change.previous:
        yield "moved from", str(change.previous)
    if change.place:
        yield "definition", str(change.place)
    if change.sources:
        yield "made of", ", ".join(change.sources)


def _labels(change: Change) -> tuple[str, ...]:
    return tuple(printable(f"{name}={value}") for name, value in sorted(change.labels.items()))


def _patch_words(change: Change) -> str:
    if not change.patches:
        return ""
    operations, size = patch_size(change.patches)
    requests = count(len(change.patches), "request")
    return f"{requests}, {count(operations, 'operation')}, {size:,} bytes"
