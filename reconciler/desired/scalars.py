"""Plain YAML scalars by the rules of YAML 1.2; what version 1.1 reads differently is refused."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reconciler.core.document import Json

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_SWITCHES: Final = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), "false"),
}

NOT_TEXT: Final = frozenset("0123456789+-.~nNtTfFyYoO")
"""First characters of the scalars that can be something other than text."""

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER: Final = 64


@dataclass(frozen=True, slots=True)
class Surprise:
    """A scalar that not every program reads alike.

    It never holds the scalar itself, which may be a secret without quotes; only the words for on
    and off are shown.
    """

    summary: str
    detail: str
    hint: str = "Put quotes around it if text is meant"


_SURPRISES: Final = tuple(
    (re.compile(pattern), Surprise(f"{kind} without quotes is ambiguous", detail))
    for pattern, kind, detail in (
        (
            r"[-+]?0[0-9_]+(?:\.[0-9]*)?",
            "A number with a leading zero",
            "some programs read it as octal",
        ),
        (
            r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)",
            "A hexadecimal, octal or binary number",
            "programs disagree whether it is a number or text",
        ),
        (
            r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?",
            "A number with underscores",
            "some programs read it as a number, others as text",
        ),
        (
            r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?",
            "A time",
            "some programs read it as a number in base 60",
        ),
        (
            r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*)?",
            "A date",
            "some programs read it as a date object",
        ),
    )
)

_NOT_FINITE: Final = Surprise(
    "A number must be finite",
    "infinity and not-a-number do not exist in JSON",
)
_TOO_LONG: Final = Surprise(
    "A number is too long",
    f"more than {_LONGEST_NUMBER} characters",
)
_INFINITIES: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def plain(text: str) -> Json | Surprise:
    """The value of a scalar written without quotes, or why it is not accepted."""
    if text and text[0] not in NOT_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text in _SWITCHES:
        return _switch(text)
    return _number(text) if text[0] in "0123456789+-." else text


def _number(text: str) -> Json | Surprise:
    if _INTEGER.fullmatch(text):
        return integer(text)
    if _FLOAT.fullmatch(text):
        return finite(text)
    if _INFINITIES.fullmatch(text):
        return _NOT_FINITE
    return next((found for pattern, found in _SURPRISES if pattern.fullmatch(text)), text)


def finite(text: str) -> float | Surprise:
    """The number a decimal literal stands for; a Surprise where it is beyond what JSON carries."""
    if len(text) > _LONGEST_NUMBER:
        return _TOO_LONG
    number = float(text)
    return number if math.isfinite(number) else _NOT_FINITE


def integer(text: str) -> int | Surprise:
    """The number an integer literal stands for; a Surprise where it is absurdly long."""
    return int(text) if len(text) <= _LONGEST_NUMBER else _TOO_LONG


def _switch(text: str) -> Surprise:
    return Surprise(
        f"«{text}» without quotes is ambiguous",
        f"some programs read it as {_SWITCHES[text]}, others as text",
        f'Write "{text}" for the word, or {_SWITCHES[text]}',
    )
