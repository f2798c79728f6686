"""Words, counts and short values shared by every rendering."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Final, Protocol

from reconciler.core.action import Action
from reconciler.core.document import ABSENT, dotted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.plan import Plan

SHORT: Final = 72
"""Characters of a value shown within a line."""


class Paint(Protocol):
    """Colours a piece of text for its role, or leaves it as it is."""

    def __call__(self, text: str, role: str) -> str:
        """Role: add, remove, change, warn, error, dim or strong."""


def plain(text: str, role: str) -> str:
    """The Paint that leaves text as it is."""
    del role
    return text


_WORDS: Final[Mapping[Action, tuple[str, str]]] = {
    Action.CREATE: ("to create", "to create"),
    Action.ADOPT: ("to adopt", "to adopt"),
    Action.UPDATE: ("to update", "to update"),
    Action.DELETE: ("to delete", "to delete"),
    Action.NO_OP: ("unchanged", "unchanged"),
    Action.ORPHAN: ("orphan kept", "orphans kept"),
    Action.CONFLICT: ("conflict", "conflicts"),
}


def summary_line(plan: Plan) -> str:
    """«Plan: 3 to create, 1 to update, 41 unchanged.», with the counts that are not zero."""
    counts = plan.summary
    parts = [
        f"{counts[a]:,} {one if counts[a] == 1 else many}"
        for a, (one, many) in _WORDS.items()
        if counts[a]
    ]
    if plan.leftovers:
        parts.append(f"{count(len(plan.leftovers), 'leftover')} to delete")
    if not plan.has_changes:
        parts.insert(0, "nothing to do")
    return f"Plan: {', '.join(parts)}."


def authors_path(path: Path, spellings: Mapping[Path, Path]) -> Path:
    """A canonical path as its author writes it."""
    for length in range(len(path), 0, -1):
        if (own := spellings.get(path[:length])) is not None:
            return (*own, *path[length:])
    return path


def spelled(path: Path, spellings: Mapping[Path, Path]) -> str:
    """A canonical path as its author writes it, dotted, safe to print."""
    return printable(dotted(authors_path(path, spellings)))


def count(number: int, noun: str) -> str:
    """«1 field», «2 fields»."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a paragraph; a word that is too long stays whole, so that it can be copied."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def short(value: Json | Absent) -> str:
    """A value within a line: compact JSON, cut in the middle of nothing, with its true size."""
    if value is ABSENT or value is None:
        return "(not set)"
    if isinstance(value, str) and ("\n" in value or len(value) > SHORT):
        first = printable(value.strip().partition("\n")[0])
        cut = first if len(first) <= SHORT else first[: SHORT - 1].rstrip() + "…"
        lines = value.count("\n") + 1
        size = f"{lines:,} lines, " if lines > 1 else ""
        return f"“{cut}” ({size}{len(value):,} characters)"
    text = printable(json.dumps(value, ensure_ascii=False))
    if len(text) <= SHORT:
        return text
    if isinstance(value, list):
        return f"({count(len(value), 'item')})"
    if isinstance(value, dict):
        return f"({count(len(value), 'member')})"
    return text[: SHORT - 1] + "…"


def printable(text: str) -> str:
    """Text without anything that a terminal would obey: control characters become escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def secret_words(change: FieldChange) -> str:
    """What may be said of a sensitive field: that it changes, not from what to what."""
    if change.adds:
        return "(sensitive, new)"
    return "(sensitive, removed)" if change.removes else "(sensitive, changed)"


def patch_size(patches: tuple[tuple[Object, ...], ...]) -> tuple[int, int]:
    """Operations and bytes, as compact UTF-8 JSON, of what will be sent."""
    text = [json.dumps(patch, ensure_ascii=False, separators=(",", ":")) for patch in patches]
    return sum(map(len, patches)), sum(len(t.encode("utf-8", "surrogatepass")) for t in text)


def diagnostic_lines(diagnostic: Diagnostic, paint: Paint = plain) -> list[str]:
    """A diagnostic as people read it: place, severity, summary, detail; below it what to do."""
    role = "error" if diagnostic.is_error else "warn"
    place = f"{printable(str(diagnostic.place))}: " if diagnostic.place else ""
    detail = f": {diagnostic.detail}" if diagnostic.detail else ""
    code = f" {diagnostic.rule.code}" if diagnostic.rule else ""
    word = paint(f"{diagnostic.severity}{code}", role)
    lines = [f"{paint(place, 'strong')}{word}: {printable_lines(diagnostic.summary + detail)}"]
    lines += [paint(f"    through {printable(str(via))}", "dim") for via in diagnostic.via]
    if diagnostic.hint:
        lines.append(paint(f"    {printable_lines(diagnostic.hint)}", "dim"))
    return lines


def verdict_line(found: Sequence[Diagnostic], definitions: int, paint: Paint = plain) -> str:
    """«12 definitions, 1 error, 2 warnings: not valid»."""
    errors = sum(diagnostic.is_error for diagnostic in found)
    warnings = len(found) - errors
    counts = [count(definitions, "definition")]
    counts += [count(errors, "error")] if errors else []
    counts += [count(warnings, "warning")] if warnings else []
    verdict = paint("valid", "add") if not errors else paint("not valid", "error")
    return f"{', '.join(counts)}: {verdict}"


def printable_lines(text: str) -> str:
    """printable(), line by line."""
    return "\n".join(map(printable, text.split("\n")))
