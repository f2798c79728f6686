"""A service profile: the answers to all questions, each with its date and evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.service.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.service.question import Confidence, Value


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and why it is believed."""

    value: Value
    confidence: Confidence
    date: str = ""
    """When it was found out, year-month or year-month-day; empty where nobody says."""
    evidence: str = ""
    """What was seen, in a line; free of secrets."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one service behaves."""

    name: str
    """What reports call it: the file's stem, or «shipped»."""
    taken: str = ""
    """The day it was made, year-month-day."""
    endpoint: str = ""
    """The base URL it was found at; empty for the shipped one."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Question → answer; a question that is left out has its default."""

    def answer(self, question: str) -> Answer:
        """The answer to a question, the shipped one where this profile has none.

        Raises KeyError for an unknown question.
        """
        known = QUESTIONS[question]
        shipped = Answer(known.default, known.confidence, known.date, known.source)
        return self.answers.get(question, shipped)

    def value(self, question: str) -> Value:
        """The value of an answer. Raises KeyError for an unknown question."""
        said = self.answers.get(question)
        return QUESTIONS[question].default if said is None else said.value


def switch_texts(profile: Profile) -> Mapping[str, str]:
    """Question → its answer as the emulator's switch of that name is written."""
    return {id_: _text(profile.value(id_)) for id_ in QUESTIONS}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


SHIPPED_ON = "2026-10-21"
"""The day of the newest source of the shipped profile."""

SHIPPED = Profile("shipped", SHIPPED_ON)
"""What the documentation and other people's findings say of October 2026."""
