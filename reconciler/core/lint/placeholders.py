"""PR203: text that looks as if somebody meant to fill it in. Code and JSON are left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.lint.texts import PROSE, Text, texts_at, without_code
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.persona.subject import Subject

_MOST: Final = 10
"""Placeholders told per text; a template has hundreds."""
_LONGEST: Final = 40
_BULLET: Final = " \t-*#>("
_BLANKS: Final = r"(?i:your|my|our|insert|enter|add|company|customer|user|product|client)[ _]"

_FORMS: Final = (
    # {{name}}, {name} and ${name}: JSON has quotes, colons or blanks inside its braces.
    ("{", re.compile(r"\{\{\s*[\w.\- ]{1,40}?\s*\}\}|\$?\{[A-Za-z_][\w.]{0,39}\}")),
    # <NAME> and <your name>, but no tag that is closed, which is how prompts mark sections.
    ("<", re.compile(rf"<(?:[A-Z][A-Z0-9_ ]{{1,39}}|{_BLANKS}[^<>\n]{{1,39}})>")),
    # [COMPANY] and [your name], but no link and no heading, which stands alone on its line.
    ("[", re.compile(rf"\[(?:[A-Z][A-Z0-9_ ]{{2,39}}|{_BLANKS}[^\[\]\n]{{1,39}})\](?![(\[:])")),
    ("TODO", re.compile(r"\bTODO\b(?=\s*[:()\]]|[ \t]*$)|^[^\w\n]*TODO\b", re.MULTILINE)),
    ("FIXME", re.compile(r"\bFIXME\b")),
    ("TBD", re.compile(r"\bTBD\b")),
    ("orem ipsum", re.compile(r"\b[Ll]orem ipsum\b")),
)  # fmt: skip
"""What a text must contain for the pattern to be tried, and the pattern."""

_DIRECTIONS: Final = frozenset({
    "PAUSE", "LONG PAUSE", "SILENCE", "LAUGH", "LAUGHS", "LAUGHTER", "SIGH", "SIGHS", "WHISPER",
    "SMILE", "SMILES", "IMPORTANT", "NOTE", "OPTIONAL", "REQUIRED", "END", "START", "STOP",
    "SYSTEM", "USER", "ASSISTANT", "INST",
})  # fmt: skip
"""Words in brackets that are meant as they stand."""


def unfilled(subject: Subject) -> Iterator[Problem]:
    """Each placeholder of each text once, at its first place."""
    for text in texts_at(subject, PROSE):
        found: dict[str, int] = {}
        for offset, shown in sorted(_in_text(text.value)):
            found.setdefault(shown, offset)
        for shown, offset in list(found.items())[:_MOST]:
            yield _problem(subject, text, shown, offset)


def _in_text(text: str) -> Iterator[tuple[int, str]]:
    forms = [form for sign, form in _FORMS if sign in text]
    prose = without_code(text) if forms else text
    for form in forms:
        for match in form.finditer(prose):
            if not _is_meant(prose, match):
                shown = match[0].lstrip(_BULLET)
                yield match.start() + match[0].index(shown), shown


def _is_meant(text: str, match: re.Match[str]) -> bool:
    shown = match[0]
    if shown[0] == "<":
        return f"</{shown[1:]}" in text
    if shown[0] != "[":
        return False
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    after = text[match.end() :].partition("\n")[0]
    return shown[1:-1] in _DIRECTIONS or not (before + after).strip(" \t*#_-")


def _problem(subject: Subject, text: Text, shown: str, offset: int) -> Problem:
    return warning(
        text.spot,
        Rule.PLACEHOLDER,
        "A placeholder is left in the text",
        f"«{shown[:_LONGEST]}» in {subject.name(text.spot)}; Tavus fills nothing in",
        "Write what is meant; what differs per conversation belongs into the conversation",
        offset=offset,
    )
