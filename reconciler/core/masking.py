"""Hide secrets in values, before any text exists: by path (Secret leaves) and by value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.hiding import contains_secret
from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.checkup import Checkup
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.diff import FieldChange, FieldConflict
    from reconciler.core.document import Json
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.plan import Change, Plan

SHORTEST: Final = 8
"""Shorter secrets are hidden by path only: elsewhere they would blacken innocent words."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Knows the secrets of a run; gives copies of values in which none is left."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, secrets: Iterable[Secret]) -> Mask:
        """A mask for these secrets, longest first, so that one inside another leaves no rest."""
        values = {secret.reveal() for secret in secrets}
        return cls(tuple(sorted((v for v in values if len(v) >= SHORTEST), key=len, reverse=True)))

    def text(self, text: str) -> str:
        """The text with every secret in it replaced."""
        for word in self.words:
            text = text.replace(word, MASK)
        return text

    def value(self, value: Json) -> Json:
        """The value with every Secret and every occurrence of one replaced, names included."""
        if isinstance(value, Secret):
            return MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self.value(child) for name, child in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(child) for child in value)
        return value

    def plan(self, plan: Plan) -> Plan:
        """The plan as it may be shown."""
        return replace(
            plan,
            changes=tuple(map(self._change, plan.changes)),
            diagnostics=tuple(map(self.diagnostic, plan.diagnostics)),
            conversations_unknown=self.text(plan.conversations_unknown),
        )

    def _change(self, change: Change) -> Change:
        return replace(
            change,
            name=self.text(change.name),
            reason=self.text(change.reason),
            fields=tuple(map(self._field, change.fields)),
            conflicts=tuple(map(self._conflict, change.conflicts)),
            drift=tuple(map(self._field, change.drift)),
            patches=self.value(change.patches),
            body=self.value(change.body),
            labels=self.value(dict(change.labels)),
        )

    def _field(self, field: FieldChange) -> FieldChange:
        hidden = field.sensitive or contains_secret(field.before) or contains_secret(field.after)
        before, after = self.value(field.before), self.value(field.after)
        return replace(field, before=before, after=after, sensitive=hidden)

    def _conflict(self, conflict: FieldConflict) -> FieldConflict:
        hidden = conflict.sensitive or contains_secret(conflict.live)
        return replace(conflict, live=self.value(conflict.live), sensitive=hidden)

    def diagnostic(self, diagnostic: Diagnostic) -> Diagnostic:
        """The diagnostic as it may be shown."""
        return replace(
            diagnostic,
            summary=self.text(diagnostic.summary),
            detail=self.text(diagnostic.detail),
            hint=self.text(diagnostic.hint),
        )

    def checkup(self, checkup: Checkup) -> Checkup:
        """The check-up as it may be shown."""
        checks = (
            replace(check, detail=self.text(check.detail), hint=self.text(check.hint))
            for check in checkup.checks
        )
        return replace(checkup, checks=tuple(checks))

    def outcome(self, outcome: Outcome) -> Outcome:
        """The outcome as it may be shown."""
        results = tuple(map(self.result, outcome.results))
        problem, halted = self.text(outcome.problem), self.text(outcome.halted)
        return replace(outcome, results=results, problem=problem, halted=halted)

    def result(self, result: Result) -> Result:
        """One result as it may be shown."""
        return replace(result, detail=self.text(result.detail), hint=self.text(result.hint))
