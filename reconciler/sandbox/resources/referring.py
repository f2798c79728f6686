"""What becomes of the personas that refer to something which is deleted (resources-api 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Object
    from reconciler.sandbox.database import Session


def drop_from_lists(session: Session, member: str, id_: str) -> None:
    """Let every persona lose an id from a list."""

    def without(record: Object) -> Object:
        if id_ not in (record.get(member) or ()):
            return record
        return {**record, member: [one for one in record[member] if one != id_]}

    _rewrite(session, without)


def drop(session: Session, member: str, id_: str) -> None:
    """Let every persona lose a single reference."""

    def without(record: Object) -> Object:
        if record.get(member) != id_:
            return record
        return {name: value for name, value in record.items() if name != member}

    _rewrite(session, without)


def _rewrite(session: Session, change: Callable[[Object], Object]) -> None:
    """Change every persona and every draft; updated_at is for changes by people."""
    for row in session.rows():
        if (record := change(row.record)) != row.record:
            session.write(record)
        if row.draft is not None and (draft := change(row.draft)) != row.draft:
            session.write_draft(row.id, draft)
