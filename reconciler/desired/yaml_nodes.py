"""YAML text as nodes with exact ends, aliases told apart: where one would edit it by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair: TypeAlias = tuple["Node", "Node"]


@dataclass(slots=True)
class Node:
    """A value, or a key, and the part of the text that it takes, its anchor included."""

    kind: str
    """mapping, sequence, scalar or alias."""
    begin: int
    """Offset of its first character, the anchor's if it has one."""
    end: int
    """Offset behind its last character, without trailing blank lines."""
    column: int
    is_flow: bool = False
    style: str = ""
    """Of a scalar: «'», «"», «|», «>», or nothing for a plain one."""
    text: str = ""
    anchor: str = ""
    pairs: list[Pair] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def member(self, name: str) -> Pair | None:
        """The key and the value of a member."""
        return next((pair for pair in self.pairs if pair[0].text == name), None)

    def inside(self) -> Iterator[Node]:
        """The node and all below it."""
        yield self
        for child in (*(value for _, value in self.pairs), *self.items):
            yield from child.inside()


def nodes_of(text: str) -> Node | None:
    """The root node; None where there is no document. The text has to be readable YAML."""
    return _Composer(text).root()


class _Composer:
    """Nodes from the library's events, which keep aliases and flow style apart."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))

    def root(self) -> Node | None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._node(next(self._events))
        return None

    def _node(self, event: yaml.Event) -> Node:
        begin, column = _spot(event.start_mark)
        end, _ = _spot(event.end_mark)
        anchor: str = getattr(event, "anchor", None) or ""
        if isinstance(event, yaml.AliasEvent):
            return Node("alias", begin, end, column, text=anchor)
        if isinstance(event, yaml.ScalarEvent):
            end = self._trimmed(begin, end)
            style, value = event.style or "", event.value
            return Node("scalar", begin, end, column, style=style, text=value, anchor=anchor)
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        is_flow: bool = getattr(event, "flow_style", False)
        node = Node(kind, begin, end, column, is_flow=is_flow, anchor=anchor)
        self._fill(node)
        return node

    def _fill(self, node: Node) -> None:
        while True:
            event = next(self._events)
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                break
            child = self._node(event)
            if node.kind == "mapping":
                node.pairs.append((child, self._node(next(self._events))))
            else:
                node.items.append(child)
        if node.is_flow:
            node.end, _ = _spot(event.end_mark)
        else:
            last = node.items[-1] if node.items else node.pairs[-1][1]
            node.end = max(last.end, node.begin)

    def _trimmed(self, begin: int, end: int) -> int:
        """Block scalars end where the next token begins: behind their trailing blank lines."""
        return begin + len(self._text[begin:end].rstrip(" \t\r\n"))


class _Mark(Protocol):
    @property
    def index(self) -> int: ...

    @property
    def column(self) -> int: ...


def _spot(mark: _Mark | None) -> tuple[int, int]:
    """The offset and the column of a mark; every event of a text has one."""
    return (mark.index, mark.column) if mark else (0, 0)
