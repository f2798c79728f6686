"""The one data file: tables, and what can be asked of them inside a transaction."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from reconciler.sandbox.calls import decode
from reconciler.sandbox.faults import Fault, Hit
from reconciler.sandbox.rows import Owner, Request, Row
from reconciler.sandbox.shelves import SCHEMA as RESOURCES
from reconciler.sandbox.shelves import Shelves
from reconciler.sandbox.switches import Switches, from_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from reconciler.core.document import Object
    from reconciler.sandbox.calls import Asked
    from reconciler.sandbox.rows import Page

SCHEMA: Final = (
    RESOURCES
    + """
CREATE TABLE IF NOT EXISTS personas (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL,
  record TEXT, draft TEXT, previous TEXT, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS personas_by_owner ON personas (owner, seq);
CREATE TABLE IF NOT EXISTS conversations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, persona TEXT NOT NULL,
  record TEXT NOT NULL, ends REAL NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, fault TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, path TEXT NOT NULL,
  query TEXT NOT NULL, status INTEGER NOT NULL);
"""
)
"""A deleted persona keeps its row for an hour, without a record, for reads that are stale."""

TABLES: Final = ("personas", "conversations", "resources", "switches", "faults", "requests")

NEWEST: Final = math.inf
"""For `since`: no write is too young to be seen."""

KEPT_REQUESTS: Final = 20_000
_DELETED_FOR: Final = 3600.0
_SEEN: Final = "CASE WHEN changed > :since THEN previous ELSE record END"


def text(record: Object) -> str:
    """A record as it is stored. Raises ValueError for a number that JSON does not have."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False)


class Session:
    """What can be done inside one transaction. `since` asks for the state before younger writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._do = connection.execute
        self.resources = Shelves(connection)

    def row(self, persona_id: str, since: float = NEWEST) -> Row | None:
        """The persona with that id."""
        found = self._do(
            f"SELECT owner, {_SEEN} AS seen, draft FROM personas"  # noqa: S608 -- a constant
            " WHERE id = :id AND seen IS NOT NULL",
            {"id": persona_id, "since": since},
        ).fetchone()
        if found is None:
            return None
        owner, record, draft = found
        return Row(persona_id, Owner(owner), decode(record), decode(draft) if draft else None)

    def records(self, page: Page, since: float = NEWEST) -> list[Object]:
        """The stored records of a list page, oldest first unless it says otherwise."""
        order = "DESC" if page.newest_first else "ASC"
        found = self._do(
            f"SELECT {_SEEN} AS seen FROM personas WHERE seen IS NOT NULL"  # noqa: S608 -- constants
            f" AND owner {_listed(page.owner)} ORDER BY seq {order} LIMIT :limit OFFSET :offset",
            {"since": since, "limit": page.limit, "offset": page.offset},
        )
        return [decode(record) for (record,) in found]

    def count(self, owner: Owner | None, since: float = NEWEST) -> int:
        """How many personas a list has."""
        found = self._do(
            f"SELECT COUNT(*) FROM personas WHERE {_SEEN} IS NOT NULL"  # noqa: S608 -- constants
            f" AND owner {_listed(owner)}",
            {"since": since},
        )
        return int(found.fetchone()[0])

    def rows(self) -> list[Row]:
        """Every persona, oldest first."""
        found = self._do("SELECT id, owner, record, draft FROM personas WHERE record IS NOT NULL"
                         " ORDER BY seq")  # fmt: skip
        return [
            Row(id_, Owner(owner), decode(record), decode(draft) if draft else None)
            for id_, owner, record, draft in found
        ]

    def ids(self, name_or_id: str) -> list[str]:
        """The ids of the personas with that id or that name, oldest first."""
        found = self._do(
            "SELECT id FROM personas WHERE record IS NOT NULL AND"
            " (id = :asked OR json_extract(record, '$.persona_name') = :asked) ORDER BY seq",
            {"asked": name_or_id},
        )
        return [id_ for (id_,) in found]

    def username_taken(self, username: str, *, besides: str = "") -> bool:
        """Whether another persona has that conferencing username, in any case."""
        found = self._do(
            "SELECT 1 FROM personas WHERE record IS NOT NULL AND id != ?"
            " AND lower(json_extract(record, '$.layers.conferencing.username')) = ?",
            (besides, username.lower()),
        )
        return found.fetchone() is not None

    def new_id(self) -> str:
        """An id nobody has: p and eleven hexadecimal digits."""
        while self.row(persona_id := "p" + token_hex(6)[:11]) is not None:
            continue
        return persona_id

    def insert(self, record: Object, owner: Owner = Owner.USER) -> None:
        """Store a new record under the persona_id in it, in place of one that has it."""
        self._do(
            "INSERT OR REPLACE INTO personas (id, owner, record, changed) VALUES (?, ?, ?, ?)",
            (record["persona_id"], owner, text(record), time.time()),
        )

    def write(self, record: Object) -> None:
        """Store a record in place of the one with its persona_id."""
        self._do(
            "UPDATE personas SET previous = record, record = ?, changed = ? WHERE id = ?",
            (text(record), time.time(), record["persona_id"]),
        )

    def write_draft(self, persona_id: str, draft: Object | None) -> None:
        """Store a draft, or drop it."""
        stored = None if draft is None else text(draft)
        self._do("UPDATE personas SET draft = ? WHERE id = ?", (stored, persona_id))

    def remove(self, persona_id: str) -> None:
        """Delete a persona."""
        now = time.time()
        self._do("DELETE FROM personas WHERE record IS NULL AND changed < ?", (now - _DELETED_FOR,))
        self._do(
            "UPDATE personas SET previous = record, record = NULL, draft = NULL, changed = ?"
            " WHERE id = ?",
            (now, persona_id),
        )

    def new_conversation_id(self) -> str:
        """An id no conversation has: c and fifteen hexadecimal digits."""
        taken = {record["conversation_id"] for record, _ in self.conversations()}
        while (made := "c" + token_hex(8)[:15]) in taken:
            continue
        return made

    def insert_conversation(self, record: Object, persona_id: str, ends: float) -> None:
        """Store a conversation that is active until then, in seconds since 1970."""
        self._do(
            "INSERT INTO conversations (id, persona, record, ends) VALUES (?, ?, ?, ?)",
            (record["conversation_id"], persona_id, text(record), ends),
        )

    def conversations(self) -> list[tuple[Object, float]]:
        """Every conversation and its end, oldest first."""
        found = self._do("SELECT record, ends FROM conversations ORDER BY seq")
        return [(decode(record), ends) for record, ends in found]

    def end_conversation(self, conversation_id: str, at: float) -> None:
        """Let a conversation be over since then."""
        self._do("UPDATE conversations SET ends = ? WHERE id = ?", (at, conversation_id))

    def end_conversations(self, persona_id: str, at: float) -> int:
        """End every conversation with a persona that is active then; how many there were."""
        ended = self._do(
            "UPDATE conversations SET ends = ? WHERE persona = ? AND ends > ?", (at, persona_id, at)
        )
        return int(ended.rowcount)

    def remove_conversation(self, conversation_id: str) -> None:
        """Delete a conversation."""
        self._do("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def switches(self) -> Switches:
        """The switches in force."""
        return from_text(dict(self._do("SELECT name, value FROM switches").fetchall()))

    def set_switch(self, name: str, value: str) -> None:
        """Store a switch, which must be valid."""
        self._do("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))

    def add_fault(self, fault: Fault) -> None:
        """Store a fault."""
        self._do("INSERT INTO faults (fault) VALUES (?)", (json.dumps(asdict(fault)),))

    def faults(self) -> list[Fault]:
        """The faults that still wait for requests."""
        return [fault for _, fault, _ in self._waiting()]

    def _waiting(self) -> list[tuple[int, Fault, int]]:
        found = self._do("SELECT seq, fault, seen FROM faults ORDER BY seq").fetchall()
        return [(seq, Fault(**_arguments(fault)), seen) for seq, fault, seen in found]

    def hits(self, asked: Asked) -> tuple[Hit, ...]:
        """The faults that hit this request; they are counted, and forgotten once used up."""
        hits = []
        for seq, fault, seen in self._waiting():
            if not fault.concerns(asked):
                continue
            count = seen + 1 - fault.skip
            if count >= 1:
                hits.append(Hit(fault, count))
            if fault.times and count >= fault.times:
                self._do("DELETE FROM faults WHERE seq = ?", (seq,))
            else:
                self._do("UPDATE faults SET seen = ? WHERE seq = ?", (seen + 1, seq))
        return tuple(hits)

    def log(self, request: Request) -> None:
        """Note a request; the newest 20,000 are kept."""
        line = (request.method, request.path, request.query, request.status)
        added = self._do(
            "INSERT INTO requests (method, path, query, status) VALUES (?, ?, ?, ?)", line
        )
        if added.lastrowid and added.lastrowid % 1000 == 0:
            self._do("DELETE FROM requests WHERE seq <= ?", (added.lastrowid - KEPT_REQUESTS,))

    def requests(self) -> list[Request]:
        """The newest requests, oldest first."""
        found = self._do(
            "SELECT method, path, query, status FROM requests ORDER BY seq DESC LIMIT ?",
            (KEPT_REQUESTS,),
        ).fetchall()
        return [Request(*line) for line in reversed(found)]

    def clear(self, tables: Iterable[str]) -> None:
        """Empty the tables."""
        for table in tables:
            self._do(f"DELETE FROM {table}")  # noqa: S608 -- names of our own tables


def _arguments(stored: str) -> dict[str, Any]:
    arguments: dict[str, Any] = decode(stored)
    return arguments


def _listed(owner: Owner | None) -> str:
    return "IN ('user', 'system')" if owner is None else f"= '{owner.value}'"
