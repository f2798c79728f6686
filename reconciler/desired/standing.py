"""Where in the files a value stands: followed from a file through every `$file` on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import without
from reconciler.desired.disk import JSON, YAML, suffix_of
from reconciler.desired.editing import edited_yaml
from reconciler.desired.markdown import parts_of
from reconciler.desired.members import value_of
from reconciler.desired.origins import Origins
from reconciler.desired.reserved import BLOCK
from reconciler.desired.spelling import canonical
from reconciler.desired.text import read_text

if TYPE_CHECKING:
    import pathlib

    from reconciler.core.document import Absent, Json, Object
    from reconciler.desired.source import At

_PROMPT: Final[At] = ("system_prompt",)


@dataclass(frozen=True, slots=True)
class Standing:
    """The file and the path in it where one value is written."""

    file: str
    """Relative to the project."""
    at: At
    directive: str = ""
    """`$env` or `$var` where the value is not written but referred to."""
    name: str = ""
    """Of the variable."""
    is_fragment: bool = False


class Texts:
    """The texts of files while they are being edited; nothing is written."""

    def __init__(self, base: pathlib.Path, root: str) -> None:
        self.before: dict[str, str] = {}
        self.now: dict[str, str] = {}
        self._base = base
        self._root = root

    def standing(self, file: str, at: At) -> Standing:
        """Where the value at a path of a file stands. Raises DefinitionError, for a bad file."""
        return self._followed(self._value(file), file, at, is_fragment=False)

    def own(self, file: str) -> Object:
        """The members of a file as they are written, without the `reconcile` block."""
        return without(self._value(file), (BLOCK,))

    def canonical(self, file: str) -> Object:
        """The same in canonical spelling."""
        return canonical(self.own(file), Origins()).document

    def edit(self, place: Standing, value: Json | Absent) -> None:
        """Put a value there; ABSENT removes it. Raises NotEditableError."""
        text = self._text(place.file)
        suffix = suffix_of(place.file)
        if place.is_fragment and suffix not in YAML | JSON:
            after = _like(text, str(value))
        elif suffix == ".md":
            after = _markdown(text, place, value)
        else:
            after = edited_yaml(text, place.at, value)
        self.now[place.file] = after

    def _text(self, file: str) -> str:
        if file not in self.now:
            path = self._base / file
            self.before[file] = self.now[file] = read_text(path, file) if path.exists() else ""
        return self.now[file]

    def _value(self, file: str) -> Json:
        text = self._text(file)
        return value_of(text, file) if text else {}

    def _followed(self, value: Json, file: str, at: At, *, is_fragment: bool) -> Standing:
        for depth in range(len(at) + 1):
            if isinstance(value, dict) and len(value) == 1:
                ((name, what),) = value.items()
                if name == "$file" and isinstance(what, str):
                    return self._in_fragment(f"{self._root}/{what}".removeprefix("./"), at[depth:])
                if name in {"$env", "$var"}:
                    return Standing(file, at, name, str(what), is_fragment)
            if depth == len(at):
                break
            step = at[depth]
            inside = isinstance(value, list) and isinstance(step, int) and step < len(value)
            if not inside and not (isinstance(value, dict) and step in value):
                break
            value = value[step]
        held = _directive_in(value) if depth == len(at) else ""
        return Standing(file, at, held, is_fragment=is_fragment)

    def _in_fragment(self, file: str, at: At) -> Standing:
        if suffix_of(file) not in YAML | JSON:
            return Standing(file, at, is_fragment=True)
        return self._followed(self._value(file), file, at, is_fragment=True)


def _directive_in(value: Json) -> str:
    """A directive somewhere inside a value that would be written as a whole."""
    if isinstance(value, dict):
        named = [str(name) for name in value if name in {"$file", "$env", "$var", "$ref"}]
        return named[0] if named else next(filter(None, map(_directive_in, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(_directive_in, value)), "")
    return ""


def _markdown(text: str, place: Standing, value: Json | Absent) -> str:
    opening, front, closing, body = parts_of(text, place.file)
    has_body = bool(body.strip())
    if place.at != _PROMPT or not has_body:
        return opening + edited_yaml(front, place.at, value) + closing + body
    if isinstance(value, str) and value.strip():
        return opening + front + closing + _like(body, value)
    if value is not None and not isinstance(value, str):
        return opening + front + closing
    return opening + edited_yaml(front, place.at, value) + closing


def _like(known: str, text: str) -> str:
    """A text with the line ends of the known one, and its final line end."""
    if known.endswith("\n") or not known:
        text += "\n"
    return text.replace("\n", "\r\n") if "\r\n" in known else text
