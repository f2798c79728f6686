"""What one text on a code host is found again by: a hidden first line, and the run that wrote it.

A comment or an issue is ours where it begins with the marker and was written by us. The second
line tells which run wrote it, so that a slow run does not lay an old text over a newer one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_RUN: Final = re.compile(r"<!-- run ([0-9]{1,18})\.([0-9]{1,9}) -->")


@dataclass(frozen=True, slots=True)
class Sticky:
    """Identity and age of a text."""

    marker: str
    order: tuple[int, int] = (0, 0)
    """Number of the run and of its attempt; both grow with time."""

    @property
    def head(self) -> str:
        """The hidden lines that such a text begins with."""
        return f"{self.marker}\n<!-- run {self.order[0]}.{self.order[1]} -->\n"

    def marks(self, body: str) -> bool:
        """Whether a text begins with the marker."""
        return _lines(body)[0] == self.marker

    def is_older_than(self, body: str) -> bool:
        """Whether a later run wrote that text."""
        return self.order < order_of(body)


def marker(kind: str, environment: str, directory: str = "") -> str:
    """The hidden line for one kind of text, environment and project directory.

    Names are written so that none can end the comment or be taken for another pair of names.
    """
    names = (kind, environment, *([directory] if directory else []))
    return f"<!-- persona-reconciler:{':'.join(map(_name, names))} -->"


def order_of(body: str) -> tuple[int, int]:
    """The run that wrote a text; (0, 0) where it does not say."""
    lines = _lines(body)
    found = _RUN.fullmatch(lines[1]) if len(lines) > 1 else None
    return (int(found[1]), int(found[2])) if found else (0, 0)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same to a host that rewrites line ends."""
    return _lines(one) == _lines(other)


def _lines(body: str) -> list[str]:
    return body.replace("\r\n", "\n").strip().split("\n")


def _name(name: str) -> str:
    return quote(name, safe="/._").replace("--", "%2D%2D")
