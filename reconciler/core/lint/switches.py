"""From findings to what is told: each at the level that project and definition give its rule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Severity
from reconciler.core.rulebook import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.lint.settings import RuleSwitch
    from reconciler.core.rulebook import Rule

_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Switches:
    """What a project thinks of the rules. Without any, each has its own level."""

    project: Mapping[str, RuleSwitch] = field(default_factory=dict)
    """By code."""
    thorough: bool = True
    """Whether to read the texts for advice as well. A plan does not: it takes only what could stop
    it, so that it is fast, and quiet about what `validate` says."""

    def wants(self, rule: Rule, own: Mapping[str, str] = _NOTHING) -> bool:
        """Whether a rule that takes reading can tell anything under these switches."""
        levels = (own.get(rule.code), getattr(self.project.get(rule.code), "level", None))
        return self.thorough or Level.ERROR in levels

    def judged(
        self,
        found: Iterable[Diagnostic],
        *,
        labels: Mapping[str, str] = _NOTHING,
        own: Mapping[str, str] = _NOTHING,
    ) -> list[Diagnostic]:
        """The findings that are to be told, as warnings or errors; what has no rule stays as it is.

        labels are those of the definition the findings are about, own its own switches by code.
        """
        told = []
        for diagnostic in found:
            if diagnostic.rule is None:
                told.append(diagnostic)
            elif (level := self._level(diagnostic.rule, labels, own)) is not Level.OFF:
                told.append(replace(diagnostic, severity=Severity(level)))
        return told

    def _level(self, rule: Rule, labels: Mapping[str, str], own: Mapping[str, str]) -> Level:
        if (chosen := own.get(rule.code)) is not None:
            return Level(chosen)
        switch = self.project.get(rule.code)
        if switch is not None and switch.labels.items() <= labels.items():
            return Level(switch.level)
        return rule.level
