"""A question about the service whose answer changes what the tool, or the emulator, does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = bool | int | str | tuple[str, ...]
"""An answer: on or off, a number, one of a few words, or several of them."""


class Confidence(StrEnum):
    """How an answer is known."""

    DOCUMENTED = "documented"
    """The vendor's pages or contract say so."""
    SEEN = "seen"
    """Seen in real answers, by others or by a probe."""
    OFFICIAL_CODE = "official-code"
    """The vendor's own programs rely on it."""
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    """Nobody says; the answer is the one that is safe whichever is true."""


def as_json(value: Value) -> bool | int | str | list[str]:
    """An answer as JSON and YAML have it."""
    return list(value) if isinstance(value, tuple) else value


def in_words(value: Value) -> str:
    """An answer as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) if isinstance(value, tuple) else str(value)) or "none"


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the table."""

    id: str
    """As in profiles, and the name of the emulator's switch for it."""
    asks: str
    """The question, in words."""
    values: Sequence[bool | int | str]
    """The answers there are; empty for any number, text or list, as the default is."""
    default: Value
    """The answer of the shipped profile."""
    confidence: Confidence
    source: str
    """Where the default comes from."""
    effect: str
    """What the tool does differently with another answer; «nothing: …» where it is always safe."""
    date: str = ""
    """Since when the default is the answer, year or year-month; empty where nobody says."""
    probeable: bool = True
    """Whether an API key alone can settle it."""

    def accepts(self, value: object) -> bool:
        """Whether the value can be an answer."""
        if self.values:
            return any(value == known and type(value) is type(known) for known in self.values)
        if isinstance(self.default, tuple):
            return isinstance(value, tuple) and all(isinstance(word, str) for word in value)
        if isinstance(self.default, int):
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return isinstance(value, str)
