"""Which definition is made of which files and needs which resources, and whom a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.core.resource import Address, Desired

REFERS_TO: Final = "refers to"
"""How a definition needs a resource."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """From an address or a file to a file or a resource that it needs."""

    source: str
    how: str
    target: str


def edges(definitions: Iterable[Desired]) -> tuple[Edge, ...]:
    """Every edge once, in order. The file of a definition is named by its address."""
    definitions = list(definitions)
    names = {item.place.file: str(item.address) for item in definitions}
    found: dict[Edge, None] = {}
    for item in definitions:
        for use in item.uses:
            ends = (names.get(file, file) for file in (use.file, use.used))
            found[Edge(next(ends), use.how.value, next(ends))] = None
        for reference in item.references:
            found[Edge(str(item.address), REFERS_TO, str(reference.target))] = None
    return tuple(found)


def affected(definitions: Iterable[Desired], files: Collection[str]) -> list[Address]:
    """The addresses that are made of one of the files, named as in Place."""
    wanted = set(files)
    return [item.address for item in definitions if not wanted.isdisjoint(item.sources)]
