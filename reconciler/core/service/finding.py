"""What a probe found out: an answer to each question, and how the questions were put."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.core.guises import Hider
from reconciler.core.service.profile import Answer, Profile
from reconciler.core.service.question import Confidence
from reconciler.core.service.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.secret import Secret
    from reconciler.core.service.exchange import Exchange
    from reconciler.core.service.made import Made
    from reconciler.core.service.question import Value


class Verdict(StrEnum):
    """What became of an experiment."""

    ANSWERED = "answered"
    OPEN = "open"
    """It could not be settled here; the evidence says why."""
    NOTED = "noted"
    """It is for people: no switch of the tool depends on it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one experiment."""

    id: str
    """Of the question, or of the note."""
    asks: str
    verdict: Verdict
    evidence: str
    """What was sent and what came back, in a line; free of secrets and ids."""
    value: Value | None = None
    exchanges: tuple[int, ...] = ()
    """Numbers of the requests it sent itself."""

    @property
    def effect(self) -> str:
        """What the tool does differently; empty where the answer is the shipped one."""
        if self.verdict is not Verdict.ANSWERED or self.value == QUESTIONS[self.id].default:
            return ""
        return QUESTIONS[self.id].effect


@dataclass(frozen=True, slots=True)
class Probed:
    """One run of a probe."""

    run: str
    environment: str
    endpoint: str
    date: str
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...]
    made: tuple[str, ...]
    """Ids of everything that was made."""
    deleted: tuple[Made, ...]
    """What is known to be gone again."""
    left: tuple[Made, ...] = ()
    """What may still be there."""
    problem: str = ""
    """Why it ended early; empty where it did not."""
    stopped: bool = False
    """Whether somebody asked it to end."""

    @property
    def answered(self) -> Sequence[Finding]:
        """The findings that answer a question."""
        return [one for one in self.findings if one.verdict is Verdict.ANSWERED]

    def without(self, secrets: Sequence[Secret]) -> Probed:
        """The same with no secret, and no part of one, in its words."""
        shown = Hider(secrets).text
        findings = (replace(one, evidence=shown(one.evidence)) for one in self.findings)
        return replace(self, findings=tuple(findings), problem=shown(self.problem))

    def profile(self, name: str) -> Profile:
        """The answers as a service profile; open questions keep their shipped answer."""
        answers = {
            one.id: Answer(one.value, Confidence.SEEN, self.date, one.evidence)
            for one in self.answered
            if one.value is not None
        }
        return Profile(name, self.date, self.endpoint, answers)
