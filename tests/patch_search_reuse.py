"""The exhaustive search with move and copy: any place to any place, in the scope of the wire.

As in patch_search, on the same states; a member that is there for a time only may be used as well.
What it shows holds for values that are subtrees of the target, whole or with one part left out.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, TypeAlias

from patch_search import (
    ADD,
    REMOVE,
    TRANSFER,
    Items,
    Node,
    Price,
    Scalar,
    Slot,
    Space,
    Thing,
    UnfinishedError,
    node_of,
    scalars,
    space_for,
    token_size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Way: TypeAlias = tuple[str | int, ...]
SPARE = ""


def shortest_with_reuse(before: Any, after: Any, claimed: Price, *, effort: int) -> Price:
    """The price (bytes, operations) of the best patch: the claim's where none is better.

    Raises UnfinishedError.
    """
    target, start = node_of(after), node_of(before)
    space = space_for(target, is_surgical=False)
    limit = claimed[0] - 1, claimed[1]
    open_, best = [((0, 0), 0, start)], {start: (0, 0)}
    count = 0
    while open_:
        cost, _, node = heappop(open_)
        if cost > best[node]:
            continue
        for price, new in _next(space, node, limit[0] - cost[0]):
            total = cost[0] + price, cost[1] + 1
            if new == target:
                limit = min(limit, total)
            elif _at_least(total, new, target) < limit and (new not in best or total < best[new]):
                best[new] = total
                count += 1
                if count > effort:
                    raise UnfinishedError
                heappush(open_, (total, count, new))
    return limit[0] + 1, limit[1]


def _at_least(cost: Price, node: Node, target: Node) -> Price:
    have = scalars(node)
    missing = sum(len(text.encode()) for text in scalars(target) if text not in have)
    return cost[0] + max(REMOVE + 1, ADD + missing if missing else 0), cost[1] + 1


def _next(space: Space, node: Node, room: int) -> Iterator[tuple[int, Node]]:
    for price, slot in space.next_slots(Slot(node), room):
        if slot.node is not None:
            yield price, slot.node
    if room < TRANSFER:
        return
    for source, value in _parts(node):
        for price, new in _landings(space, node, value):
            yield price + TRANSFER + _size(source), new
        if source:
            rest = _without(node, source)
            for price, new in _landings(space, rest, value):
                yield price + TRANSFER + _size(source), new


def _size(way: Way) -> int:
    return sum(2 if isinstance(token, int) else token_size(token) for token in way)


def _parts(node: Node, way: Way = ()) -> Iterator[tuple[Way, Node]]:
    yield way, node
    if isinstance(node, Items):
        for i, slot in enumerate(node.slots):
            if slot.node:
                yield from _parts(slot.node, (*way, i))
    elif isinstance(node, Thing):
        for name, slot in node.members:
            if slot.node:
                yield from _parts(slot.node, (*way, name))


def _landings(space: Space, node: Node, value: Node) -> Iterator[tuple[int, Node]]:
    """The node with a value put at any place in it, with the bytes of the way there."""
    if isinstance(node, Items):
        slots = node.slots
        for i in range(len(slots) + 1):
            yield 2, Items((*slots[:i], Slot(value), *slots[i:]))
        for i, slot in enumerate(slots):
            for price, new in _landings(space, slot.node or Scalar(""), value):
                yield price + 2, Items((*slots[:i], Slot(new), *slots[i + 1 :]))
    elif isinstance(node, Thing):
        members = dict(node.members)
        for name in {*space.names, *members, SPARE}:
            yield token_size(name), _thing({**members, name: Slot(value)})
        for name, slot in node.members:
            for price, new in _landings(space, slot.node or Scalar(""), value):
                yield price + token_size(name), _thing({**members, name: Slot(new)})


def _without(node: Node, way: Way) -> Node:
    token, rest = way[0], way[1:]
    if isinstance(node, Items) and isinstance(token, int):
        inner = node.slots[token].node
        middle = (Slot(_without(inner, rest)),) if rest and inner else ()
        return Items((*node.slots[:token], *middle, *node.slots[token + 1 :]))
    if isinstance(node, Thing) and isinstance(token, str):
        members = dict(node.members)
        inner = members.pop(token).node
        if rest and inner:
            members[token] = Slot(_without(inner, rest))
        return _thing(members)
    raise AssertionError(way)


def _thing(members: dict[str, Slot]) -> Thing:
    return Thing(tuple(sorted(members.items())))
