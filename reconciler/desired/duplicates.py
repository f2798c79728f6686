"""Definitions that claim the same address, or the same persona name, in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.diagnostics import Diagnostic, Place, error, warning
from reconciler.core.rulebook import Rule
from reconciler.core.same import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from reconciler.core.resource import Desired


def duplicates(definitions: Sequence[Desired]) -> list[Diagnostic]:
    """An error per address claimed again, a warning per persona name used again."""
    ordered = sorted(definitions, key=lambda desired: desired.place)
    same_address = list(_repeated(ordered, lambda desired: desired.address))
    same_name = _repeated(ordered, lambda desired: name_key(desired.name))
    return [
        *(_address(first, again) for first, again in same_address),
        *(_name(*pair) for pair in same_name if pair not in same_address),
    ]


def _repeated(
    definitions: Sequence[Desired], claim: Callable[[Desired], Hashable]
) -> Iterator[tuple[Desired, Desired]]:
    """Each definition that repeats a claim, after the first one that made it."""
    claimed: dict[Hashable, list[Desired]] = {}
    for desired in definitions:
        earlier = claimed.setdefault(claim(desired), [])
        first = next((other for other in earlier if _meet(other, desired)), None)
        if first is None:
            earlier.append(desired)
        else:
            yield first, desired


def _meet(one: Desired, other: Desired) -> bool:
    mine, theirs = one.reserved.environments, other.reserved.environments
    return not mine or not theirs or not set(mine).isdisjoint(theirs)


def _address(first: Desired, again: Desired) -> Diagnostic:
    return error(
        "Two definitions have the same key",
        f"{again.address} is defined in {first.place} and in {again.place}",
        again.place,
        "Rename one of the files, or give it another reconcile.key",
    )


def _name(first: Desired, again: Desired) -> Diagnostic:
    return warning(
        "Two definitions have the same persona name",
        f"«{again.name}» in {_place_of_name(first)} and in {_place_of_name(again)}",
        _place_of_name(again),
        "Tavus allows it, but people and adoption by name cannot tell them apart",
        rule=Rule.SHARED_NAME,
    )


def _place_of_name(desired: Desired) -> Place:
    return desired.places.get(("persona_name",), desired.place)
