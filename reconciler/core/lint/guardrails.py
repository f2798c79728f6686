"""PR503 and PR505: too many guardrails, and none where policy demands some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.persona.base import MOST_REFERENCES
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Path
    from reconciler.core.persona.subject import Subject

_IDS: Final[Path] = ("guardrail_ids",)
_TAGS: Final[Path] = ("guardrail_tags",)


def too_many(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.1: the limit holds for ids and tagged ones together."""
    lists = [value for path in (_IDS, _TAGS) if isinstance(value := get(subject.given, path), list)]
    total = sum(map(len, lists))
    if total > MOST_REFERENCES and all(len(one) <= MOST_REFERENCES for one in lists):
        yield warning(
            _IDS,
            Rule.TOO_MANY_GUARDRAILS,
            "More guardrails than a persona may have",
            f"{len(lists[0])} by id and {len(lists[1])} tags; at most {MOST_REFERENCES} are taken, "
            "and each tag stands for one at least",
            "Join guardrails, or attach by tag what is attached by id",
        )


def missing(subject: Subject) -> Iterator[Problem]:
    """For a persona that thinks for itself: what only repeats has nothing to guard."""
    if subject.text(("pipeline_mode",)) == "echo" or subject.has(_IDS) or subject.has(_TAGS):
        return
    old = "; guardrails_id alone does not count" if subject.has(("guardrails_id",)) else ""
    yield warning(
        (),
        Rule.MISSING_GUARDRAILS,
        "The guardrails that policy demands are missing",
        f"{subject.name(_IDS)} and {subject.name(_TAGS)} are empty{old}",
        "Add a guardrail by id or by tag",
    )
