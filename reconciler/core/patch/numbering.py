"""Numbers for values, equal where the values are: what lists are aligned by."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Hashable

    from reconciler.core.document import Json

Leaves: TypeAlias = dict[tuple[int, int], int]
"""For each scalar, by path and number, a lower bound of its bytes. Positions are not in paths."""


class Numbering:
    """Gives each value a number: 1 and 1.0 share one, true and 1 do not, member order is nothing.

    Values must stay alive and unchanged as long as the numbering: containers are known by id.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, tuple[int, Json]] = {}
        self._paths: dict[tuple[int, str], int] = {}

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
        # One number for a member «» and for the elements of a list only weakens the lower bound.
        return self._paths.setdefault((path, name), len(self._paths) + 1)

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
