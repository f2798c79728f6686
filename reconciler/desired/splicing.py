"""Splices a value into YAML text, in the style of what stands around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, equal
from reconciler.core.errors import ReconcilerError
from reconciler.desired.yaml_nodes import nodes_of
from reconciler.desired.yaml_source import read_yaml
from reconciler.desired.yaml_writer import is_directive, yaml_text

if TYPE_CHECKING:
    from reconciler.core.document import Absent, Json
    from reconciler.desired.source import At
    from reconciler.desired.yaml_nodes import Node

_STEP: Final = 2
_WIDEST: Final = 100


class NotEditableError(ReconcilerError):
    """The value cannot be changed where it stands; a person has to do it."""


class Splicing:
    """One text, its nodes, and one change of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = nodes_of(text)
        self._is_json = text.lstrip().startswith(("{", "["))
        nodes = self._root.inside() if self._root else ()
        self._shared = {node.text for node in nodes if node.kind == "alias"}

    def edited(self, at: At, value: Json | Absent) -> str:
        """The text with the value at the path set, or removed. Raises NotEditableError."""
        if self._root is None or (self._root.kind == "scalar" and not self._root.text):
            return self._text + ("" if value is ABSENT else yaml_text(_nested(at, value)))
        return self._member(self._root, at, value)

    def _member(self, node: Node, at: At, value: Json | Absent) -> str:
        """Set or remove what is at a path below a node."""
        self._require_own(node, at)
        step = at[0]
        if node.kind == "sequence" and isinstance(step, int) and step < len(node.items):
            return self._element(node, at, value)
        if node.kind != "mapping" or isinstance(step, int):
            raise NotEditableError("There is no such place in the file", ".".join(map(str, at)))
        found = node.member(step)
        if found is None:
            return (
                self._text if value is ABSENT else self._added(node, step, _nested(at[1:], value))
            )
        key, known = found
        if value is ABSENT and (len(at) == 1 or _is_only(known, at[1:])):
            return self._removed(node, key, known)
        if len(at) > 1 and known.kind in {"mapping", "sequence"}:
            return self._member(known, at[1:], value)
        if value is ABSENT:
            return self._text
        return self._replaced(node, key, known, _nested(at[1:], value))

    def _element(self, node: Node, at: At, value: Json | Absent) -> str:
        item = node.items[int(at[0])]
        if len(at) > 1:
            return self._member(item, at[1:], value)
        if value is ABSENT:
            raise NotEditableError("An element of a list is not removed alone")
        return self._replaced(node, None, item, value)

    # ------------------------------------------------------------ what others take over

    def _require_own(self, node: Node, at: At) -> None:
        if node.kind == "alias":
            what = f"{'.'.join(map(str, at))} is below *{node.text}"
            raise NotEditableError("The value is an alias", what, "Edit the file by hand.")
        self._require_unshared([node])

    def _require_unshared(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node.anchor and node.anchor in self._shared:
                raise NotEditableError(
                    "The value is shared within the file",
                    f"others take &{node.anchor} over",
                    "Edit the file by hand.",
                )

    # ------------------------------------------------------------ replace, add, remove

    def _replaced(self, around: Node, key: Node | None, node: Node, value: Json) -> str:
        self._require_unshared([*node.inside()])
        if isinstance(value, list) and node.kind == "sequence" and value and node.items:
            spliced = self._elements(node, value)
            if spliced is not None:
                return spliced
        anchor = f"&{node.anchor} " if node.anchor else ""
        if self._is_json or around.is_flow or (node.is_flow and not _is_prose(value)):
            return self._put(node.begin, node.end, anchor + self._flow(value, node.style))
        indent = key.column if key else max(node.column - _STEP, 0)
        written = anchor + self._block(value, indent, node.style)
        if key is None:
            return self._put(node.begin, node.end, written.lstrip("\n "))
        colon = self._text.index(":", key.end) + 1
        gap = self._text[colon : node.begin]
        if written.startswith("\n") or not gap or "\n" in gap:
            begin, written = colon, written if written[0] == "\n" else f" {written}"
        else:
            begin = node.begin
        return self._put_before_comment(begin, node.end, written)

    def _elements(self, node: Node, value: list[Json]) -> str | None:
        """Only the elements that differ, where the ones before and after them are the same."""
        if any(item.kind == "alias" for item in node.items):
            return None
        known = [self._value_of(item) for item in node.items]
        first = _common(known, value)
        last = _common(known[first:][::-1], value[first:][::-1])
        old, new = node.items[first : len(known) - last], value[first : len(value) - last]
        if len(old) == len(new) == 1:
            return self._replaced(node, None, old[0], new[0])
        if node.is_flow:
            return None
        lines = "".join(f"{' ' * node.column}- {self._item(one, node.column)}\n" for one in new)
        if old:
            begin, end = self._line(old[0].begin), self._next_line(old[-1].end)
            return self._put(begin, end, lines)
        where = self._next_line(node.items[first - 1].end) if first else self._line(node.begin)
        return self._put(where, where, self._on_new_line(where) + lines)

    def _value_of(self, node: Node) -> Json:
        text = self._text[node.begin : node.end]
        return read_yaml(text if node.is_flow else " " * node.column + text, "").value

    def _item(self, value: Json, column: int) -> str:
        return self._block(value, column, "").lstrip("\n ")

    def _added(self, node: Node, name: str, value: Json) -> str:
        if node.is_flow:
            return self._added_in_flow(node, name, value)
        where = self._next_line(node.pairs[-1][1].end)
        lines = _indented(yaml_text({name: value}), node.pairs[0][0].column)
        return self._put(where, where, self._on_new_line(where) + lines)

    def _added_in_flow(self, node: Node, name: str, value: Json) -> str:
        written = f"{self._flow(name, '')}: {self._flow(value, '')}"
        if not node.pairs:
            return self._put(node.begin + 1, node.end - 1, written)
        key, last = node.pairs[-1]
        before = self._text[self._line(key.begin) : key.begin]
        gap = " " if before.strip() or not before else f"\n{before}"
        return self._put(last.end, last.end, f",{gap}{written}")

    def _removed(self, node: Node, key: Node, value: Node) -> str:
        self._require_unshared([*value.inside()])
        place = next(n for n, pair in enumerate(node.pairs) if pair[0] is key)
        is_behind_a_dash = bool(self._text[self._line(key.begin) : key.begin].strip())
        if not node.is_flow and not is_behind_a_dash:
            return self._put(self._line(key.begin), self._next_line(value.end), "")
        if place + 1 < len(node.pairs):
            return self._put(key.begin, node.pairs[place + 1][0].begin, "")
        begin = node.pairs[place - 1][1].end if place else key.begin
        return self._put(begin, value.end, "")

    # ------------------------------------------------------------ text

    def _block(self, value: Json, indent: int, style: str) -> str:
        """A value behind its key: on that line, or, for lists and objects, on the ones below."""
        if is_directive(value):
            return self._flow(value, "")
        if isinstance(value, dict | list) and value:
            lines = yaml_text(value) if isinstance(value, dict) else _list_text(value)
            return "\n" + _indented(lines, indent + _STEP).rstrip("\n")
        if isinstance(value, str) and style in {"'", '"'} and _fits_a_line(value):
            return _quoted(value, style)
        return _indented(_scalar_text(value), indent).strip(" \n")

    def _flow(self, value: Json, style: str) -> str:
        if self._is_json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            inner = (f"{self._flow(k, '')}: {self._flow(v, '')}" for k, v in value.items())
            return f"{{{', '.join(inner)}}}"
        if isinstance(value, list):
            return f"[{', '.join(self._flow(one, '') for one in value)}]"
        if isinstance(value, str) and style in {"'", '"'} and _fits_a_line(value):
            return _quoted(value, style)
        line = _scalar_text(value).strip()
        is_plain = "\n" not in line and (line.startswith('"') or not set(line) & set(",[]{}"))
        return line if is_plain else json.dumps(value, ensure_ascii=False)

    def _put_before_comment(self, begin: int, end: int, written: str) -> str:
        """A comment behind the old value stays on the line on which a longer text begins."""
        header, newline, body = written.partition("\n")
        comment = self._text[end:].partition("\n")[0]
        if not (header.strip() and newline and comment.lstrip().startswith("#")):
            return self._put(begin, end, written)
        return self._put(begin, end + len(comment), f"{header}{comment}\n{body}")

    def _put(self, begin: int, end: int, written: str) -> str:
        return self._text[:begin] + written + self._text[end:]

    def _line(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _next_line(self, offset: int) -> int:
        """Where the line after the one that holds the offset begins."""
        end = self._text.find("\n", offset)
        return len(self._text) if end < 0 else end + 1

    def _on_new_line(self, where: int) -> str:
        return "\n" if where and self._text[where - 1] != "\n" else ""


def _nested(at: At, value: Json | Absent) -> Json:
    for step in reversed(at):
        value = {step: value}
    return value


def _is_only(node: Node, at: At) -> bool:
    """Whether nothing is left of a mapping without what is at the path."""
    found = node.member(str(at[0])) if len(node.pairs) == 1 else None
    return found is not None and (len(at) == 1 or _is_only(found[1], at[1:]))


def _is_prose(value: Json) -> bool:
    return isinstance(value, str) and ("\n" in value or len(value) > _WIDEST)


def _fits_a_line(value: str) -> bool:
    return value.isprintable() and len(value) <= _WIDEST


def _quoted(value: str, style: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'" if style == "'" else json.dumps(value, ensure_ascii=False)


def _scalar_text(value: Json) -> str:
    return yaml_text({"k": value}).removeprefix("k:")


def _list_text(value: list[Json]) -> str:
    lines = yaml_text({"k": value}).removeprefix("k:\n").splitlines(keepends=True)
    return "".join(line[_STEP:] if line[:_STEP].isspace() else line for line in lines)


def _indented(text: str, columns: int) -> str:
    """Every line but empty ones moved to the right."""
    lines = text.splitlines(keepends=True)
    return "".join(line if line == "\n" else " " * columns + line for line in lines)


def _common(one: list[Json], other: list[Json]) -> int:
    """How many elements at the beginning are equal."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if not equal(a, b)), min(len(one), len(other)))
