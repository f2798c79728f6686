"""The canonical layout of a definition file: what it says stays, how it is written does not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import yaml
from ruamel.yaml.error import YAMLError

from reconciler.core.errors import DefinitionError
from reconciler.desired.markdown import divided, read_markdown
from reconciler.desired.round_trip import laid_out
from reconciler.desired.top_level import in_schema_order
from reconciler.desired.yaml_source import read_yaml
from reconciler.desired.yaml_traits import traits_of, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.desired.source import Source

_MOST_PASSES: Final = 4
"""Passes until nothing changes any more; one is the rule."""

_OTHER_LINE_END: Final = re.compile(r"\r\n?")


def formatted_yaml(text: str, file: str) -> str:
    """A definition in YAML, laid out. Raises DefinitionError where it has an error."""
    _refuse_errors(read_yaml(text, file))
    steps = (_with_lf, _ended, trimmed, _ordered, laid_out)
    for _ in range(_MOST_PASSES):
        before = text
        for step in steps:
            text = _if_it_says_the_same(step, text)
        if text == before:
            break
    return text


def formatted_markdown(text: str, file: str) -> str:
    """A definition in Markdown: its front matter laid out, its body with LF and a last line end.

    Raises DefinitionError where it has an error.
    """
    _refuse_errors(read_markdown(text, file))
    parts = divided(text)
    if parts is None:
        return text
    front, body = parts
    if front.strip():
        front = formatted_yaml(front, file)
    body = body.replace("\r\n", "\n")
    if body and not body.endswith("\n"):
        body += "\n"
    return f"---\n{front}---\n{body}"


def _refuse_errors(source: Source) -> None:
    if any(problem.is_error for problem in source.problems):
        raise DefinitionError(source.problems)


def _if_it_says_the_same(step: Callable[[str], str], text: str) -> str:
    """The text after a step; before it, where the step would change more than the layout."""
    try:
        after = step(text)
        is_same = _meaning(after) == _meaning(text) and traits_of(after) == traits_of(text)
    except (DefinitionError, YAMLError, yaml.YAMLError, ValueError):
        return text
    return after if is_same else text


def _meaning(text: str) -> str:
    # As text, because True == 1 and 1 == 1.0.
    return json.dumps(read_yaml(text, "").value, sort_keys=True)


def _with_lf(text: str) -> str:
    return _OTHER_LINE_END.sub("\n", text)


def _ended(text: str) -> str:
    return text.strip("\n") + "\n"


def _ordered(text: str) -> str:
    return in_schema_order(text, read_yaml(text, ""))
