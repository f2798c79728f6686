"""Members of a YAML, JSON or Markdown file set and removed; comments, order and quotes stay."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString
from ruamel.yaml.util import load_yaml_guess_indent

from reconciler.core.document import ABSENT
from reconciler.core.errors import SettingsError
from reconciler.desired.disk import JSON, MARKDOWN
from reconciler.desired.json_source import read_json
from reconciler.desired.markdown import parts_of, read_markdown
from reconciler.desired.yaml_source import read_yaml
from reconciler.desired.yaml_writer import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json, Object
    from reconciler.core.promotion import Edit

_NO_FOLDING: Final = 2**30
_PROMPT: Final = ("system_prompt",)
_FIRST_INDENT: Final = re.compile(r"^[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n( +)[^\s#-]", re.MULTILINE)


def edited(text: str, file: str, edits: Sequence[Edit]) -> str:
    """The text of a file after edits, whose paths are in the spelling of the file.

    Objects that an edit leaves without members are removed with it. Raises SettingsError where
    the file cannot be edited without changing more than was asked for.
    """
    suffix = "." + file.rpartition(".")[2].lower()
    if suffix in MARKDOWN:
        after = _markdown(text, file, edits)
    elif suffix in JSON:
        after = _json(text, edits)
    else:
        after = _yaml(text, edits)
    _require(value_of(text, file), value_of(after, file), file, edits)
    return after


def value_of(text: str, file: str) -> Json:
    """What a file says, directives as they are written."""
    suffix = "." + file.rpartition(".")[2].lower()
    if suffix in MARKDOWN:
        return read_markdown(text, file).value
    return (read_json if suffix in JSON else read_yaml)(text, file).value or {}


def _require(before: Json, after: Json, file: str, edits: Sequence[Edit]) -> None:
    expected = _copy(before)
    _apply(expected, edits)
    if after != expected:
        names = ", ".join(".".join(edit.path) for edit in edits)
        raise SettingsError(
            "A file cannot be edited without changing more of it",
            f"{file}: {names}",
            "It shares values by anchors, or has an odd layout; edit it by hand",
        )


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    return value


def _json(text: str, edits: Sequence[Edit]) -> str:
    document = json.loads(text)
    _apply(document, edits)
    indent = re.search(r"\n( +)", text)
    width = len(indent[1]) if indent else 2
    return json.dumps(document, ensure_ascii=False, indent=width) + "\n"


def _markdown(text: str, file: str, edits: Sequence[Edit]) -> str:
    opening, front, closing, body = parts_of(text, file)
    others = [edit for edit in edits if edit.path != _PROMPT]
    for edit in (edit for edit in edits if edit.path == _PROMPT):
        is_body = isinstance(edit.value, str) and bool(edit.value.strip())
        if is_body:
            body = f"{edit.value}\n"
        elif body.strip():
            body = ""
        if not is_body or any(line.startswith("system_prompt:") for line in front.splitlines()):
            others.append(type(edit)(_PROMPT, ABSENT if is_body else edit.value))
    return opening + (_yaml(front, others) if others else front) + closing + body


def _yaml(text: str, edits: Sequence[Edit]) -> str:
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = _NO_FOLDING
    _, sequence, offset = load_yaml_guess_indent(text or "{}")
    found = _FIRST_INDENT.search(text)
    mapping = len(found[1]) if found else 2
    writer.indent(mapping=mapping, sequence=sequence or mapping + 2, offset=offset or 0)
    document = writer.load(text)
    if document is None:
        document = CommentedMap()
    _apply(document, edits)
    if not document:
        return ""
    stream = io.StringIO()
    writer.dump(document, stream)
    return stream.getvalue()


def _apply(document: Any, edits: Sequence[Edit]) -> None:  # noqa: ANN401 - plain or ruamel's
    is_yaml = isinstance(document, CommentedMap)
    for edit in edits:
        if edit.value is ABSENT:
            _remove(document, edit.path)
            continue
        node = document
        for name in edit.path[:-1]:
            if not isinstance(node.get(name), dict):
                node[name] = CommentedMap() if is_yaml else {}
            node = node[name]
        last = edit.path[-1]
        node[last] = _node(edit.value) if is_yaml else edit.value


def _remove(node: Object, path: Sequence[str]) -> None:
    first, *rest = path
    if rest and isinstance(node.get(first), dict):
        _remove(node[first], rest)
        if node[first]:
            return
    node.pop(first, None)


def _node(value: Json) -> Any:  # noqa: ANN401 - ruamel's own values
    """A plain value as ruamel writes it so that every reader reads it back the same."""
    if isinstance(value, str):
        style = style_of(value)
        quoted = DoubleQuotedScalarString if style else str
        return LiteralScalarString(value) if style == "|" else quoted(value)
    if isinstance(value, dict):
        mapping = CommentedMap({name: _node(member) for name, member in value.items()})
        if len(value) == 1 and next(iter(value)).startswith("$"):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq([_node(item) for item in value])
        if not any(isinstance(item, dict | list) or "\n" in str(item) for item in value):
            sequence.fa.set_flow_style()
        return sequence
    return value
