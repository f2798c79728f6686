"""Shared by the tests of the persona checks: small documents, and what is found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import with_value
from reconciler.core.persona.check import Problem, check
from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object, Path


def persona(**members: Json) -> Object:
    """A fine definition; members given by path with __ for a dot: layers__llm__model."""
    document: Object = {"system_prompt": "You are Mara."}
    for name, value in members.items():
        document = with_value(document, at(name.replace("__", ".")), value)
    return document


def at(dotted: str) -> Path:
    """layers.llm.model as a path."""
    return tuple(dotted.split("."))


def problems(vocabulary: Vocabulary = Vocabulary.PERSONA, /, **members: Json) -> list[Problem]:
    """What is found in `persona(**members)`."""
    return check(persona(**members), vocabulary)


def the_problem(vocabulary: Vocabulary = Vocabulary.PERSONA, /, **members: Json) -> Problem:
    """The only problem of `persona(**members)`."""
    (found,) = problems(vocabulary, **members)
    return found


def told(problem: Problem) -> str:
    """All text of a problem."""
    return f"{problem.severity}: {problem.summary}: {problem.detail}. {problem.hint}"
