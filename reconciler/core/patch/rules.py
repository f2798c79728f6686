"""What a patch may do: its scope, whether it may move and copy, and how each list may be edited."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from reconciler.core.document import equal, get

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Path


class Scope(Enum):
    """What may be overwritten."""

    SURGICAL = "surgical"
    """A member that holds an object never comes to hold another that shares a name with it."""
    MEMBERS = "members"
    """An object never replaces an object: what others add to it meanwhile survives for certain."""
    WIRE = "wire"
    """Anything, if it makes the patch shorter."""


class ListMode(Enum):
    """How a list that differs may be written."""

    WHOLE = "whole"
    """One replace of the list."""
    IN_PLACE = "in place"
    """Or elements edited where they are; none is inserted or removed."""
    BY_INDEX = "by index"
    """Or elements inserted and removed as well."""


@dataclass(frozen=True, slots=True)
class ListRules:
    """How one list may be edited. What these rules cost is priced before the form is chosen."""

    mode: ListMode = ListMode.BY_INDEX
    guarded: bool = False
    """A `test` goes before inserts and removes, so that the patch cannot take effect twice."""
    identity: Path | None = None
    """Elements are edited into each other only where the values at this path are equal."""

    def same_element(self, before: Json, after: Json) -> bool:
        """Whether one element may be edited into the other."""
        if self.identity is None:
            return True
        return equal(get(before, self.identity), get(after, self.identity))


@dataclass(frozen=True, slots=True)
class PatchRules:
    """What a patch may do."""

    scope: Scope = Scope.SURGICAL
    reuse: bool = False
    """Whether move and copy are allowed."""
    lists: Mapping[Path, ListRules] = field(default_factory=dict)
    """Rules by path; a position in a list is written «*»: ("tools", "*", "enum")."""
    otherwise: ListRules = ListRules()
    """The rules of every other list."""

    def list_at(self, path: Path) -> ListRules:
        """The rules of the list at path, positions written «*»."""
        return self.lists.get(path, self.otherwise)

    @property
    def is_guarded(self) -> bool:
        """Whether any list is guarded: then the whole patch has to be safe to send again."""
        return any(rules.guarded for rules in (self.otherwise, *self.lists.values()))

    def may_replace(self, before: Json, after: Json) -> bool:
        """Whether a value may be overwritten by another."""
        if self.scope is Scope.WIRE or not (isinstance(before, dict) and isinstance(after, dict)):
            return True
        return self.scope is Scope.SURGICAL and before.keys().isdisjoint(after.keys())


SURGICAL: Final = PatchRules()
"""The default: write what differs and nothing else."""
WIRE: Final = PatchRules(scope=Scope.WIRE)
"""The smallest request."""
