"""Markdown definitions: YAML front matter between --- lines, and a body that is the prompt."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Place, error
from reconciler.desired.source import Position, Source, unreadable
from reconciler.desired.text import control_characters, prose
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.desired.source import At

_OPENING: Final = re.compile(r"---[ \t]*\r?(?:\n|\Z)")
_CLOSING: Final = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_PROMPT: Final[At] = ("system_prompt",)
_FORM: Final = "Write a line ---, the fields in YAML, another line ---, and then the prompt"


def divided(text: str) -> tuple[str, str] | None:
    """The front matter and the body as they stand in the text; None where there is none."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return None
    return text[opening.end() : closing.start()], text[closing.end() :]


def read_markdown(text: str, file: str) -> Source:
    """Front matter and body as one document; the body becomes system_prompt, unless it is blank.

    Of the body, CRLF becomes LF and one final line end is left out; nothing else changes.
    Raises DefinitionError where the front matter is missing, not closed, or no mapping.
    """
    opening, front, closing, body = parts_of(text, file)
    # An empty line in place of the opening one keeps the line numbers of the file.
    line = (opening + front + closing).count("\n") + 1
    return _joined(read_yaml("\n" + front, file), prose(body), line)


def parts_of(text: str, file: str) -> tuple[str, str, str, str]:
    """The opening line, the front matter, the closing line and the body.

    Raises DefinitionError where the front matter is missing or not closed.
    """
    opening = _OPENING.match(text)
    if opening is None:
        raise unreadable("The front matter is missing", "", Place(file, 1, 1), _FORM)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        detail = "no second line with three dashes"
        raise unreadable("The front matter is never closed", detail, Place(file, 1, 1), _FORM)
    ends = opening.end(), closing.start(), closing.end()
    return text[: ends[0]], text[ends[0] : ends[1]], closing[0], text[ends[2] :]


def _joined(front: Source, body: str, line: int) -> Source:
    fields = {} if front.value is None else front.value
    if not isinstance(fields, dict):
        raise unreadable(
            "The front matter is not a mapping", "", front.value_place(()), "Write field: value"
        )
    if not body.strip():
        return replace(front, value=fields)
    problems = front.problems + control_characters(body, front.file, line)
    if "system_prompt" in fields:
        return replace(front, problems=(*problems, _two_prompts(front, line)))
    here = Position(line - 1, 0)
    return replace(
        front,
        value={**fields, "system_prompt": body},
        marks={**front.marks, _PROMPT: (here, here)},
        problems=problems,
        verbatim={**front.verbatim, _PROMPT: here},
    )


def _two_prompts(front: Source, line: int) -> Diagnostic:
    place = front.key_place(_PROMPT)
    return error(
        "The prompt is written twice",
        f"system_prompt on line {place.line}, and the body from line {line} on",
        place,
        "Keep one of the two",
    )
