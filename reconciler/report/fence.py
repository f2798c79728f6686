"""Fenced code in Markdown: the one place where text from outside may stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.report.phrasing import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_TICKS: Final = re.compile("`+")
_SHORTEST: Final = 3


def fenced(lines: Iterable[str], language: str = "text") -> str:
    """The lines in a fence that is longer than any in them, control characters as escapes."""
    safe = [printable(line).rstrip() for line in lines]
    longest = max((len(ticks) for line in safe for ticks in _TICKS.findall(line)), default=0)
    fence = "`" * max(_SHORTEST, longest + 1)
    return "\n".join([f"{fence}{language}", *safe, fence])
