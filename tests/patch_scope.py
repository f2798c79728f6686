"""Whether a patch stays in the surgical scope, judged apart from the engine.

The document is changed in place, so an object is one Python object as long as it survives. A member
of it remembers the names of the objects that stood there; an object the names that it had.
"""

from __future__ import annotations

import copy
from typing import Any, Final

from reconciler.core.document import parse_pointer

NOTHING: Final[frozenset[str]] = frozenset()


def breaks_scope(before: Any, operations: Any, *, members: bool = False) -> bool:
    """Whether an object comes to stand where another with a name in common stood.

    With members: where another stood at all. An element of a list may be removed and another one
    inserted, but not replaced by it.
    """
    judge = _Judge(before, members=members)
    return any(judge.sees(operation) for operation in operations)


class _Judge:
    def __init__(self, before: Any, *, members: bool) -> None:
        self.root = {"": copy.deepcopy(before)}
        self.members = members
        self.had: dict[int, frozenset[str]] = {}
        self.stood: dict[tuple[int, str], frozenset[str]] = {}
        self.banned: dict[int, frozenset[str]] = {}
        self.alive: list[Any] = []

    def sees(self, operation: dict[str, Any]) -> bool:
        """Carry out an operation; whether it breaks the scope."""
        kind = operation["op"]
        if kind == "test":
            return False
        value = copy.deepcopy(operation.get("value"))
        if kind in {"move", "copy"}:
            value = self.at(tokens(operation["from"]))
            value = value if kind == "move" else copy.deepcopy(value)
        if kind in {"remove", "move"}:
            self.leave(tokens(operation["path" if kind == "remove" else "from"]))
        return kind != "remove" and self.arrive(tokens(operation["path"]), value, kind)

    def at(self, way: tuple[str, ...]) -> Any:
        """The value at the end of a way that starts with the member that is the document."""
        held: Any = self.root
        for token in way:
            held = held[int(token) if isinstance(held, list) else token]
        return held

    def names(self, value: Any) -> frozenset[str]:
        """Every name that an object has or had."""
        return self.had.get(id(value), NOTHING) | frozenset(value)

    def leave(self, way: tuple[str, ...]) -> None:
        """Take a value away."""
        holder, token = self.at(way[:-1]), way[-1]
        if isinstance(holder, list):
            del holder[int(token)]
            return
        self.had[id(holder)] = self.names(holder)
        self.note(holder, token)
        del holder[token]

    def note(self, holder: Any, token: str) -> None:
        """Note what stood at a member."""
        self.alive += [holder, holder[token]]
        if isinstance(holder[token], dict):
            key = id(holder), token
            self.stood[key] = self.stood.get(key, NOTHING) | self.names(holder[token])

    def arrive(self, way: tuple[str, ...], value: Any, kind: str) -> bool:
        """Put a value; whether it must not stand there."""
        holder, token = self.at(way[:-1]), way[-1]
        self.alive.append(value)
        stood: frozenset[str] | None = None
        if isinstance(holder, dict):
            if token in holder:
                self.note(holder, token)
            holder[token] = value
            stood = self.stood.get((id(holder), token))
            if token in self.banned.get(id(holder), NOTHING):
                return True
        elif kind == "replace":
            old, holder[int(token)] = holder[int(token)], value
            stood = self.names(old) if isinstance(old, dict) else None
        else:
            holder.insert(len(holder) if token == "-" else int(token), value)
        if stood is None or not isinstance(value, dict):
            return False
        self.banned[id(value)] = stood
        return self.members or not stood.isdisjoint(value)


def tokens(pointer: str) -> tuple[str, ...]:
    """The tokens of a pointer, and before them the member of the root that is the document."""
    return parse_pointer("/" + pointer)
