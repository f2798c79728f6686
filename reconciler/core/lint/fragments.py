"""PR601: fragments that lie there and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.diagnostics import Diagnostic, Place, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def unused_fragments(known: Iterable[str], used: Collection[str]) -> list[Diagnostic]:
    """A finding per known file that is not among the used ones, both by their shown names."""
    return [
        warning(
            "No definition includes this file",
            "",
            Place(file),
            "Include it with {$file: …}, extend it, or delete it",
            rule=Rule.UNUSED_FRAGMENT,
        )
        for file in known
        if file not in used
    ]
