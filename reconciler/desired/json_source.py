"""JSON text to plain values with places."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NoReturn

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.desired.scalars import Surprise, finite, integer
from reconciler.desired.source import (
    DEEPEST,
    MOST_PROBLEMS,
    MOST_VALUES,
    Position,
    Source,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json
    from reconciler.desired.source import At, Mark

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}:,]|[^][{}:,"\s]+')
_HINTS: Final = {
    "Expecting property name enclosed in double quotes": "Put names in double quotes; JSON has "
    "neither comments nor a comma after the last member",
    "Illegal trailing comma before end of object": "Remove the comma",
    "Illegal trailing comma before end of array": "Remove the comma",
    "Expecting ',' delimiter": "Add a comma, or close the list or object",
    "Expecting ':' delimiter": "Add a colon after the name",
    "Expecting value": "Write a value; text stands in double quotes",
    "Unterminated string starting at": "Add the closing quote",
    "Extra data": "Keep one value per file",
    "Invalid control character at": "Write a line end in text as \\n, a tab as \\t",
}


class _RefusedError(Exception):
    """A number that cannot be used: as written, and why."""

    def __init__(self, literal: str, surprise: Surprise) -> None:
        super().__init__()
        self.literal = literal
        self.surprise = surprise


def read_json(text: str, file: str) -> Source:
    """The value in text. Keys written twice are among the problems of the Source.

    Raises DefinitionError where the text is no JSON or is beyond DEEPEST or MOST_VALUES.
    """
    value = _loaded(text, file)
    scan = _Scan(text, file)
    scan.run()
    outer_first = tuple(sorted(scan.directives, key=len))
    return Source(file, value, scan.marks, outer_first, problems=tuple(scan.problems))


def _loaded(text: str, file: str) -> Json:
    try:
        value = json.loads(text, parse_int=_int, parse_float=_float, parse_constant=_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as problem:
        place = Place(file, problem.lineno, problem.colno)
        words = problem.msg.removesuffix(" at")
        detail = f"{words[0].lower()}{words[1:]}"
        hint = _HINTS.get(problem.msg, "")
        raise unreadable("This is not valid JSON", detail, place, hint) from None
    except RecursionError:
        raise _too_deep(Place(file)) from None
    except _RefusedError as problem:
        place = _place_of(problem.literal.__eq__, text, file)
        raise unreadable(problem.surprise.summary, problem.surprise.detail, place) from None
    except UnicodeEncodeError:
        summary = "A \\u escape stands for half a character"
        place = _place_of(_is_half, text, file)
        raise unreadable(summary, "", place, "Write the character itself") from None
    return value


def _too_deep(place: Place) -> Exception:
    return unreadable("The values nest too deeply", f"more than {DEEPEST} levels", place)


def _int(text: str) -> int:
    return value if isinstance(value := integer(text), int) else _refuse(text, value)


def _float(text: str) -> float:
    return value if isinstance(value := finite(text), float) else _refuse(text, value)


def _constant(text: str) -> NoReturn:
    _refuse(text, Surprise(f"{text} is not a JSON number", "numbers must be finite"))


def _refuse(literal: str, surprise: Surprise) -> NoReturn:
    raise _RefusedError(literal, surprise)


def _is_half(piece: str) -> bool:
    try:
        str(json.loads(piece)).encode()
    except UnicodeEncodeError:
        return True
    return False


def _place_of(is_it: Callable[[str], bool], text: str, file: str) -> Place:
    pieces = (found for found in _PIECE.finditer(text) if found[0] not in "{}[]:,")
    at = next(found.start() for found in pieces if is_it(found[0]))
    return Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


class _Scan:
    """One pass over the pieces of text that is known to be valid JSON."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.marks: dict[At, tuple[Mark, Mark]] = {}
        self.directives: set[At] = set()
        self.problems: list[Diagnostic] = []
        self.around: list[At] = []
        """The paths of the open containers."""
        self.at: At = ()
        """Where the next value goes."""
        self.key: Mark | None = None
        """Where its key stands, once that was read."""

    def run(self) -> None:
        for found in _PIECE.finditer(self.text):
            piece = found[0]
            if piece in {"}", "]"}:
                self.at = self.around.pop()
            elif piece == ",":
                self._next()
            elif piece != ":":
                self._key_or_value(piece, self._position(found.start()))

    def _next(self) -> None:
        last = self.at[-1]
        self.at = (*self.at[:-1], last + 1) if isinstance(last, int) else (*self.at[:-1], "")

    def _key_or_value(self, piece: str, here: Mark) -> None:
        if self.at and isinstance(self.at[-1], str) and self.key is None:
            self._name(json.loads(piece), here)
            return
        self.marks[self.at] = (self.key or here, here)
        self.key = None
        if len(self.marks) > MOST_VALUES:
            raise unreadable(
                "The file holds too many values", f"more than {MOST_VALUES}", Place(self.file)
            )
        if piece in {"{", "["}:
            self._open("" if piece == "{" else 0, here)

    def _open(self, first: str | int, here: Mark) -> None:
        self.around.append(self.at)
        self.at = (*self.at, first)
        if len(self.at) > DEEPEST:
            raise _too_deep(Place(self.file, here.line + 1, here.column + 1))

    def _name(self, name: str, here: Mark) -> None:
        self.at, self.key = (*self.at[:-1], name), here
        if name.startswith("$"):
            self.directives.add(self.at[:-1])
        if (first := self.marks.get(self.at)) is not None and len(self.problems) < MOST_PROBLEMS:
            place = Place(self.file, here.line + 1, here.column + 1)
            detail = f"«{name}» stands on line {first[0].line + 1} already"
            self.problems.append(
                error("A key is written twice", detail, place, "Keep one of the two")
            )

    def _position(self, offset: int) -> Position:
        line = bisect_right(self.lines, offset) - 1
        return Position(line, offset - self.lines[line])
