"""The form in which equal meaning is equal value.

The rules per field are the table in `core.fields`; what each rule does is here and in `core.same`.
Canonicalizing drops and rewrites values but never moves a list element: a position would point
elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, is_unset, with_value, without
from reconciler.core.fields import READ_ONLY, Compare, field_at
from reconciler.core.vocabulary import OTHER_SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json, Object, Path

VERSION: Final = 1
"""Raised when a rule changes so that digests made before cannot be compared with new ones."""

_READ_ONLY_BELOW: Final = tuple(path for path in READ_ONLY if len(path) > 1)


def canonical(document: Object) -> Object:
    """The document in canonical spelling and values, without what only the server writes."""
    document = {name: value for name, value in document.items() if (name,) not in READ_ONLY}
    for path in _READ_ONLY_BELOW:
        document = without(document, path)
    for other, name in OTHER_SPELLINGS.items():
        old = get(document, other)
        if old is ABSENT:
            continue
        document = without(document, other)
        path = (*other[:-1], name)
        if is_unset(get(document, path)):
            document = with_value(document, path, old)
    return {name: _with_canonical_values(value, (name,)) for name, value in document.items()}


def _with_canonical_values(value: Json, path: Path) -> Json:
    if field_at(path).compare in {Compare.OBJECT, Compare.MAP} and isinstance(value, dict):
        return {name: _with_canonical_values(child, (*path, name)) for name, child in value.items()}
    return canonical_value(path, value)


def canonical_value(path: Path, value: Json) -> Json:
    """One field's value in canonical form, which is also the form that is sent."""
    match field_at(path).compare:
        case Compare.TEXT if isinstance(value, str):
            return value.replace("\r\n", "\n").replace("\r", "\n").rstrip()
        case Compare.LOWERCASE if isinstance(value, str):
            return value.lower()
        case Compare.BOOLEAN if isinstance(value, str) and value in {"true", "false"}:
            return value == "true"
        case Compare.SET if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return list(dict.fromkeys(value))
        case _:
            return value


def owned(document: Object) -> Iterator[tuple[Path, Json]]:
    """Every managed field of a canonical desired document, with its value.

    Objects with known members own nothing themselves, maps are owned member by member, all else is
    owned whole. Null owns the place it stands at: it means «clear this».
    """
    yield from _owned(document, ())


def _owned(value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    how = field_at(path).compare if path else Compare.OBJECT
    descend = how is Compare.OBJECT or (how is Compare.MAP and value)
    if descend and isinstance(value, dict):
        for name, child in value.items():
            yield from _owned(child, (*path, name))
    else:
        yield path, value
