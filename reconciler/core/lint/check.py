"""The rules about what a definition says, as one table; rules about its fields are core.persona."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.lint import guardrails, leaks, names, placeholders, repetition, size, speech
from reconciler.core.lint import tools as about_tools
from reconciler.core.persona.subject import Subject
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.core.document import Object, Path
    from reconciler.core.persona.problem import Problem
    from reconciler.core.vocabulary import Vocabulary


class _Reading(NamedTuple):
    """A function that reads a definition, and the rules whose findings it gives."""

    read: Callable[[Subject], Iterator[Problem]]
    rules: tuple[Rule, ...]


_READINGS: Final = (
    _Reading(size.prompt_size, (Rule.PROMPT_OVER_WINDOW, Rule.LONG_PROMPT)),
    _Reading(placeholders.unfilled, (Rule.PLACEHOLDER,)),
    _Reading(repetition.pasted_twice, (Rule.PASTED_TWICE,)),
    _Reading(speech.spoken_markdown, (Rule.SPOKEN_MARKDOWN,)),
    _Reading(about_tools.named_but_not_attached, (Rule.TOOL_NOT_ATTACHED,)),
    _Reading(about_tools.attached_but_not_named, (Rule.TOOL_NOT_MENTIONED,)),
    _Reading(about_tools.of_two_kinds, (Rule.TOOLS_OF_TWO_KINDS,)),
    _Reading(leaks.secrets_in_texts, (Rule.SECRET_IN_TEXT,)),
    _Reading(guardrails.too_many, (Rule.TOO_MANY_GUARDRAILS,)),
    _Reading(guardrails.missing, (Rule.MISSING_GUARDRAILS,)),
)


def lint(
    document: Object,
    vocabulary: Vocabulary,
    spellings: Mapping[Path, Path],
    wanted: Callable[[Rule], bool],
) -> list[Problem]:
    """Every finding in a definition, of every reading with a wanted rule.

    The document is in canonical spelling; spellings tell where the author's differs. A text that
    came from the environment is a Secret: it is taken into account, but no finding is about it.
    """
    subject = Subject.of(document, vocabulary)
    found = list(names.outdated(subject, spellings))
    for read, rules in _READINGS:
        if any(map(wanted, rules)):
            found.extend(read(subject))
    return found
