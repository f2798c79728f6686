"""What a YAML text has besides its values: comments, anchors, and lines that are part of a text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import yaml

from reconciler.desired.yaml_source import FASTEST

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)


class Traits(NamedTuple):
    """Two texts with equal traits and equal values differ in layout only."""

    comments: tuple[str, ...]
    anchors: tuple[str, ...]
    """Anchors, aliases and tags."""


def traits_of(text: str) -> Traits:
    """The traits of a text that can be read."""
    return Traits(
        tuple(sorted(found.rstrip() for found in _COMMENT.findall(_without_scalars(text)))),
        tuple(sorted(_marked(token) for token in _tokens(text) if _marked(token))),
    )


def trimmed(text: str) -> str:
    """Without blanks at the ends of lines, except where a line is part of a longer text."""
    kept = {
        line
        for token in _scalars(text)
        for line in range(token.start_mark.line, token.end_mark.line)
    }
    lines = text.split("\n")
    return "\n".join(
        line if number in kept else line.rstrip(" \t") for number, line in enumerate(lines)
    )


def _tokens(text: str) -> list[yaml.Token]:
    return list(yaml.scan(text, Loader=FASTEST))


def _scalars(text: str) -> list[yaml.ScalarToken]:
    return [token for token in _tokens(text) if isinstance(token, yaml.ScalarToken)]


def _marked(token: yaml.Token) -> str:
    if isinstance(token, yaml.AnchorToken):
        return f"&{token.value}"
    if isinstance(token, yaml.AliasToken):
        return f"*{token.value}"
    return f"!{token.value}" if isinstance(token, yaml.TagToken) else ""


def _without_scalars(text: str) -> str:
    """The text with x for every scalar, so that what is left with # are comments."""
    parts, done = [], 0
    for token in _scalars(text):
        begin, end = token.start_mark.index, token.end_mark.index
        header = text[begin : text.find("\n", begin) + 1] if token.style in {"|", ">"} else ""
        parts += [text[done:begin], header or "x", "\n" if header else ""]
        done = end
    return "".join([*parts, text[done:]])
