"""What stood at each place on the way through a patch: so that no detour leaves the scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.document import ABSENT
from reconciler.core.patch.places import Step, carried, look, take
from reconciler.core.patch.rules import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.document import Json
    from reconciler.core.patch.places import Place

    Names: TypeAlias = dict[Place, frozenset[str]]


def keeps_scope(scope: Scope, before: Json, steps: Iterable[Step]) -> bool:
    """Whether no member that held an object comes to hold one that the scope keeps out.

    The same for an element that is replaced; one that is removed leaves no trace. The steps fit.
    """
    if scope is Scope.WIRE:
        return True
    memory, document = _Memory(scope), before
    for step in steps:
        if not memory.takes(document, step):
            return False
        document = take(document, step)
    return True


class _Memory:
    """The names that objects had which are gone, by place; and those that others have lost."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._gone: Names = {}
        self._lost: Names = {}

    def takes(self, document: Json, step: Step) -> bool:
        """Note a step; whether the scope allows it after all that was before."""
        if step.kind == "test":
            return True
        along: tuple[Names, Names] = {}, {}
        value = step.value
        if step.kind in {"move", "copy"}:
            value = look(document, step.source)
        if step.kind in {"remove", "move"}:
            cut = step.source if step.kind == "move" else step.place
            along = self._leave(document, cut)
            document = take(document, Step("remove", cut))
        if step.kind == "remove":
            return True
        if not self._arrive(document, step, value):
            return False
        for kept, brought in zip((self._gone, self._lost), along, strict=True):
            kept.update({(*step.place, *inner): names for inner, names in brought.items()})
        return True

    def _leave(self, document: Json, place: Place) -> tuple[Names, Names]:
        """Take away what is at a place; what is remembered of the places in it goes along."""
        along = self._forget(document, place)
        holder, token = place[:-1], place[-1]
        if isinstance(token, int):
            self._gone.pop(place, None)
            self._carry(Step("remove", place))
        else:
            self._lost[holder] = self._lost.get(holder, frozenset()) | {token}
        return along

    def _arrive(self, document: Json, step: Step, value: Json) -> bool:
        place = step.place
        is_member = bool(place) and isinstance(look(document, place[:-1]), dict)
        if step.kind != "replace" and not is_member:
            self._carry(Step("add", place))
            return True
        if look(document, place) is not ABSENT:
            self._forget(document, place)
        if is_member and place[-1] in self._gone.get(place[:-1], ()):
            return False
        names = self._gone.get(place)
        if names is None or not isinstance(value, dict):
            return True
        return self._scope is Scope.SURGICAL and names.isdisjoint(value)

    def _forget(self, document: Json, place: Place) -> tuple[Names, Names]:
        """Remember the object at a place as gone; give what was known of the places in it."""
        value, depth = look(document, place), len(place)
        inside: tuple[Names, Names] = {}, {}
        for kept, found, least in zip((self._gone, self._lost), inside, (1, 0), strict=True):
            for other in [*kept]:
                if other[:depth] == place and len(other) >= depth + least:
                    found[other[depth:]] = kept.pop(other)
        if isinstance(value, dict):
            had = inside[1].get((), frozenset()) | value.keys()
            self._gone[place] = self._gone.get(place, frozenset()) | had
        return inside

    def _carry(self, step: Step) -> None:
        self._gone = {carried(place, step): names for place, names in self._gone.items()}
        self._lost = {carried(place, step): names for place, names in self._lost.items()}
