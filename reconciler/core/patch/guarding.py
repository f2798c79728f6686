"""The test that keeps inserts and removes in a list from taking effect twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, equal
from reconciler.core.patch.edits import Elements, steps_of
from reconciler.core.patch.measure import POSITION, name_size, test_cost
from reconciler.core.patch.places import Step, look, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.document import Json, Path
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.places import Place

CANDIDATES: Final = 64
"""Tests of one value that are tried before the whole list is tested."""


def guard_for(
    edit: Edit,
    have: list[Json],
    at: int,
    size: Callable[[Json], int],
    identity: Path | None = None,
) -> Edit:
    """The edit with a test that makes it safe to send again, priced in.

    The test holds before the first insert or remove and after none of them, so a patch that is
    sent again fails whole, wherever the first attempt ended. What is tested first is which element
    stands where the last insert or remove happens, or behind it: that also fails where somebody
    else moved the elements meanwhile. Where that does not tell, the cheapest value that does, and
    where no single value tells, the whole list. An edit that moves no element needs no test.
    """
    if not isinstance(edit, Elements) or not edit.is_shifting:
        return edit
    states = _states(edit, have)
    tests = [
        *_names(edit, have, at, size, identity),
        *sorted(_tests(have, at, size)),
    ]
    for cost, place in islice(tests, CANDIDATES):
        value = look(have, place)
        if not any(_is_there(state, place, value) for state in states):
            return replace(edit, guard=Step("test", place, value), cost=edit.cost + cost)
    cost = test_cost(at, size(have))
    return replace(edit, guard=Step("test", (), have), cost=edit.cost + cost)


def _names(
    edit: Elements,
    have: list[Json],
    at: int,
    size: Callable[[Json], int],
    identity: Path | None,
) -> Iterator[tuple[Cost, Place]]:
    """Tests of which element stands at the last place that shifts, and at those behind it."""
    shifting = [
        step.place[0]
        for step in steps_of(replace(edit, guard=None))
        if step.kind in {"add", "remove"} and len(step.place) == 1
    ]
    indexes = [index for index in shifting if isinstance(index, int)]
    for index in range(max(indexes, default=0), len(have)):
        place: Place = (index, *(identity or ()))
        value = look(have, place)
        if value is ABSENT or isinstance(value, dict | list):
            continue
        length = at + POSITION + sum(map(name_size, identity or ()))
        yield test_cost(length, size(value)), place


def _is_there(state: Json, place: Place, value: Json) -> bool:
    held = look(state, place)
    return held is not ABSENT and equal(held, value)


def _states(edit: Elements, have: list[Json]) -> list[list[Json]]:
    """The list after each step, from the first insert or remove on."""
    states: list[list[Json]] = []
    state: Json = have
    for step in steps_of(replace(edit, guard=None)):
        state = take(state, step)
        if states or len(state) != len(have):
            states.append(state)
    return states


def _tests(have: Json, at: int, size: Callable[[Json], int]) -> Iterator[tuple[Cost, Place]]:
    """Every scalar and every empty container of a list, with the price of a test for it."""
    for index, value in enumerate(have):
        yield from _inside(value, (index,), at + POSITION, size)


def _inside(
    value: Json, place: Place, at: int, size: Callable[[Json], int]
) -> Iterator[tuple[Cost, Place]]:
    if isinstance(value, dict) and value:
        for name, child in value.items():
            yield from _inside(child, (*place, name), at + name_size(name), size)
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from _inside(child, (*place, index), at + POSITION, size)
    else:
        yield test_cost(at, size(value)), place
