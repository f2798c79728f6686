"""PR205: Markdown in what is spoken word for word, where a voice reads its signs aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.lint.texts import SPOKEN, texts_at
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.persona.subject import Subject

_SIGNS: Final[Mapping[str, re.Pattern[str]]] = {
    "a heading": re.compile(r"^ {0,3}#{1,6}\s", re.MULTILINE),
    "a list": re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s", re.MULTILINE),
    "a table": re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE),
    "a link": re.compile(r"!?\[[^\]\n]*\]\([^)\s]+\)"),
    "code": re.compile(r"`[^`\n]+`|^```", re.MULTILINE),
    "emphasis": re.compile(r"(?<![\w*])\*{1,3}[^\s*][^*\n]*\*|(?<!\w)_{1,2}[^\s_][^_\n]*_(?!\w)"),
}


def spoken_markdown(subject: Subject) -> Iterator[Problem]:
    """Each kind of sign once per text. Prompts may have them: a model reads those, no voice."""
    for text in texts_at(subject, SPOKEN):
        for kind, sign in _SIGNS.items():
            if (found := sign.search(text.value)) is not None:
                yield warning(
                    text.spot,
                    Rule.SPOKEN_MARKDOWN,
                    "Markdown in a text that is spoken",
                    f"{subject.name(text.spot)} holds {kind}; a voice reads its signs aloud, "
                    "or swallows them",
                    "Write it as one says it",
                    offset=found.start() + len(found[0]) - len(found[0].lstrip()),
                )
