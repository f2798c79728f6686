"""Members of a YAML, JSON or Markdown file set and removed; every other line stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT
from reconciler.desired.disk import JSON, MARKDOWN, suffix_of
from reconciler.desired.editing import edited_yaml
from reconciler.desired.json_source import read_json
from reconciler.desired.markdown import parts_of, read_markdown
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json
    from reconciler.core.promotion import Edit

_PROMPT: Final = ("system_prompt",)


def edited(text: str, file: str, edits: Sequence[Edit]) -> str:
    """The text of a file after edits, whose paths are in the spelling of the file.

    Objects that an edit leaves without members are removed with it. Raises NotEditableError where
    the file cannot be edited without changing more than was asked for.
    """
    if suffix_of(file) in MARKDOWN:
        return _markdown(text, file, edits)
    return _yaml(text, edits)


def value_of(text: str, file: str) -> Json:
    """What a file says, directives as they are written."""
    if suffix_of(file) in MARKDOWN:
        return read_markdown(text, file).value
    return (read_json if suffix_of(file) in JSON else read_yaml)(text, file).value or {}


def _yaml(text: str, edits: Sequence[Edit]) -> str:
    for edit in edits:
        text = edited_yaml(text, edit.path, edit.value)
    return text


def _markdown(text: str, file: str, edits: Sequence[Edit]) -> str:
    opening, front, closing, body = parts_of(text, file)
    for edit in edits:
        if edit.path != _PROMPT:
            front = edited_yaml(front, edit.path, edit.value)
        elif isinstance(edit.value, str) and edit.value.strip():
            front, body = edited_yaml(front, _PROMPT, ABSENT), _prose(edit.value, closing)
        else:
            front, body = edited_yaml(front, _PROMPT, edit.value), ""
    return opening + front + closing + body


def _prose(value: str, line: str) -> str:
    """A prompt with the line ends of the file."""
    body = f"{value}\n"
    return body.replace("\n", "\r\n") if line.endswith("\r\n") else body
