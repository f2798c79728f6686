"""The one table of everything that is neither persona nor conversation."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from reconciler.sandbox.calls import decode, encode

if TYPE_CHECKING:
    from sqlite3 import Connection

    from reconciler.core.document import Object

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS resources (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  record BLOB NOT NULL);
"""


class Shelves:
    """A shelf for each kind of resource, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._do = connection.execute

    def all(self, kind: str) -> list[tuple[str, Object]]:
        """Id and record of everything of a kind, oldest first."""
        found = self._do("SELECT id, record FROM resources WHERE kind = ? ORDER BY seq", (kind,))
        return [(id_, decode(record)) for id_, record in found]

    def get(self, kind: str, id_: str) -> Object | None:
        """One record; None where nothing of the kind has the id."""
        found = self._do("SELECT record FROM resources WHERE kind = ? AND id = ?", (kind, id_))
        row = found.fetchone()
        return decode(row[0]) if row else None

    def new_id(self, letter: str) -> str:
        """An id nobody has: a letter and twelve hexadecimal digits."""
        while True:
            made = letter + token_hex(6)
            if not self._do("SELECT 1 FROM resources WHERE id = ?", (made,)).fetchone():
                return made

    def insert(self, kind: str, id_: str, record: Object) -> None:
        """Store a new record."""
        row = (id_, kind, encode(record))
        self._do("INSERT INTO resources (id, kind, record) VALUES (?, ?, ?)", row)

    def write(self, id_: str, record: Object) -> None:
        """Store a record in place of the one with that id."""
        self._do("UPDATE resources SET record = ? WHERE id = ?", (encode(record), id_))

    def remove(self, id_: str) -> None:
        """Delete one."""
        self._do("DELETE FROM resources WHERE id = ?", (id_,))
