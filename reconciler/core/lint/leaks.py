"""PR502: what looks like a secret, in a text where nobody expects one. It is never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.fields import field_at
from reconciler.core.lint.texts import texts_in
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.persona.subject import members_of
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.persona.subject import Subject

_FORMS: Final = tuple(
    (sign, kind, re.compile(pattern))
    for sign, kind, pattern in (
        ("sk-", "an API key", r"\bsk-[A-Za-z0-9_-]{16,}"),
        (
            "_",
            "an API key or a token",
            r"\b(?:[sr]k_live_|[sr]k_test_|sk_|gsk_|hf_|gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}",
        ),
        ("glpat-", "a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
        ("xox", "a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("AKIA", "an AWS key", r"\bAKIA[0-9A-Z]{16}\b"),
        ("AIza", "a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
        ("PRIVATE KEY-----", "a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
        ("eyJ", "a signed token", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
        ("earer ", "a bearer token", r"\b[Bb]earer (?=[^\s]*\d)[A-Za-z0-9._~+/-]{20,}"),
        ("://", "a password in an address", r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/:@{}<>$]{3,}@"),
    )
)
"""What a text must contain for the pattern to be tried, what it would be, and the pattern."""

_SHORTEST: Final = 16

_NAMES: Final = ("key", "secret", "token", "passw")
"""One of these must stand in a text, in capitals or not, for _NAMED to be tried."""

_NAMED: Final = re.compile(
    r"(?i:api[_ -]?key|secret|token|password|passwd)[\"']?\s*[:=]\s*[\"']?"
    r"(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9_\-+/]{16,}"
)
"""A value with letters and digits behind a name that says what it is."""


def secrets_in_texts(subject: Subject) -> Iterator[Problem]:
    """At most one per text. Fields that are made for secrets have rules of their own."""
    for text in texts_in(subject.given):
        found = _found(text.value)
        if found is None or field_at(members_of(text.spot)).sensitive:
            continue
        kind, offset = found
        yield warning(
            text.spot,
            Rule.SECRET_IN_TEXT,
            "A text holds what looks like a secret",
            f"{subject.name(text.spot)} holds what looks like {kind}",
            "Take it out and replace it where it is valid: it is in the history of the repository",
            offset=offset,
        )


def _found(text: str) -> tuple[str, int] | None:
    if len(text) < _SHORTEST:
        return None
    for sign, kind, form in _FORMS:
        if sign in text and (match := form.search(text)) is not None:
            return kind, match.start()
    if ":" in text or "=" in text:
        small = text.lower()
        if any(name in small for name in _NAMES) and (match := _NAMED.search(text)) is not None:
            return "a key", match.start()
    return None
