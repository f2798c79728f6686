"""Composed YAML nodes to plain values: one pass for values, places, duplicate keys and merges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.desired.scalars import NOT_TEXT, Surprise, plain
from reconciler.desired.source import (
    DEEPEST,
    MOST_PROBLEMS,
    MOST_VALUES,
    At,
    Mark,
    Position,
    Source,
)

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

_MERGE: Final = "<<"

_CHARACTERS_PER_VALUE: Final = 64
"""So much text counts as one value more, so that aliases to long text are bounded as well."""


_INDENT: Final = re.compile(r"[^\n]*\n(?:[ ]*\r?\n)*([ ]*)")


class TooDeepError(Exception):
    """Nesting beyond DEEPEST."""

    def __init__(self, mark: yaml.Mark | None) -> None:
        super().__init__()
        self.mark = mark
        """Where the value stands that holds the one too deep."""


class TooManyError(Exception):
    """More than MOST_VALUES values."""


class TooManyProblemsError(Exception):
    """As many problems as anybody wants to read at once; carries them."""

    def __init__(self, problems: tuple[Diagnostic, ...]) -> None:
        super().__init__()
        self.problems = problems


def walked(node: yaml.Node | None, file: str, text: str) -> Source:
    """The values below a node composed from text. Raises TooDeepError and TooManyError."""
    if node is None:
        return Source(file, None, {(): (Position(0, 0), Position(0, 0))})
    walk = _Walk(file, text)
    walk.marks[()] = (node.start_mark, node.start_mark)
    value = walk.value(node, ())
    outer_first = tuple(sorted(walk.directives, key=len))
    return Source(
        file,
        value,
        walk.marks,
        directives=outer_first,
        unclear=tuple(walk.unclear),
        problems=tuple(walk.problems),
        verbatim=walk.verbatim,
    )


def _is_switch(text: str, at: At) -> bool:
    """Whether text is the off of a lint rule: no program would take a level for a boolean."""
    return text == "off" and ("lint" in at[:1] or at[:2] == ("reconcile", "lint"))


class _Walk:
    """One pass over composed nodes."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.left = MOST_VALUES
        self.merging = 0
        self.marks: dict[At, tuple[Mark, Mark]] = {}
        self.directives: set[At] = set()
        self.unclear: list[At] = []
        self.problems: list[Diagnostic] = []
        self.verbatim: dict[At, Mark] = {}

    def value(self, node: yaml.Node, at: At) -> Json:
        self.left -= 1
        if self.left < 0:
            raise TooManyError
        if node.tag is not None:
            self.unclear.append(at)
            self._problem(node, "Tags (!) are not supported", hint="Put quotes around the text")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, at)
        if len(at) >= DEEPEST:
            raise TooDeepError(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        return self._sequence(node, at)

    def _scalar(self, node: yaml.ScalarNode, at: At) -> Json:
        text: str = node.value
        self.left -= len(text) // _CHARACTERS_PER_VALUE
        if node.style == "|":
            self.verbatim[at] = self._first_line(node)
        if node.style or (text and text[0] not in NOT_TEXT):
            return text
        value = plain(text)
        if isinstance(value, Surprise) and not _is_switch(text, at):
            self.unclear.append(at)
            self._problem(node, value.summary, value.detail, hint=value.hint)
            return text
        return text if isinstance(value, Surprise) else value

    def _first_line(self, node: yaml.ScalarNode) -> Mark:
        """Where the first line of a block begins: its indentation is that of all lines."""
        indent = _INDENT.match(self.text, node.start_mark.index)
        return Position(node.start_mark.line + 1, len(indent[1]) if indent else 0)

    def _sequence(self, node: yaml.Node, at: At) -> list[Json]:
        result = []
        for index, element in enumerate(node.value):
            path = (*at, index)
            self.marks[path] = (element.start_mark, element.start_mark)
            result.append(self.value(element, path))
        return result

    def _mapping(self, node: yaml.MappingNode, at: At) -> Object:
        result: Object = {}
        merges: list[tuple[yaml.Node, yaml.Node]] = []
        for key_node, value_node in node.value:
            if key_node.value == _MERGE and not key_node.style:
                merges.append((key_node, value_node))
            elif (key := self._key(key_node)) is not None:
                path = (*at, key)
                if key in result:
                    self._duplicate(key_node, path)
                if key[:1] == "$":
                    self.directives.add(at)
                self.marks[path] = (key_node.start_mark, value_node.start_mark)
                result[key] = self.value(value_node, path)
        for key_node, value_node in merges:
            self._merge(key_node, value_node, at=at, into=result)
        return result

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._problem(node, "A key must be text", "it is a list or a mapping")
            return None
        text: str = node.value
        if node.style or (text and text[0] not in NOT_TEXT) or plain(text) == text:
            return text
        hint = f'Write "{text}" in quotes' if text.isalpha() else "Put quotes around it"
        self._problem(node, "A key must be text", "without quotes it reads as something else", hint)
        return None

    def _duplicate(self, node: yaml.Node, path: At) -> None:
        detail = f"«{path[-1]}» stands on line {self.marks[path][0].line + 1} already"
        self._problem(node, "A key is written twice", detail, "Keep one of the two")

    def _merge(self, key: yaml.Node, value: yaml.Node, *, at: At, into: Object) -> None:
        """Lay the members of merged mappings under the ones written here; the first one wins."""
        for node in value.value if isinstance(value, yaml.SequenceNode) else (value,):
            if not isinstance(node, yaml.MappingNode):
                self._problem(key, "A merge (<<) needs a mapping, or a list of mappings")
                return
            self._lay_under(node, at, into)

    def _lay_under(self, node: yaml.MappingNode, at: At, into: Object) -> None:
        self.merging += 1
        if self.merging > DEEPEST:
            raise TooDeepError(node.start_mark)
        marks, directives = self.marks, self.directives
        self.marks, self.directives = {}, set()
        merged = self.value(node, at)
        self.merging -= 1
        new = {name: value for name, value in merged.items() if name not in into}
        into.update(new)
        deep = len(at)
        marks.update({p: m for p, m in self.marks.items() if p[deep] in new})
        directives.update(p for p in self.directives if len(p) == deep or p[deep] in new)
        self.marks, self.directives = marks, directives

    def _problem(self, node: yaml.Node, summary: str, detail: str = "", hint: str = "") -> None:
        mark = node.start_mark
        place = Place(self.file, mark.line + 1, mark.column + 1)
        self.problems.append(error(summary, detail, place, hint))
        if len(self.problems) >= MOST_PROBLEMS:
            raise TooManyProblemsError(tuple(self.problems))
