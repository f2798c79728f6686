"""A text in blocks: headings, paragraphs, list items, table rows and fenced code, line by line.

Prompts are prose that borrows from Markdown, not documents that render: every line belongs to a
block whatever it looks like, and the blocks joined are the text again. So this is a scanner of
lines and no parser of CommonMark, which has no line for much of what people write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG: Final = 1_500
"""Characters of a paragraph that is too long to be told as one piece."""

_HEADING: Final = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>.*?))?[ \t]*#*[ \t]*$")
_BOLD_LINE: Final = re.compile(r" {0,3}\*\*(?P<title>[^*]+?):?\*\*:?[ \t]*$")
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+•]|\d{1,9}[.)])[ \t]+")
_ROW: Final = re.compile(r"[ \t]*\|")
_SENTENCE_END: Final = re.compile(
    r"[.!?\u2026][\"'\u201d\u2019)\]*_]*\s+(?=\S)|(?<=[\u3002\uff01\uff1f])(?=\S)"
)

_LONGEST_HEADING: Final = 200
"""Characters; a longer line is a prompt on one line, whatever it starts with."""

_BOLD_LEVEL: Final = 7
"""A line that is nothing but bold heads a section, below all real headings."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text: its raw characters, blank lines after it included."""

    text: str
    line: int
    """Its first line, counted from 1."""
    section: int
    """Number of the section it stands in, in order; 0 before the first heading."""
    heads: bool = False
    """Whether it is the heading of its section."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in blocks. Joined, the blocks are the text."""

    blocks: tuple[Block, ...]
    titles: tuple[str, ...]
    """Title of each section: the headings above it and its own, «Tone > Words»; first «»."""

    @property
    def sections(self) -> int:
        """How many sections there are; the text before the first heading counts as one."""
        headings = len(self.titles) - 1
        return headings + any(block.section == 0 for block in self.blocks)


def in_blocks(text: str, *, by_sentence: bool = False) -> Text:
    """The blocks of a text; paragraphs are taken apart further where by_sentence is set."""
    reader = _Reader()
    for lines in _pieces(text.splitlines(keepends=True) if "\r" in text else _lines(text)):
        reader.take(lines, by_sentence=by_sentence)
    return Text(tuple(reader.blocks), tuple(reader.titles))


def in_one_block(text: str) -> Text:
    """The text as a single block without a section."""
    return Text((Block(text, 1, 0),), ("",))


def has_long_paragraph(text: str) -> bool:
    """Whether some paragraph is too long to be told as one piece."""
    # No block goes over a blank line, so most texts need not be taken apart for this.
    if max(map(len, text.split("\n\n"))) <= LONG:
        return False
    return any(len(block.text) > LONG for block in in_blocks(text).blocks)


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _pieces(lines: list[str]) -> Iterator[list[str]]:
    """Lines that belong together, blank lines after them included."""
    at = 0
    while at < len(lines):
        end = _end(lines, at)
        while end < len(lines) and not lines[end].strip():
            end += 1
        yield lines[at:end]
        at = end


def _end(lines: list[str], start: int) -> int:
    """Where the block that starts there ends, blank lines not counted."""
    if fence := _FENCE.match(lines[start]):
        return _fence_end(lines, start, fence["fence"])
    if not lines[start].strip() or _stands_alone(lines[start]):
        return start + 1
    end = start + 1
    while end < len(lines) and (line := lines[end].strip()):
        # Most lines begin with a letter, and then they only go on.
        if not line[0].isalpha():
            if _UNDERLINE.match(lines[end]):
                return end + 1
            if _stands_alone(lines[end]) or _ITEM.match(lines[end]) or _FENCE.match(lines[end]):
                break
        end += 1
    return end


def _fence_end(lines: list[str], start: int, fence: str) -> int:
    for end in range(start + 1, len(lines)):
        closing = lines[end].strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return end + 1
    return len(lines)


def _stands_alone(line: str) -> bool:
    return bool(_ROW.match(line) or _heading([line]))


def _heading(lines: list[str]) -> tuple[int, str] | None:
    """Level and title where the lines are a heading."""
    if len(lines[0]) > _LONGEST_HEADING:
        return None
    if found := _HEADING.match(lines[0].rstrip("\r\n")):
        return len(found["marks"]), (found["title"] or "").strip()
    if found := _BOLD_LINE.match(lines[0].rstrip("\r\n")):
        return _BOLD_LEVEL, found["title"].strip()
    if len(lines) > 1 and _UNDERLINE.match(lines[1]) and not _ITEM.match(lines[0]):
        return (1 if "=" in lines[1] else 2), lines[0].strip()
    return None


class _Reader:
    """Takes pieces in order and knows the headings above them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.titles = [""]
        self._above: list[tuple[int, str]] = []
        self._line = 1

    def take(self, lines: list[str], *, by_sentence: bool) -> None:
        """Turn a piece into a block, or into one for each sentence."""
        heading = _heading(lines)
        if heading is not None:
            level, title = heading
            self._above = [above for above in self._above if above[0] < level]
            self._above.append((level, title))
            self.titles.append(" > ".join(title for _, title in self._above if title))
        text = "".join(lines)
        whole = heading is not None or not by_sentence or bool(_FENCE.match(text))
        for part in (text,) if whole else _sentences(text):
            section = len(self.titles) - 1
            self.blocks.append(Block(part, self._line, section, heads=heading is not None))
            self._line += part.count("\n")


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for found in _SENTENCE_END.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]
