"""From the author's spelling to the canonical one: two vocabularies, never mixed in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.core.document import ABSENT, dotted, get, with_value
from reconciler.core.vocabulary import OTHER_SPELLINGS, PAL_WORDS, Vocabulary, canonical_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Object, Path
    from reconciler.desired.origins import Origins
    from reconciler.desired.source import At


def _by_parent() -> Mapping[Path, Mapping[str, str]]:
    table: dict[Path, dict[str, str]] = {}
    for path, word in PAL_WORDS.items():
        table.setdefault(path[:-1], {})[word] = path[-1]
    for path, word in OTHER_SPELLINGS.items():
        table.setdefault(path[:-1], {})[path[-1]] = word
    return table


_BY_PARENT: Final = _by_parent()
"""Path of an object → another spelling of a member → its canonical name."""


class Spelled(NamedTuple):
    """A document in canonical spelling."""

    document: Object
    vocabulary: Vocabulary
    spellings: Mapping[Path, Path]
    """Canonical path → the author's path, where they differ."""
    problems: list[Diagnostic]

    def written(self, at: At) -> At:
        """A canonical path, list positions allowed, in the author's spelling."""
        for canonical, path in self.spellings.items():
            if at[: len(canonical)] == canonical:
                return (*path, *at[len(canonical) :])
        return at


def canonical_at(at: At) -> At:
    """A path in any spelling, list positions allowed, in the canonical one."""
    first = next((n for n, step in enumerate(at) if isinstance(step, int)), len(at))
    names = tuple(step for step in at[:first] if isinstance(step, str))
    return (*canonical_path(names), *at[first:])


def canonical(document: Object, origins: Origins) -> Spelled:
    """The document in canonical spelling, with an error for whatever is spelled in two ways."""
    spellings: dict[Path, Path] = {}
    problems: list[Diagnostic] = []
    result = document
    for parent, names in _BY_PARENT.items():
        node = get(document, parent)
        if not isinstance(node, dict) or names.keys().isdisjoint(node):
            continue
        for name in (name for name in node if name in names):
            right, written = (*parent, names[name]), (*parent, name)
            if names[name] in node or right in spellings:
                problems.append(_twice(written, spellings.get(right, right), origins))
            else:
                spellings[right] = written
        renamed = {names.get(name, name): value for name, value in node.items()}
        result = with_value(result, parent, renamed) if parent else renamed
    vocabulary = Vocabulary.PAL if _pal_words(spellings) else Vocabulary.PERSONA
    if not problems and vocabulary is Vocabulary.PAL:
        problems += _mixed(document, spellings, origins)
    return Spelled(result, vocabulary, spellings, problems)


def _pal_words(spellings: Mapping[Path, Path]) -> list[Path]:
    return [path for right, path in spellings.items() if PAL_WORDS.get(right) == path[-1]]


def _mixed(document: Object, spellings: Mapping[Path, Path], origins: Origins) -> list[Diagnostic]:
    persona = [path for path in PAL_WORDS if get(document, path) is not ABSENT]
    if not persona:
        return []
    first, second = _in_order(persona[0], _pal_words(spellings)[0], origins)
    hint = "Use persona and replica everywhere in a file, or pal and face everywhere"
    return [error("Two vocabularies in one file", _both(first, second), second[1], hint)]


def _twice(one: Path, other: Path, origins: Origins) -> Diagnostic:
    first, second = _in_order(one, other, origins)
    detail = f"{_both(first, second)} are the same field"
    return error("A field is written twice", detail, second[1], "Keep one of the two")


def _in_order(one: Path, other: Path, origins: Origins) -> list[tuple[str, Place]]:
    named = [(dotted(path), origins.key_place(path)) for path in (one, other)]
    return sorted(named, key=lambda both: both[1])


def _both(first: tuple[str, Place], second: tuple[str, Place]) -> str:
    return f"{first[0]} on line {first[1].line} and {second[0]} on line {second[1].line}"
