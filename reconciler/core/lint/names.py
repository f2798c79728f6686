"""PR104 for names: a field written under a name from before it was renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import dotted
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule
from reconciler.core.vocabulary import OTHER_SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Path
    from reconciler.core.persona.subject import Subject


def outdated(subject: Subject, spellings: Mapping[Path, Path]) -> Iterator[Problem]:
    """The perception names from before 2026, which neither vocabulary has (persona-api 2)."""
    for path, written in spellings.items():
        if written in OTHER_SPELLINGS and written[:2] == ("layers", "perception"):
            yield warning(
                path,
                Rule.DEPRECATED_FIELD,
                "Deprecated field",
                f"{dotted(written)} is an older name, replaced in 2026",
                f"Use {subject.name(path)}",
            )
