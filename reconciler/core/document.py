"""What a JSON value and a path are, and the few operations everything else is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

Json: TypeAlias = Any
"""None, bool, int, float, str, Secret, list of Json, or dict from str to Json."""

Object: TypeAlias = dict[str, Json]
"""A JSON object. Functions never change one they were given unless their name says so."""

Path: TypeAlias = tuple[str, ...]
"""Member names from the root of a document down. List positions never occur: lists are whole."""


class Absent:
    """The type of ABSENT, the value of a member that is not there (None is a JSON value)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> Absent:
        return self

    def __deepcopy__(self, memo: object) -> Absent:
        return self


ABSENT: Final = Absent()


def pointer(path: Path) -> str:
    """The path as JSON Pointer (RFC 6901): ("a/b", "c") is /a~1b/c."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def parse_pointer(text: str) -> Path:
    """The inverse of pointer(). Raises ValueError where text is no JSON Pointer."""
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"a JSON Pointer starts with «/»: {text!r}")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def dotted(path: Path) -> str:
    """The path for people: layers.llm.model; a name with a dot or a space in it is quoted."""
    return ".".join(n if n and not set(n) & set(' ."') else f'"{n}"' for n in path)


def touches(one: Path, other: Path) -> bool:
    """Whether one of two paths is the other, or lies below it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def get(document: Json, path: Path) -> Json | Absent:
    """The value at path, or ABSENT where an object on the way does not have the member."""
    for name in path:
        if not isinstance(document, dict) or name not in document:
            return ABSENT
        document = document[name]
    return document


def with_value(document: Object, path: Path, value: Json) -> Object:
    """A copy of document with value at path; missing objects on the way are made."""
    name, rest = path[0], path[1:]
    if rest:
        child = document.get(name)
        value = with_value(child if isinstance(child, dict) else {}, rest, value)
    return {**document, name: value}


def without(document: Object, path: Path) -> Object:
    """A copy of document that has no member at path; document itself where it has none."""
    name, rest = path[0], path[1:]
    if name not in document:
        return document
    if not rest:
        return {key: value for key, value in document.items() if key != name}
    child = document[name]
    return {**document, name: without(child, rest)} if isinstance(child, dict) else document


def walk(document: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every leaf with its path, in document order: what is no object, and each empty object."""
    if isinstance(document, dict) and document:
        for name, value in document.items():
            yield from walk(value, (*path, name))
    elif path:
        yield path, document


def is_unset(value: Json | Absent) -> bool:
    """Whether value means «not set»: absent, null, "", [] and {} are one (persona-api 11.4)."""
    if isinstance(value, Secret):
        return not value.reveal()
    return value is ABSENT or value is None or value in ("", [], {})


def equal(left: Json | Absent, right: Json | Absent) -> bool:
    """Equality of JSON values: 1 equals 1.0, true never equals 1, member order does not count."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return type(left) is type(right) and bool(left == right)
