"""Numbers for values, equal where the values are: what lists are aligned by."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Container, Hashable

    from reconciler.core.document import Json

Leaves: TypeAlias = dict[tuple[int, int], int]
"""For each scalar, by path and number, a lower bound of its bytes. Positions are not in paths."""


def same(have: Json, want: Json) -> bool:
    """Whether two values are equal: as `equal`, with what the interpreter compares tried first."""
    if have is want:
        return True
    return bool(have == want) and _is_one_kind(have, want)


def _is_one_kind(have: Json, want: Json) -> bool:
    """Whether values that the interpreter takes for equal have true and false alike."""
    if isinstance(have, dict):
        return all(
            value.__class__ is str or _is_one_kind(value, want[name])
            for name, value in have.items()
        )
    if isinstance(have, list):
        return all(map(_is_one_kind, have, want))
    return isinstance(have, bool) == isinstance(want, bool)


class Numbering:
    """Gives each value a number: 1 and 1.0 share one, true and 1 do not, member order is nothing.

    Values must stay alive and unchanged as long as the numbering: containers are known by id.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, tuple[int, Json]] = {}
        self._paths: dict[tuple[int, str], int] = {}
        self._path_sizes = [0]

    def number(self, value: Json) -> int:
        """The number of a value. Each container is opened once."""
        if not isinstance(value, dict | list):
            return self._intern(_scalar(value))
        known = self._known.get(id(value))
        if known is not None:
            return known[0]
        if isinstance(value, dict):
            number = self._intern(frozenset((k, self.number(v)) for k, v in value.items()))
        else:
            number = self._intern(tuple(map(self.number, value)))
        self._known[id(value)] = number, value
        return number

    def leaves(self, value: Json) -> Leaves:
        """The scalars of a value. What one value lacks of another's, a patch has to send."""
        found: Leaves = {}
        self._collect(value, 0, found)
        return found

    def least_sent(self, leaves: Leaves, known: Container[tuple[int, int]]) -> int | None:
        """The least bytes of pointer and value that bring what is not known; None for nothing.

        A leaf may be sent within a larger value, but its names are longer there than in a pointer.
        """
        missing = [leaf for leaf in leaves if leaf not in known]
        if not missing:
            return None
        sizes = self._path_sizes
        return max(sizes[path] for path, _ in missing) + sum(leaves[leaf] for leaf in missing)

    def _collect(self, value: Json, path: int, found: Leaves) -> None:
        if isinstance(value, dict):
            for name, child in value.items():
                self._collect(child, self._path(path, name), found)
        elif isinstance(value, list):
            inside = self._path(path, "")
            for child in value:
                self._collect(child, inside, found)
        else:
            found[path, self.number(value)] = _least_size(value)

    def _path(self, path: int, name: str) -> int:
        known = self._paths.get((path, name))
        if known is None:
            # A member «» and the elements of a list share a number: that only weakens the bound.
            known = self._paths[path, name] = len(self._paths) + 1
            self._path_sizes.append(self._path_sizes[path] + len(name) + 1)
        return known

    def _intern(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _scalar(value: Json) -> Hashable:
    """A key that keeps apart what Python takes for equal: true and 1, a text and a secret."""
    if value is None or isinstance(value, bool):
        return ("literal", str(value))
    if isinstance(value, int | float):
        return ("number", value)
    return value if isinstance(value, Secret) else ("text", value)


def _least_size(value: Json) -> int:
    if isinstance(value, Secret):
        return len(value.reveal()) + 2
    return len(value) + 2 if isinstance(value, str) else 1
