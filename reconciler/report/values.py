"""A field change told in lines: values for scalars, members for lists, passages for prose."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, dotted, equal, get, walk
from reconciler.core.fields import Compare, field_at
from reconciler.core.same import tools_by_name
from reconciler.report.phrasing import count, plain, printable, secret_words, short
from reconciler.report.prose import prose_headline
from reconciler.report.prose_lines import prose_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Json, Object
    from reconciler.core.prose.passage import ProseDiff
    from reconciler.report.phrasing import Paint

WIDTH: Final = 100
"""Columns where nobody says otherwise."""


def headline(change: FieldChange, prose: ProseDiff | None = None) -> str:
    """What follows the field's name: the values, or how much of them changes."""
    if change.sensitive:
        return secret_words(change)
    before, after = change.before, change.after
    if change.removes:
        return f"{short(before)} → (not set)"
    if change.adds:
        return short(after)
    if prose is not None:
        return prose_headline(prose)
    if isinstance(before, list) and isinstance(after, list):
        more = f" → {len(after):,}" if len(after) != len(before) else ""
        return f"{count(len(before), 'item')}{more}"
    return f"{short(before)} → {short(after)}"


def details(
    change: FieldChange, prose: ProseDiff | None = None, paint: Paint = plain, width: int = WIDTH
) -> Iterator[str]:
    """The lines below the headline; none where the headline says it all.

    prose is what prose_of() makes of the change; width the columns that its lines may take.
    """
    before, after = change.before, change.after
    if prose is not None:
        yield from prose_lines(prose, paint, width)
    elif change.sensitive or change.adds or change.removes:
        return
    elif isinstance(before, list) and isinstance(after, list):
        if field_at(change.path).compare is Compare.TOOLS:
            yield from _tools(before, after, paint)
        else:
            yield from _items(before, after, paint)


def _items(before: list[Json], after: list[Json], paint: Paint) -> Iterator[str]:
    old, new = [short(item) for item in before], [short(item) for item in after]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield from (paint(f"- {item}", "remove") for item in old[a:b])
            yield from (paint(f"+ {item}", "add") for item in new[c:d])


def _tools(before: list[Json], after: list[Json], paint: Paint) -> Iterator[str]:
    old, new = tools_by_name(before), tools_by_name(after)
    if old is None or new is None:
        yield from _items(before, after, paint)
        return
    for name in old.keys() - new.keys():
        yield paint(f"- {printable(name)}", "remove")
    for name, tool in new.items():
        if name not in old:
            yield paint(f"+ {printable(name)}", "add")
        elif not equal(old[name], tool):
            yield paint(f"~ {printable(name)}", "change")
            yield from (f"    {line}" for line in _members(old[name], tool, paint))
    if list(old) != list(new) and old.keys() == new.keys():
        yield "(order changed)"


def _members(before: Object, after: Object, paint: Paint) -> Iterator[str]:
    old, new = dict(walk(before)), dict(walk(after))
    for path in sorted(old.keys() | new.keys()):
        have, want = get(before, path), get(after, path)
        if equal(have, want):
            continue
        name = printable(dotted(path))
        if want is ABSENT:
            yield paint(f"- {name}: {short(have)}", "remove")
        elif have is ABSENT:
            yield paint(f"+ {name}: {short(want)}", "add")
        else:
            yield f"{paint('~', 'change')} {name}: {short(have)} → {short(want)}"
