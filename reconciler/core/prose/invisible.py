"""What nobody sees in a text: the white space that folds away, and characters without a shape."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINERS: Final = "\u200c\u200d"
"""Have no shape of their own, but change that of their neighbours (Persian, Hindi, emoji)."""
_FORMAT: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_ODD: Final = re.compile(
    "[\t\r\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    f"|{_FORMAT.pattern}"
)
_RUN: Final = re.compile(r"(?<=\S)  +(?=\S)")


def collapsed(text: str) -> str:
    """The text with every run of white space as one space: equal where only wrapping differs."""
    return " ".join(text.split())


def visible(text: str) -> str:
    """What is seen of a text: equal where no reader could tell two texts apart."""
    if text.isascii():
        return collapsed(text)
    return collapsed(_FORMAT.sub("", unicodedata.normalize("NFC", text)))


def is_rewrapped(before: str, after: str) -> bool:
    """Whether two texts of equal words break their lines at other words."""
    return [len(line.split()) for line in before.strip().split("\n")] != [
        len(line.split()) for line in after.strip().split("\n")
    ]


def invisible_note(before: str, after: str) -> str:
    """What differs in two texts that look the same, characters as escapes."""
    old, new = _features(before), _features(after)
    told = [
        f"{name}: {old[name]:,} → {new[name]:,}"
        for name in dict.fromkeys((*old, *new))
        if old[name] != new[name]
    ]
    return ", ".join(told) or "white space stands elsewhere"


def _features(text: str) -> Counter[str]:
    """Name of something invisible → how often it is there."""
    found = Counter(
        {
            "line ends with spaces": sum(
                line != line.rstrip() for line in text.replace("\r\n", "\n").split("\n")
            ),
            "runs of spaces": len(_RUN.findall(text)),
            "line breaks": text.strip().count("\n"),
            "line breaks after it": len(text) - len(text.rstrip("\n")),
        }
    )
    found.update(_names(text))
    if unicodedata.normalize("NFC", text) != text:
        found["letters in decomposed form"] += 1
    return found


def _names(text: str) -> Iterator[str]:
    for character in _ODD.findall(text):
        escape = character.encode("unicode_escape").decode()
        name = unicodedata.name(character, "").lower()
        yield f"{escape} ({name})" if name else escape
