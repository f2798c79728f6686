"""Deleting what earlier probes left: by the journal, and by the mark in the name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.errors import TavusNotFoundError
from reconciler.core.same import name_key
from reconciler.core.service.mark import mark_of

if TYPE_CHECKING:
    from datetime import date

    from reconciler.core.service.made import Made
    from reconciler.workflow.probing.ports import Journal, Looker


@dataclass(slots=True)
class Cleaned:
    """What a clean-up did, as names and ids."""

    deleted: list[tuple[str, str]] = field(default_factory=list)
    """Name and id of each persona that is gone now."""
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Marked, but neither expired nor in our journal: perhaps somebody's probe is running."""
    unseen: list[str] = field(default_factory=list)
    """Names in the journal that the service does not show, although they may come yet."""


async def clean_up(looker: Looker, journal: Journal, endpoint: str, today: date) -> Cleaned:
    """Delete what is marked and either expired or in the journal. Raises TavusError, StateError.

    What the mark does not say is never touched, whatever the journal has.
    """
    cleaned = Cleaned()
    entries = [made for made in journal.entries() if made.endpoint == endpoint]
    runs = {mark.run for made in entries if (mark := mark_of(made.name))}
    for persona_id, name in (await _candidates(looker, entries)).items():
        mark = mark_of(name)
        if mark is None:
            continue
        if mark.run in runs or mark.has_expired(today):
            await _delete(looker, persona_id)
            cleaned.deleted.append((name, persona_id))
        else:
            cleaned.kept.append((name, persona_id))
    for made in entries:
        _settle(cleaned, journal, made, today)
    return cleaned


async def _candidates(looker: Looker, entries: list[Made]) -> dict[str, str]:
    """Id → name of everything that is marked, also what the list does not show."""
    found = {
        row.id: str(row.document.get("persona_name"))
        for row in await looker.list()
        if mark_of(row.document.get("persona_name"))
    }
    for made in entries:
        if made.id and made.id not in found and (live := await looker.get(made.id)):
            found[made.id] = str(live.document.get("persona_name"))
    return found


async def _delete(looker: Looker, persona_id: str) -> None:
    try:
        await looker.delete(persona_id)
    except TavusNotFoundError:
        return


def _settle(cleaned: Cleaned, journal: Journal, made: Made, today: date) -> None:
    """Forget an entry whose persona is known to be gone, or cannot come any more."""
    mark = mark_of(made.name)
    deleted = any(name_key(name) == name_key(made.name) for name, _ in cleaned.deleted)
    if made.id or deleted or mark is None or mark.has_expired(today):
        journal.forget(made)
    else:
        cleaned.unseen.append(made.name)
