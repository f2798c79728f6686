"""The names of throw-away things: whose they are and until when, in letters that survive.

Some routes put spaces in place of punctuation, so a mark is made of letters, digits and single
spaces only, and stands at the start of a name. Names that take no spaces have underscores there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_MARK: Final = re.compile(
    r"zzprobe(?P<gap>[ _])(?P<run>[0-9a-f]{10})(?P=gap)until(?P=gap)(?P<until>[0-9]{8})"
    r"(?![0-9A-Za-z])"
)
_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """What a name says about a throw-away thing."""

    run: str
    """Ten hexadecimal digits."""
    until: date
    """The last day on which its probe may still be running."""

    @classmethod
    def new(cls, random: bytes, today: date) -> Mark:
        """A mark made of five random bytes."""
        return cls(random[:5].hex(), today + timedelta(days=_DAYS))

    def __str__(self) -> str:
        return f"zzprobe {self.run} until {self.until:%Y%m%d}"

    @property
    def word(self) -> str:
        """The mark where a name is one word of letters, digits and underscores."""
        return str(self).replace(" ", "_")

    def has_expired(self, today: date) -> bool:
        """Whether nobody can need the thing any more."""
        return self.until < today


def mark_of(name: object) -> Mark | None:
    """The mark that a name starts with, in either spelling; None where it has none."""
    found = _MARK.match(name) if isinstance(name, str) else None
    if found is None:
        return None
    try:
        return Mark(found["run"], date.fromisoformat(found["until"]))
    except ValueError:
        return None


def without_marks(text: str) -> str:
    """The text with every mark in it made the same, whichever run it is of."""
    return _MARK.sub(r"zzprobe\g<gap>0000000000\g<gap>until\g<gap>20000101", text)
