"""A field change told in lines: words for scalars, hunks for prose, members for lists."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, dotted, equal, get, walk
from reconciler.core.fields import Compare, field_at
from reconciler.core.same import tools_by_name
from reconciler.report.phrasing import count, plain, printable, secret_words, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Json, Object
    from reconciler.report.phrasing import Paint

CONTEXT: Final = 2
"""Unchanged lines shown around a changed one."""

MANY: Final = 2_000
"""From so many lines on, common lines are ignored when aligning, to stay fast."""

WIDE: Final = 160
"""Longer lines are shown only around what differs."""


def headline(change: FieldChange) -> str:
    """What follows the field's name: the values, or how much of them changes."""
    if change.sensitive:
        return secret_words(change)
    before, after = change.before, change.after
    if change.removes:
        return f"{short(before)} → (not set)"
    if change.adds:
        return short(after)
    if isinstance(before, str) and isinstance(after, str) and _is_prose(before, after):
        return _prose_headline(before, after)
    if isinstance(before, list) and isinstance(after, list):
        more = f" → {len(after):,}" if len(after) != len(before) else ""
        return f"{count(len(before), 'item')}{more}"
    return f"{short(before)} → {short(after)}"


def details(change: FieldChange, paint: Paint = plain) -> Iterator[str]:
    """The lines below the headline; none where the headline says it all."""
    before, after = change.before, change.after
    if change.sensitive or change.adds or change.removes:
        return
    if isinstance(before, str) and isinstance(after, str) and _is_prose(before, after):
        yield from _hunks(before.split("\n"), after.split("\n"), paint)
    elif isinstance(before, list) and isinstance(after, list):
        if field_at(change.path).compare is Compare.TOOLS:
            yield from _tools(before, after, paint)
        else:
            yield from _items(before, after, paint)


def _is_prose(before: str, after: str) -> bool:
    return "\n" in before + after or max(len(before), len(after)) > WIDE // 2


def _prose_headline(before: str, after: str) -> str:
    if before.split() == after.split():
        return "white space only"
    words = len(after.split()) - len(before.split())
    noun = "word" if abs(words) == 1 else "words"
    more = f"{words:+,} {noun}" if words else "same number of words"
    return f"{len(before):,} → {len(after):,} characters, {more}"


def _hunks(before: list[str], after: list[str], paint: Paint) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(before) > MANY)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        yield paint(f"@@ line {group[0][3] + 1}", "dim")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f"  {_cut(line)}".rstrip() for line in before[a:b])
            elif tag == "replace" and b - a == d - c:
                for old, new in zip(before[a:b], after[c:d], strict=True):
                    yield from _pair(old, new, paint)
            else:
                yield from (paint(f"- {_cut(line)}", "remove") for line in before[a:b])
                yield from (paint(f"+ {_cut(line)}", "add") for line in after[c:d])


def _cut(line: str) -> str:
    line = printable(line)
    return line if len(line) <= WIDE else f"{line[:WIDE]}…"


def _pair(old: str, new: str, paint: Paint) -> Iterator[str]:
    """A changed line, cut to the surroundings of what differs where it is long."""
    old, new = printable(old), printable(new)
    if max(len(old), len(new)) > WIDE:
        start = _common(old, new)
        end = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - start)
        old, new = (_window(line, start, len(line) - end) for line in (old, new))
    yield paint(f"- {old}", "remove")
    yield paint(f"+ {new}", "add")


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _window(line: str, start: int, end: int) -> str:
    left, right = max(0, start - 40), min(len(line), end + 40)
    middle = line[left:right]
    if len(middle) > 2 * WIDE:
        middle = f"{middle[:WIDE]} […] {middle[-WIDE:]}"
    return f"{'…' if left else ''}{middle}{'…' if right < len(line) else ''}"


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
