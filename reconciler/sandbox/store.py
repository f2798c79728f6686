"""The store of the emulator, and the hooks that tests and demonstrations reach it by."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Self

from reconciler.core.errors import SettingsError
from reconciler.sandbox import clock
from reconciler.sandbox.conversations import LONGEST, begin
from reconciler.sandbox.database import SCHEMA, TABLES, Session
from reconciler.sandbox.patching import applied
from reconciler.sandbox.rows import Owner
from reconciler.sandbox.showing import shown
from reconciler.sandbox.stock import stock
from reconciler.sandbox.storing import absorbed
from reconciler.sandbox.switches import parse
from reconciler.sandbox.words import stored_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.faults import Fault
    from reconciler.sandbox.rows import Request, Row
    from reconciler.sandbox.switches import Switches


class Store:
    """Everything the emulator remembers, the request log included: in one file or in memory.

    Several processes may have the file, an SQLite one, open. The stock personas are there from the
    start. The file holds secrets as they were sent, so it is made readable for its owner only.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or make the file; None is in memory. Raises SettingsError where it is no store."""
        self._lock = RLock()
        self._connection = _opened(path)
        with self.transaction() as session:
            if not session.count(None):
                stock(session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: all of it is stored, or, after an exception, none."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Session(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def reset(self) -> None:
        """Forget everything; the stock personas come back."""
        with self.transaction() as session:
            session.clear(TABLES)
            stock(session)

    def switches(self) -> Switches:
        """The switches in force."""
        with self.transaction() as session:
            return session.switches()

    def set_switch(self, name: str, value: str) -> None:
        """Set a switch. Raises ValueError that names the switches, or the values allowed."""
        parse(name, value)
        with self.transaction() as session:
            session.set_switch(name, value)

    def add_fault(self, fault: Fault) -> None:
        """Let the fault wait for its requests, behind those that wait already."""
        with self.transaction() as session:
            session.add_fault(fault)

    def faults(self) -> list[Fault]:
        """The faults that still wait for requests."""
        with self.transaction() as session:
            return session.faults()

    def clear_faults(self) -> None:
        """Forget every fault."""
        with self.transaction() as session:
            session.clear(("faults",))

    def personas(self) -> list[Row]:
        """Every persona as stored, oldest first, stock ones included. Secrets are readable."""
        with self.transaction() as session:
            return session.rows()

    def find(self, name_or_id: str) -> list[str]:
        """The ids of the personas with that id or exactly that name, oldest first."""
        with self.transaction() as session:
            return session.ids(name_or_id)

    def edit(self, persona_id: str, operations: Sequence[Object]) -> None:
        """Change a persona behind everybody's back: a JSON Patch in persona words.

        Paths are those GET shows. Nothing is validated, updated_at moves. Raises KeyError for an
        unknown id and ValueError for a patch that does not fit.
        """
        with self.transaction() as session:
            row = _existing(session, persona_id)
            session.write(_edited(row.record, operations, session.switches()))

    def delete(self, persona_id: str) -> None:
        """Delete a persona behind everybody's back. Raises KeyError for an unknown id."""
        with self.transaction() as session:
            _existing(session, persona_id)
            session.remove(persona_id)

    def maker_draft(
        self, persona_id: str, *, present: bool = True, operations: Sequence[Object] = ()
    ) -> None:
        """Say whether PAL Maker holds unpublished edits, and which, as a JSON Patch.

        Raises as edit() does.
        """
        with self.transaction() as session:
            row = _existing(session, persona_id)
            draft = _edited(row.record, operations, session.switches()) if present else None
            session.write_draft(persona_id, draft)

    def seed(self, record: Mapping[str, Json], *, system: bool = False) -> str:
        """Store a record as it is, old spellings included, and return its id.

        In either vocabulary. An id and the times are added where the record has none.
        """
        with self.transaction() as session:
            stored = stored_words(dict(record))
            persona_id = str(stored.get("persona_id") or session.new_id())
            times = {
                "created_at": clock.created_at(persona_id),
                "updated_at": clock.updated_at(persona_id),
            }
            owner = Owner.SYSTEM if system else Owner.USER
            session.insert({**times, **stored, "persona_id": persona_id}, owner)
            return persona_id

    def talk(self, persona_id: str, seconds: float = LONGEST) -> str:
        """Begin a conversation with a persona; its id. Raises KeyError for an unknown persona."""
        with self.transaction() as session:
            row = _existing(session, persona_id)
            face = row.record.get("default_replica_id") or ""
            made = begin(session, persona_id, face=face, seconds=seconds)
            return str(made["conversation_id"])

    def hang_up(self, persona_id: str) -> int:
        """End every conversation with a persona; how many were active."""
        with self.transaction() as session:
            return session.end_conversations(persona_id, time.time())

    def requests(self) -> list[Request]:
        """The newest 20,000 requests, oldest first."""
        with self.transaction() as session:
            return session.requests()

    def clear_requests(self) -> None:
        """Forget the requests."""
        with self.transaction() as session:
            session.clear(("requests",))


def _opened(path: Path | None) -> sqlite3.Connection:
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        connection = sqlite3.connect(
            path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False
        )
        # The rollback journal (the default) goes away with each transaction and heals the file
        # after a killed process. Without fsync, since only a crash of the machine needs it.
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(SCHEMA)
    except (OSError, sqlite3.Error) as unusable:
        raise SettingsError(
            "The sandbox cannot use its data file",
            f"{path}: {unusable}",
            "Delete the file, or choose another place for it.",
        ) from unusable
    return connection


def _existing(session: Session, persona_id: str) -> Row:
    if (row := session.row(persona_id)) is None:
        raise KeyError(f"There is no persona with the id «{persona_id}».")
    return row


def _edited(stored: Object, operations: Sequence[Object], switches: Switches) -> Object:
    before = shown(stored, switches)
    edited = absorbed(stored, before, applied(before, operations), switches)
    return {**edited, "updated_at": clock.updated_at(stored["persona_id"])}
