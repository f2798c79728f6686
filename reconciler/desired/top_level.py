"""The members of a definition in the order of the schema, each with the comments above it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reconciler.core.persona.shape import fields
from reconciler.core.vocabulary import canonical_path
from reconciler.desired.reserved import BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.desired.source import Source

_MODELINE: Final = "yaml-language-server:"
_MERGE: Final = "<<"


def in_schema_order(text: str, source: Source) -> str:
    """The text with its top-level members in order; as it is where two share a line.

    Comments and blank lines go with the member below them. What stands above the first member stays
    at the top: the line for editors, and whatever an empty line separates from the member.
    """
    lines = text.splitlines(keepends=True)
    starts = _starts(source)
    if len(starts) < 2 or len(set(starts.values())) < len(starts):  # noqa: PLR2004 - two, to be in order
        return text
    names = sorted(starts, key=lambda name: starts[name])
    cuts = [_first_line(lines, starts[name]) for name in names]
    cuts[0] = _below_header(lines, cuts[0], starts[names[0]])
    blocks = {
        name: "".join(lines[begin:end])
        for name, (begin, end) in zip(names, pairwise([*cuts, len(lines)]), strict=True)
    }
    ordered = sorted(names, key=_rank)
    if ordered == names:
        return text
    return "".join(lines[: cuts[0]]) + _joined([blocks[name] for name in ordered])


def _starts(source: Source) -> dict[str, int]:
    """Member → the line its key is on, from 0."""
    return {str(at[0]): key.line for at, (key, _) in source.marks.items() if len(at) == 1}


def _first_line(lines: Sequence[str], start: int) -> int:
    """The first of the comments and blank lines right above a key."""
    while start and (not lines[start - 1].strip() or lines[start - 1].startswith("#")):
        start -= 1
    return start


def _below_header(lines: Sequence[str], begin: int, start: int) -> int:
    """Where the first member begins, if only the comments right above it belong to it."""
    while start > begin and lines[start - 1].startswith("#") and _MODELINE not in lines[start - 1]:
        start -= 1
    return start


def _rank(name: str) -> tuple[int, int]:
    if name == _MERGE:
        return 0, 0
    if name == BLOCK:
        return 3, 0
    order = {path: place for place, path in enumerate(fields())}
    place = order.get(canonical_path((name,)))
    return (2, 0) if place is None else (1, place)


def _joined(blocks: Sequence[str]) -> str:
    """One after the other, no blank line above the first."""
    whole = [block if block.endswith("\n") else f"{block}\n" for block in blocks]
    return "".join([whole[0].lstrip("\n"), *whole[1:]])
