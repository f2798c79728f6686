"""What is known of a field: as a page for the terminal, and as JSON."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Final

from reconciler import __version__
from reconciler.core.document import ABSENT, dotted, pointer
from reconciler.core.persona.known import Status
from reconciler.core.service.defaults import DEFAULTS
from reconciler.core.service.question import as_json, in_words
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import plain
from reconciler.report.values import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.explain.explanation import Default, Explanation, Finding
    from reconciler.core.persona.known import Known, Values
    from reconciler.core.service.profile import Answer
    from reconciler.report.formats import (
        DefaultDocument,
        ExplanationDocument,
        FindingDocument,
        KnownValueDocument,
        MemberDocument,
    )
    from reconciler.report.phrasing import Paint

_NARROWEST: Final = 40
_LABEL: Final = 12
"""Columns of the words in front."""


def explanation_text(
    explained: Explanation, profile: str, paint: Paint = plain, width: int = WIDTH
) -> str:
    """A title, the description, what is known line by line, and the members."""
    width = max(width, _NARROWEST)
    title = dotted(explained.path) or "A persona"
    lines = [f"{paint(title, 'strong')}  {paint(explained.type, 'dim')}", ""]
    lines += textwrap.wrap(
        explained.description, width, initial_indent="  ", subsequent_indent="  "
    )
    lines.append("")
    before = ""
    for label, text in _rows(explained, profile):
        if text:
            lines += _row("" if label == before else label, text, width)
            before = label
    if explained.members:
        lines += ["", *_members(explained, width, paint)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _row(label: str, text: str, width: int) -> list[str]:
    begin = f"  {label:<{_LABEL}}"
    return textwrap.wrap(
        text,
        width,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rows(explained: Explanation, profile: str) -> Iterator[tuple[str, str]]:
    if not explained.path:
        return
    yield "pointer", pointer(explained.path)
    yield "also", _names(explained)
    yield "example", _examples(explained)
    if explained.values is not None:
        yield "values", _current(explained.values)
        yield from (("retired", _retired(known)) for known in _old(explained.values))
    yield "default", _default_words(explained)
    yield "replaced", _replaced(explained)
    yield "secret", "yes: never shown, nor its length" if explained.is_sensitive else ""
    yield "patch", explained.patch
    yield from (("server", text) for text in explained.server)
    yield from (("server", _finding(one)) for one in explained.findings if not _is_of_default(one))
    yield "profile", profile if explained.findings else ""
    if (known := explained.provenance) is not None:
        yield "since", known.since
        yield "known from", f"{'; '.join(known.told)} ({known.confidence})"


def _names(explained: Explanation) -> str:
    names = []
    if explained.pal_path != explained.path:
        names.append(f"{dotted(explained.pal_path)} in PAL words")
    names += [f"{dotted(other)} (another spelling)" for other in explained.other_names]
    return "; ".join(names)


def _examples(explained: Explanation) -> str:
    return "; ".join(json.dumps(value, ensure_ascii=False) for value in explained.examples)


def _current(values: Values) -> str:
    also = "others are taken, with a warning" if values.warns else "others are taken"
    return f"{', '.join(values.current)}; {also}"


def _old(values: Values) -> list[Known]:
    return [known for known in values.known if known.status is not Status.CURRENT]


def _retired(known: Known) -> str:
    since = f" {known.since}" if known.since else ""
    return f"{known.value}: {known.status}{since}, use {known.instead}"


def _default_words(explained: Explanation) -> str:
    """«"medium", once the layer has a member, since 2026-09 (seen)»."""
    default = explained.default
    if default.value is ABSENT:
        return "" if explained.members or not explained.is_patchable else "none known"
    value = json.dumps(default.value, ensure_ascii=False)
    since = f"since {default.since}" if default.since else ""
    words = ", ".join(part for part in (value, default.condition, since) if part)
    answers = (one.answer for one in explained.findings if _is_of_default(one))
    sure = [f"({_how_sure(answer, dated=not since)})" for answer in answers]
    return " ".join([words, *sure])


def _is_of_default(found: Finding) -> bool:
    return found.question in DEFAULTS.values()


def _replaced(explained: Explanation) -> str:
    replaced = explained.replaced
    if replaced is None:
        return ""
    by = " or ".join(map(dotted, replaced.by))
    since = f" in {replaced.since}" if replaced.since else ""
    first = f"by {by}{since}" if by else "by nothing"
    return f"{first}; {replaced.note}" if replaced.note else first


def _finding(found: Finding) -> str:
    answer = found.answer
    said = in_words(answer.value)
    return f"{found.question.asks} → {said} ({found.question.id}, {_how_sure(answer)})"


def _how_sure(answer: Answer, *, dated: bool = True) -> str:
    return f"{answer.confidence}, {answer.date}" if dated and answer.date else answer.confidence


def _members(explained: Explanation, width: int, paint: Paint) -> Iterator[str]:
    names = max(len(member.name) for member in explained.members)
    types = max(len(_first(member.type)) for member in explained.members)
    left = width - names - types - 6
    for member in explained.members:
        row = f"  {member.name:<{names}}  {paint(f'{_first(member.type):<{types}}', 'dim')}"
        told = textwrap.shorten(_sentence(member.description), max(left, 8), placeholder=" …")
        yield (f"{row}  {told}" if left >= _NARROWEST else row).rstrip()


def _first(words: str) -> str:
    """A type without its limits and values."""
    return "text" if words.startswith("one of ") else words.partition(",")[0]


def _sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def explanation_document(explained: Explanation, profile: str) -> ExplanationDocument:
    """The same as JSON."""
    known, replaced, values = explained.provenance, explained.replaced, explained.values
    return {
        "kind": "persona-reconciler/explanation",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "profile": profile,
        "path": pointer(explained.path),
        "pal_path": pointer(explained.pal_path),
        "other_names": [pointer(other) for other in explained.other_names],
        "type": explained.type,
        "description": explained.description,
        "examples": list(explained.examples),
        "values": [_value(one) for one in values.known] if values else [],
        "values_are_open": values is None or not values.warns,
        "default": _default(explained.default),
        "patchable": explained.is_patchable,
        "patch": explained.patch,
        "server": list(explained.server),
        "findings": [_found(one) for one in explained.findings],
        "replaced": {
            "by": [pointer(path) for path in replaced.by],
            "note": replaced.note,
            "since": replaced.since,
        }
        if replaced
        else None,
        "sensitive": explained.is_sensitive,
        "confidence": known.confidence.value if known else None,
        "sources": list(known.told) if known else [],
        "since": known.since if known else "",
        "members": _member_documents(explained),
    }


def _member_documents(explained: Explanation) -> list[MemberDocument]:
    return [
        {"name": member.name, "type": member.type, "description": member.description}
        for member in explained.members
    ]


def _value(known: Known) -> KnownValueDocument:
    return {
        "value": known.value,
        "status": known.status.value,
        "instead": known.instead,
        "since": known.since,
    }


def _default(default: Default) -> DefaultDocument | None:
    if default.value is ABSENT:
        return None
    return {"value": default.value, "since": default.since, "condition": default.condition}


def _found(found: Finding) -> FindingDocument:
    return {
        "question": found.question.id,
        "asks": found.question.asks,
        "answer": as_json(found.answer.value),
        "confidence": found.answer.confidence.value,
        "date": found.answer.date,
        "evidence": found.answer.evidence,
        "effect": found.question.effect,
    }
