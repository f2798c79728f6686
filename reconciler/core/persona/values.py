"""Rules about single values: open lists of known values, deprecated fields, secrets, numbers."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.persona.known import DEPRECATED_FIELDS, HOSTED, KNOWN, Known, Status
from reconciler.core.persona.problem import Problem, error, warning
from reconciler.core.rulebook import Rule
from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.document import Json, Path
    from reconciler.core.persona.known import Values
    from reconciler.core.persona.subject import Subject

_MODEL: Final[Path] = ("layers", "llm", "model")
_SECRETS: Final = tuple(path for path, field in FIELDS.items() if field.compare is Compare.SECRET)
_SECRET_MAPS: Final = tuple(
    path for path, field in FIELDS.items() if field.members is Compare.SECRET
)
_CREDENTIAL_HEADER: Final = re.compile(r"auth|key|token|secret|cookie|password", re.IGNORECASE)
"""Header names whose values are worth a warning; all of them are masked in any case."""


def outside(value: Json, low: float, high: float) -> bool:
    """Whether value is a number that is not in the range."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and not low <= value <= high


def _known_values(subject: Subject) -> Iterator[Problem]:
    for path, values in KNOWN.items():
        value = subject.text(path)
        if not value or (path == _MODEL and not value.startswith(HOSTED)):
            continue
        known = values.find(value)
        if known is None and values.warns:
            yield _unknown_value(subject, path, values)
        elif known is not None and known.status is not Status.CURRENT:
            yield _retired_value(subject, path, known)


def _unknown_value(subject: Subject, path: Path, values: Values) -> Problem:
    detail = f"{subject.name(path)} is {subject.quote(path)}; known are {', '.join(values.current)}"
    close = get_close_matches(subject.text(path).casefold(), values.current, 1)
    hint = f"Did you mean {close[0]}?" if close else "Keep it if the value is newer than this list"
    return warning(path, Rule.UNKNOWN_VALUE, "Unknown value", detail, hint)


def _retired_value(subject: Subject, path: Path, known: Known) -> Problem:
    removed = known.status is Status.REMOVED
    since = f" in {known.since}" if known.since else ""
    return warning(
        path,
        Rule.REMOVED_VALUE if removed else Rule.DEPRECATED_VALUE,
        "Removed value" if removed else "Deprecated value",
        f"{subject.name(path)} is {subject.quote(path)}, which "
        + (
            "is no longer served and can make later changes fail"
            if removed
            else "was replaced" + since
        ),
        f"Use {known.instead}",
    )


def _deprecated_fields(subject: Subject) -> Iterator[Problem]:
    for path, replaced in DEPRECATED_FIELDS.items():
        if not subject.has(path) or (
            path == ("guardrails_id",) and subject.has(("guardrail_ids",))
        ):
            continue
        names = " or ".join(subject.name(other) for other in replaced.by)
        hint = "; ".join(filter(None, (f"Use {names}" if names else "Drop it", replaced.note)))
        since = f" in {replaced.since}" if replaced.since else ""
        detail = f"{subject.name(path)} was replaced{since}"
        yield warning(path, Rule.DEPRECATED_FIELD, "Deprecated field", detail, hint)


def _secrets(subject: Subject) -> Iterator[Problem]:
    for path in _SECRETS:
        yield from _secret(subject, path, get(subject.given, path), is_credential=True)
    for path in _SECRET_MAPS:
        members = get(subject.given, path)
        for name, value in members.items() if isinstance(members, dict) else ():
            looks = bool(_CREDENTIAL_HEADER.search(name))
            yield from _secret(subject, (*path, name), value, is_credential=looks)


def _secret(subject: Subject, path: Path, value: Json, *, is_credential: bool) -> Iterator[Problem]:
    name = subject.name(path)
    if value == MASK or (isinstance(value, Secret) and value.is_mask):
        yield error(
            path,
            "The mask stands in place of a secret",
            f"{name} is «{MASK}», and Tavus would store just that",
            f"Write {path[-1]}: {{$env: NAME}}, or drop it to keep the stored value",
        )
    elif isinstance(value, str) and value and is_credential:
        yield warning(
            path,
            Rule.LITERAL_KEY,
            "A secret stands in the file",
            f"{name} is written out, so everyone who can read the repository can use it",
            f"Write {path[-1]}: {{$env: NAME}}, and replace the key",
        )


RULES: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (
    _known_values,
    _deprecated_fields,
    _secrets,
)
"""The rules of this module, in the order in which they speak."""
