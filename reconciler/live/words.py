"""Between persona words, which the program speaks inside, and the words of a route.

Only the field positions of `core.vocabulary` are touched: a member of the same name inside a tool
parameter, extra_body or any other free-form object is the author's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.core.document import get, parse_pointer, pointer, with_value
from reconciler.core.vocabulary import PAL_WORDS, Vocabulary, other_spellings, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.core.document import Json, Object, Path

_Names: TypeAlias = dict[str, str]


def _by_parent(pairs: Iterable[tuple[Path, str, str]]) -> dict[Path, _Names]:
    found: dict[Path, _Names] = {}
    for parent, name, other in pairs:
        found.setdefault(parent, {})[name] = other
    return found


_CANONICAL: Final = _by_parent(
    (path[:-1], other[-1], path[-1]) for path in PAL_WORDS for other in other_spellings(path)
)
"""Object → any other spelling of a member → its canonical name."""

_PAL: Final = _by_parent((path[:-1], path[-1], word) for path, word in PAL_WORDS.items())
"""Object → canonical name of a member → its PAL word."""

_CANONICAL_OF_PAL: Final = _by_parent(
    (path[:-1], word, path[-1]) for path, word in PAL_WORDS.items()
)
"""Object → PAL word of a member → its canonical name."""


def from_route(document: Object, vocabulary: Vocabulary) -> Object:
    """A document as the route sent it, in persona words.

    Every spelling is read on either route; where one field comes in two, the route's counts.
    The old perception names stay, because a patch has to name what the record has.
    """
    for parent, canonical in _CANONICAL.items():
        value = get(document, parent)
        if isinstance(value, dict) and not canonical.keys().isdisjoint(value):
            preferred = _PAL[parent] if vocabulary is Vocabulary.PAL else {}
            document = _placed(document, parent, _renamed(value, canonical, preferred))
    return document


def to_route(value: Json, vocabulary: Vocabulary, at: Path = ()) -> Json:
    """A value that stands at a canonical path, in the words of the route."""
    if vocabulary is Vocabulary.PERSONA:
        return value
    for parent, words in _PAL.items():
        inner = parent[len(at) :]
        if parent[: len(at)] != at or not isinstance(owner := get(value, inner), dict):
            continue
        if not words.keys().isdisjoint(owner):
            value = _placed(value, inner, _renamed(owner, words, _CANONICAL_OF_PAL[parent]))
    return value


def operation_to_route(operation: Object, vocabulary: Vocabulary) -> Object:
    """One operation of a JSON Patch: its path, its from, and the value by where it will stand."""
    sent = dict(operation)
    for name in ("path", "from"):
        if name in sent:
            sent[name] = pointer_to_route(sent[name], vocabulary)
    if "value" in sent:
        sent["value"] = to_route(sent["value"], vocabulary, parse_pointer(operation["path"]))
    return sent


def pointer_to_route(text: str, vocabulary: Vocabulary) -> str:
    """A JSON Pointer in canonical words, in the words of the route."""
    path = parse_pointer(text)
    named = spelled(path, vocabulary)
    return text if named == path else pointer(named)


def name_to_route(name: str, vocabulary: Vocabulary) -> str:
    """A top-level name, e.g. of a query parameter: persona_type is pal_type on the PAL route."""
    return spelled((name,), vocabulary)[0]


def _renamed(value: Object, names: Mapping[str, str], preferred: Mapping[str, str]) -> Object:
    """A copy with members renamed. Of two that become one, the preferred spelling stays.

    Where none is preferred, that is the name both become.
    """
    chosen: _Names = {}
    for name in value:
        meant = names.get(name, name)
        if meant not in chosen or preferred.get(meant, meant) == name:
            chosen[meant] = name
    return {meant: value[name] for meant, name in chosen.items()}


def _placed(document: Object, path: Path, value: Object) -> Object:
    return with_value(document, path, value) if path else value
