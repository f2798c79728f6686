"""The check of a definition: everything that is wrong or doubtful about it, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.persona import model_rules, rules, tool_rules, values, voice_rules
from reconciler.core.persona.problem import Problem
from reconciler.core.persona.structure import structure_problems
from reconciler.core.persona.subject import Subject

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.core.vocabulary import Vocabulary

__all__ = ["Problem", "check"]

_RULES = (
    *rules.RULES,
    *model_rules.RULES,
    *voice_rules.RULES,
    *tool_rules.RULES,
    *values.RULES,
)


def check(document: Object, vocabulary: Vocabulary) -> list[Problem]:
    """Every problem of a definition; empty where it is fine.

    The document is in canonical spelling and holds only what the author wrote. A Secret in it
    stands for a value from the environment: it is judged like any text but never shown. Text at
    a sensitive path that is no Secret counts as written into the file. The problems speak the
    given vocabulary; their paths stay canonical.
    """
    subject = Subject.of(document, vocabulary)
    found = structure_problems(subject)
    for rule in _RULES:
        found.extend(rule(subject))
    return found
