"""An exhaustive search for the shortest patch of a small document, written apart from the engine.

A state is a whole document; an edge is one operation with any place and any value that can be of
use; Dijkstra's algorithm finds the cheapest way. Values are the subtrees of the target and each of
them with one part left out, so sending something unfinished and completing it is tried as well.
Lists of up to ten elements only: a position is then one byte, so prices are those of the wire.

In the surgical scope a place remembers what stood there: a member (or an element that is replaced)
that held an object never holds another with a name in common, by whatever detour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Names: TypeAlias = frozenset[str]
Price: TypeAlias = tuple[int, int]
NONE: Final[Names] = frozenset()
_KEPT: Final = 50_000
"""Documents whose figures are remembered: a long run would fill the memory with all of them."""


class Scalar(NamedTuple):
    text: str


class Items(NamedTuple):
    slots: tuple[Slot, ...]


class Thing(NamedTuple):
    members: tuple[tuple[str, Slot], ...]
    banned: Names = NONE
    was: Names = NONE


class Slot(NamedTuple):
    node: Node | None
    held: Names = NONE


Node: TypeAlias = Scalar | Items | Thing


def wire_size(operations: Any) -> int:
    """Bytes of compact UTF-8 JSON."""
    return len(json.dumps(operations, ensure_ascii=False, separators=(",", ":")).encode())


REMOVE: Final = wire_size({"op": "remove", "path": ""}) + 1
ADD: Final = wire_size({"op": "add", "path": "", "value": 0})
REPLACE: Final = wire_size({"op": "replace", "path": "", "value": 0})
TRANSFER: Final = wire_size({"op": "move", "from": "", "path": ""}) + 1


def node_of(value: Any, *, is_old: bool = False) -> Node:
    """A document as a state. Old objects know the names they had."""
    if isinstance(value, dict):
        members = tuple((name, Slot(node_of(value[name], is_old=is_old))) for name in sorted(value))
        return Thing(members, NONE, frozenset(value) if is_old else NONE)
    if isinstance(value, list):
        return Items(tuple(Slot(node_of(child, is_old=is_old)) for child in value))
    return Scalar(json.dumps(value, ensure_ascii=False))


@lru_cache(maxsize=_KEPT)
def bare(node: Node) -> Node:
    """The document alone, without what its places remember."""
    if isinstance(node, Items):
        return Items(tuple(Slot(bare(slot.node)) for slot in node.slots if slot.node))
    if isinstance(node, Thing):
        return Thing(tuple((n, Slot(bare(s.node))) for n, s in node.members if s.node))
    return node


@lru_cache(maxsize=_KEPT)
def size(node: Node) -> int:
    """Bytes of a document."""
    if isinstance(node, Items):
        inner = [size(slot.node) + 1 for slot in node.slots if slot.node]
    elif isinstance(node, Thing):
        inner = [name_size(n) + 3 + size(s.node) for n, s in node.members if s.node]
    else:
        return len(node.text.encode())
    return 1 + max(1, sum(inner))


@lru_cache(maxsize=_KEPT)
def name_size(name: str) -> int:
    return wire_size(name) - 1


@lru_cache(maxsize=_KEPT)
def token_size(name: str) -> int:
    return wire_size("/" + name.replace("~", "~0").replace("/", "~1")) - 2


@lru_cache(maxsize=_KEPT)
def scalars(node: Node) -> Mapping[str, int]:
    """The scalars of a document and how often they occur."""
    if isinstance(node, Scalar):
        return {node.text: 1}
    found: dict[str, int] = {}
    for slot in slots_of(node):
        if slot.node:
            for text, count in scalars(slot.node).items():
                found[text] = found.get(text, 0) + count
    return found


def slots_of(node: Node) -> list[Slot]:
    if isinstance(node, Thing):
        return [slot for _, slot in node.members]
    return list(node.slots) if isinstance(node, Items) else []


def subtrees(node: Node) -> Iterator[Node]:
    yield node
    for slot in slots_of(node):
        if slot.node:
            yield from subtrees(slot.node)


def with_a_hole(node: Node) -> Iterator[Node]:
    """The node with one of its parts left out."""
    if isinstance(node, Items):
        for i, slot in enumerate(node.slots):
            yield Items(node.slots[:i] + node.slots[i + 1 :])
            for child in with_a_hole(slot.node) if slot.node else ():
                yield Items((*node.slots[:i], Slot(child), *node.slots[i + 1 :]))
    if isinstance(node, Thing):
        for i, (name, slot) in enumerate(node.members):
            yield Thing(node.members[:i] + node.members[i + 1 :])
            for child in with_a_hole(slot.node) if slot.node else ():
                yield Thing((*node.members[:i], (name, Slot(child)), *node.members[i + 1 :]))


@dataclass(frozen=True)
class Space:
    """What may be written, and whether places remember."""

    values: tuple[Node, ...]
    names: tuple[str, ...]
    is_surgical: bool

    def after_leaving(self, slot: Slot) -> Names:
        """What a place remembers once its value is gone."""
        if not self.is_surgical or not isinstance(slot.node, Thing):
            return slot.held
        return slot.held | slot.node.was | {name for name, inner in slot.node.members if inner.node}

    def fitted(self, value: Node, held: Names) -> Slot | None:
        """A place with a new value; None where it must not stand there."""
        if isinstance(value, Thing) and held:
            if any(name in held for name, _ in value.members):
                return None
            value = Thing(value.members, held, value.was)
        return Slot(value, held)

    def next_slots(self, slot: Slot, room: int) -> Iterator[tuple[int, Slot]]:
        """A place after one operation on it or in it, with its bytes but for the way to it.

        Operations of more bytes than there is room for are left out.
        """
        if slot.node is None or room < REMOVE:
            return
        for price, node in self.next_nodes(slot.node, room):
            yield price, Slot(node, slot.held)
        held = self.after_leaving(slot)
        for value in self.values_within(room - REPLACE):
            fitted = self.fitted(value, held)
            if fitted is not None:
                yield REPLACE + size(value), fitted

    def values_within(self, room: int) -> Iterator[Node]:
        """The values of at most so many bytes."""
        return takewhile(lambda value: size(value) <= room, self.values)

    def next_nodes(self, node: Node, room: int) -> Iterator[tuple[int, Node]]:
        if isinstance(node, Items):
            yield from self._next_items(node, room - 2)
        elif isinstance(node, Thing):
            yield from self._next_things(node, room)

    def _next_items(self, node: Items, room: int) -> Iterator[tuple[int, Node]]:
        slots = node.slots
        for i, slot in enumerate(slots):
            if room >= REMOVE:
                yield REMOVE + 2, Items(slots[:i] + slots[i + 1 :])
            for price, new in self.next_slots(slot, room):
                yield price + 2, Items((*slots[:i], new, *slots[i + 1 :]))
        for value in self.values_within(room - ADD):
            for i in range(len(slots) + 1):
                yield ADD + 2 + size(value), Items((*slots[:i], Slot(value), *slots[i:]))

    def _next_things(self, node: Thing, room: int) -> Iterator[tuple[int, Node]]:
        members = dict(node.members)
        for name, slot in node.members:
            left = room - token_size(name)
            if slot.node is None or left < REMOVE:
                continue
            held = self.after_leaving(slot)
            rest = {**members, name: Slot(None, held)}
            if not held:
                del rest[name]
            yield REMOVE + token_size(name), _thing(rest, node)
            for price, new in self.next_slots(slot, left):
                yield price + token_size(name), _thing({**members, name: new}, node)
        for name in self.names:
            gone = members.get(name, Slot(None))
            if gone.node is not None or name in node.banned:
                continue
            for value in self.values_within(room - token_size(name) - ADD):
                fitted = self.fitted(value, gone.held)
                if fitted is not None:
                    price = ADD + token_size(name) + size(value)
                    yield price, _thing({**members, name: fitted}, node)

    def last_step(self, slot: Slot, target: Node) -> int | None:
        """Bytes of the cheapest single operation that makes a place the target."""
        if slot.node is None:
            return None
        found = [self._last_inside(slot.node, target)]
        if self.fitted(target, self.after_leaving(slot)) is not None:
            found.append(REPLACE + size(target))
        return min((price for price in found if price is not None), default=None)

    def _last_inside(self, node: Node, target: Node) -> int | None:
        if isinstance(node, Items) and isinstance(target, Items):
            return self._last_in_items(node, target)
        if isinstance(node, Thing) and isinstance(target, Thing):
            return self._last_in_thing(node, target)
        return None

    def _last_in_items(self, node: Items, target: Items) -> int | None:
        have = [bare(slot.node) for slot in node.slots if slot.node]
        want = [slot.node for slot in target.slots if slot.node]
        if len(have) == len(want):
            differing = [i for i in range(len(have)) if have[i] != want[i]]
            if len(differing) != 1:
                return None
            inner = self.last_step(node.slots[differing[0]], want[differing[0]])
            return None if inner is None else inner + 2
        if len(have) == len(want) + 1:
            if any(have[:i] + have[i + 1 :] == want for i in range(len(have))):
                return REMOVE + 2
        elif len(have) + 1 == len(want):
            for i, value in enumerate(want):
                if want[:i] + want[i + 1 :] == have:
                    return ADD + 2 + size(value)
        return None

    def _last_in_thing(self, node: Thing, target: Thing) -> int | None:
        have = {name: slot for name, slot in node.members if slot.node}
        want = {name: slot.node for name, slot in target.members if slot.node}
        differing = [
            name
            for name in have.keys() | want.keys()
            if name not in have or name not in want or bare(have[name].node) != want[name]
        ]
        if len(differing) != 1:
            return None
        name = differing[0]
        if name not in want:
            return REMOVE + token_size(name)
        if name in have:
            inner = self.last_step(have[name], want[name])
            return None if inner is None else inner + token_size(name)
        gone = dict(node.members).get(name, Slot(None))
        if name in node.banned or self.fitted(want[name], gone.held) is None:
            return None
        return ADD + token_size(name) + size(want[name])


def _thing(members: dict[str, Slot], like: Thing) -> Thing:
    return Thing(tuple(sorted(members.items())), like.banned, like.was)


def space_for(target: Node, *, is_surgical: bool) -> Space:
    """The values and names that can be of use on the way to a target."""
    parts = {*subtrees(target), *with_a_hole(target)}
    parts |= {hole for part in subtrees(target) for hole in with_a_hole(part)}
    values = tuple(sorted(parts, key=lambda part: (size(part), repr(part))))
    return Space(values, tuple(_names(target)), is_surgical)


class UnfinishedError(Exception):
    """The search was given up; it has shown nothing."""


def shorter_patch(
    before: Any, after: Any, claimed: Price, *, is_surgical: bool, effort: int = 1 << 30
) -> Price | None:
    """The price of the best patch that beats the claim (bytes, operations); None if there is none.

    Bytes as sent, the brackets of the list included. Raises UnfinishedError where more states
    than the effort allows would have to be kept.
    """
    if claimed[1] == 0:
        return None
    target = node_of(after)
    space = space_for(target, is_surgical=is_surgical)
    start = Slot(node_of(before, is_old=is_surgical))
    limit = claimed[0] - 1, claimed[1]
    found: Price | None = None
    open_, best = [((0, 0), 0, start)], {start: (0, 0)}
    count = 0
    while open_:
        cost, _, slot = heappop(open_)
        if cost > best[slot]:
            continue
        last = space.last_step(slot, target)
        if last is not None and (cost[0] + last, cost[1] + 1) < limit:
            found = limit = cost[0] + last, cost[1] + 1
        for price, new in space.next_slots(slot, limit[0] - cost[0] - REMOVE - 1):
            total = cost[0] + price, cost[1] + 1
            if (new not in best or total < best[new]) and _at_least(total, new, target) < limit:
                best[new] = total
                count += 1
                if count > effort:
                    raise UnfinishedError
                heappush(open_, (total, count, new))
    return found and (found[0] + 1, found[1])


def _names(node: Node) -> list[str]:
    return sorted(
        {name for part in subtrees(node) if isinstance(part, Thing) for name, _ in part.members}
    )


def _at_least(cost: Price, slot: Slot, target: Node) -> Price:
    """What a patch through a state costs at least: every scalar that it lacks has to be sent."""
    if slot.node is None:
        return cost
    have, missing = scalars(slot.node), 0
    for text, count in scalars(target).items():
        lacking = count - have.get(text, 0)
        if lacking > 0:
            missing += lacking * len(text.encode())
    # At least one operation follows; a target that is reached already was reached by last_step().
    return cost[0] + max(REMOVE + 1, ADD + missing if missing else 0), cost[1] + 1
