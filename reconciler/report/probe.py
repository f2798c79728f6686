"""What a probe found, and how a replay went, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from reconciler import __version__
from reconciler.core.service.finding import Verdict
from reconciler.core.service.made import Kind
from reconciler.core.service.question import as_json, in_words
from reconciler.core.service.questions import QUESTIONS
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import count, plain, printable, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.service.finding import Finding, Probed
    from reconciler.core.service.made import Made
    from reconciler.core.service.question import Value
    from reconciler.report.formats import ExperimentDocument, ProbeDocument
    from reconciler.report.phrasing import Paint

_INDENT: Final = " " * 4
_NUMBER: Final = 3


def probe_text(probed: Probed, width: int, paint: Paint = plain) -> str:
    """Answers first, then what stayed open, then notes, then what became of the things made."""
    where = probed.environment
    if probed.endpoint != where:
        where = f"{where} ({probed.endpoint})"
    lines = [paint(f"How {where} behaves, {probed.date}", "strong"), ""]
    numbered = list(enumerate(probed.findings, start=1))
    for verdict in (Verdict.ANSWERED, Verdict.OPEN, Verdict.NOTED):
        found = [(number, one) for number, one in numbered if one.verdict is verdict]
        if found and verdict is not Verdict.ANSWERED:
            title = {Verdict.OPEN: "Open", Verdict.NOTED: "Notes"}[verdict]
            lines += [paint(title, "strong"), ""]
        for number, finding in found:
            lines += [*_lines(number, finding, width, paint), ""]
    lines += _closing(probed, width, paint)
    return "\n".join(lines) + "\n"


def _lines(number: int, finding: Finding, width: int, paint: Paint) -> Iterator[str]:
    head = f"{number:>{_NUMBER}} {finding.id}"
    if finding.verdict is Verdict.ANSWERED and finding.value is not None:
        shipped = QUESTIONS[finding.id].default
        differs = finding.value != shipped
        told = in_words(finding.value)
        more = f"  (shipped: {in_words(shipped)})" if differs else ""
        yield f"{head}: {paint(told, 'change' if differs else 'add')}{more}"
    else:
        yield head
    yield from _wrapped(finding.asks, width, paint, "dim")
    yield from _wrapped(finding.evidence, width, paint, "")
    if finding.effect:
        yield from _wrapped(f"→ {finding.effect}", width, paint, "strong")


def _wrapped(text: str, width: int, paint: Paint, role: str) -> Iterator[str]:
    for line in wrapped(printable(text), max(40, width - len(_INDENT))):
        yield _INDENT + (paint(line, role) if role else line)


def _closing(probed: Probed, width: int, paint: Paint) -> Iterator[str]:
    counts = {one: sum(f.verdict is one for f in probed.findings) for one in Verdict}
    other = sum(f.value != QUESTIONS[f.id].default for f in probed.answered)
    yield (
        f"{count(counts[Verdict.ANSWERED], 'question')} answered, {other} other than shipped;"
        f" {counts[Verdict.OPEN]} open; {count(counts[Verdict.NOTED], 'note')}."
        f" {count(len(probed.exchanges), 'request')}."
    )
    made = _counted((*probed.deleted, *probed.left))
    if not probed.left:
        yield from wrapped(f"{made} made and deleted again; nothing else was touched.", width)
        return
    yield from wrapped(f"{made} made, {len(probed.deleted)} deleted again.", width)
    named = ", ".join(made.name for made in probed.left)
    yield paint(f"Perhaps still there: {named}", "warn")
    yield _INDENT + paint("Find and delete them: reconciler probe --clean-up", "dim")


def _counted(made: Sequence[Made]) -> str:
    """How many of each kind: «3 throw-away personas, 1 tool»."""
    numbers = Counter(one.kind for one in made)
    personas = count(numbers.pop(Kind.PERSONA, 0), "throw-away persona")
    return ", ".join([personas, *(count(numbers[k], k.noun) for k in Kind if k in numbers)])


def probe_document(probed: Probed) -> ProbeDocument:
    """The same for machines."""
    return {
        "kind": "persona-reconciler/probe",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "environment": probed.environment,
        "endpoint": probed.endpoint,
        "date": probed.date,
        "run": probed.run,
        "problem": probed.problem,
        "requests": len(probed.exchanges),
        "deleted": len(probed.deleted),
        "left": [made.name for made in probed.left],
        "findings": [_finding(one) for one in probed.findings],
    }


def _finding(one: Finding) -> ExperimentDocument:
    question = QUESTIONS.get(one.id)
    return {
        "id": one.id,
        "asks": one.asks,
        "verdict": one.verdict.value,
        "value": None if one.value is None else as_json(one.value),
        "shipped": as_json(question.default) if question else None,
        "evidence": one.evidence,
        "effect": one.effect,
        "exchanges": list(one.exchanges),
    }


def experiments_text(rows: Sequence[tuple[str, str, bool]]) -> str:
    """The table of experiments: id, what is asked, and whether only with --resources."""
    longest = max(len(id_) for id_, _, _ in rows)
    lines = [
        f"{number:>{_NUMBER}} {id_:<{longest}}  {asks}" + "  (--resources)" * beyond
        for number, (id_, asks, beyond) in enumerate(rows, start=1)
    ]
    return "\n".join(lines) + "\n"


def replay_text(
    differences: Sequence[tuple[int, str, Sequence[str]]],
    answers: Mapping[str, Value],
    paint: Paint = plain,
) -> str:
    """Each difference with the lines of the profile to change, and these lines once more.

    differences: number of the exchange, what differs, and which questions would settle it, all
    of which have an answer.
    """
    where: dict[tuple[str, Sequence[str]], list[int]] = {}
    for number, what, questions in differences:
        where.setdefault((what, questions), []).append(number)
    lines: list[str] = []
    for (what, questions), numbers in where.items():
        more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
        lines.append(f"{numbers[0]:03}{more}: {printable(what)}")
        hint = ", ".join(f"{q}: {_as_yaml(answers[q])}" for q in questions)
        advice = f"→ {hint}" if hint else "→ no line of a profile says so: the emulator differs"
        lines.append(_INDENT + paint(advice, "change" if hint else "warn"))
    lines += ["", f"{count(len(differences), 'difference')}."]
    if changed := dict.fromkeys(
        question for *_, questions in differences for question in questions
    ):
        lines.append("To change in the service profile:")
        lines += [f"  {q}: {{value: {_as_yaml(answers[q])}}}" for q in changed]
    return "\n".join(lines) + "\n"


def _as_yaml(value: Value) -> str:
    return json.dumps(as_json(value)).strip('"')
