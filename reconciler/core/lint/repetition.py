"""PR204: a part of a prompt that was pasted in twice."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.lint.texts import PROMPTS, Text, texts_at
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.persona.subject import Subject

_LEAST: Final = 200
"""Characters of a repetition that is worth a word; less is often a refrain."""
_LONG_LINE: Final = 2 * _LEAST
"""A line so long can hold a repetition by itself, so it is taken sentence by sentence."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


class _Piece(NamedTuple):
    """A line, or a sentence of a long one."""

    text: str
    offset: int


def pasted_twice(subject: Subject) -> Iterator[Problem]:
    """The longest repetition of each prompt; the others show once that one is gone."""
    for text in texts_at(subject, PROMPTS):
        if _may_repeat(text.value) and (found := _longest(_pieces(text.value))):
            yield _problem(subject, text, *found)


def _may_repeat(text: str) -> bool:
    """Whether a closer look is worth its time: some line is there twice, or very long."""
    lines = text.split("\n")
    written = len(lines) - lines.count("")
    return len(text) >= 2 * _LEAST and (
        len({*lines, ""}) <= written or len(max(lines, key=len)) >= _LONG_LINE
    )


def _pieces(text: str) -> list[_Piece]:
    pieces, start = [], 0
    for line in text.split("\n"):
        parts = _sentences(line, start) if len(line) >= _LONG_LINE else [_Piece(line, start)]
        pieces += [_Piece(piece.text.strip(), piece.offset) for piece in parts]
        start += len(line) + 1
    return [piece for piece in pieces if piece.text]


def _sentences(line: str, start: int) -> list[_Piece]:
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(line)), len(line)]
    return [_Piece(line[a:b], start + a) for a, b in pairwise(cuts)]


def _longest(pieces: list[_Piece]) -> tuple[_Piece, _Piece, int] | None:
    """First piece of the earlier and of the later one, and the characters they share."""
    first: dict[str, int] = {}
    best: tuple[_Piece, _Piece, int] | None = None
    later = 0
    while later < len(pieces):
        earlier = first.setdefault(pieces[later].text, later)
        if earlier == later:
            later += 1
            continue
        length, size = _shared(pieces, earlier, later)
        if size >= _LEAST and (best is None or size > best[2]):
            best = (pieces[earlier], pieces[later], size)
        later += length
    return best


def _shared(pieces: list[_Piece], earlier: int, later: int) -> tuple[int, int]:
    length = size = 0
    while (
        later + length < len(pieces)
        and earlier + length < later
        and pieces[earlier + length].text == pieces[later + length].text
    ):
        size += len(pieces[later + length].text)
        length += 1
    return length, size


def _problem(subject: Subject, text: Text, earlier: _Piece, later: _Piece, size: int) -> Problem:
    line = text.value.count("\n", 0, earlier.offset) + 1
    return warning(
        text.spot,
        Rule.PASTED_TWICE,
        "A part of the prompt stands there twice",
        f"{size:,} characters of {subject.name(text.spot)}, first in line {line} of the text",
        "Keep one of the two",
        offset=later.offset,
    )
