"""A problem of a document before anybody knows in which file it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.diagnostics import Severity

if TYPE_CHECKING:
    from reconciler.core.rulebook import Rule

Spot: TypeAlias = tuple[str | int, ...]
"""Canonical member names and list positions (from 0) from the root of a document down."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where in the document, and what to do."""

    path: Spot
    """The member at fault; the object around it where the member is missing."""
    severity: Severity
    summary: str
    """A sentence without names or values the user chose."""
    detail: str = ""
    """The particulars, in the author's vocabulary, never with a secret."""
    hint: str = ""
    """What to do."""
    rule: Rule | None = None
    """The lint rule that found it; None for an error of the document itself."""
    offset: int | None = None
    """The character of the text at path that it is about, where it is about one."""


def error(path: Spot, summary: str, detail: str = "", hint: str = "") -> Problem:
    """A Problem that stops the run."""
    return Problem(path, Severity.ERROR, summary, detail, hint)


def warning(
    path: Spot,
    rule: Rule,
    summary: str,
    detail: str = "",
    hint: str = "",
    *,
    offset: int | None = None,
) -> Problem:
    """A Problem that does not stop the run, unless its rule is switched to do so."""
    return Problem(path, Severity.WARNING, summary, detail, hint, rule, offset)
