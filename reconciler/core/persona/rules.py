"""Rules that join several fields: what a mode, a model or a phrase asks of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reconciler.core.persona.problem import error, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.core.document import Path
    from reconciler.core.persona.problem import Problem
    from reconciler.core.persona.subject import Subject

PROMPT: Final[Path] = ("system_prompt",)
MODE: Final[Path] = ("pipeline_mode",)
FACE: Final[Path] = ("default_replica_id",)
_FLOW: Final[Path] = ("layers", "conversational_flow")
_SEES: Final[Path] = ("layers", "perception")
_PROMPTLESS: Final = ("echo", "speech-to-speech")
_LOST: Final[Mapping[str, tuple[str, ...]]] = {
    "raven-0": ("audio",),
    "basic": ("audio",),
    "off": ("audio", "visual", "screen"),
}
"""Perception model → the senses it does not have (persona-api 8.4)."""


def _mode(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.1: a full persona needs a prompt, the other modes take none."""
    mode = subject.text(MODE) or "full"
    if mode == "full" and not subject.text(PROMPT).strip() and not _is_odd(subject, PROMPT):
        where = PROMPT if "system_prompt" in subject.plain else ()
        yield error(
            where,
            "The prompt is missing",
            "A persona in full mode needs a system_prompt",
            "Write one, or set pipeline_mode: echo for a persona that only speaks what it is sent",
        )
    if mode in _PROMPTLESS:
        for path in filter(subject.has, (PROMPT, ("context",))):
            yield error(
                path,
                "The mode takes no prompt",
                f"{subject.name(path)} stands beside {subject.name(MODE)} {subject.quote(MODE)}",
                f"Drop {subject.name(path)}, or the mode",
            )


def _is_odd(subject: Subject, path: Path) -> bool:
    """Whether something other than text stands there, which is a problem of its own."""
    return subject.has(path) and not subject.text(path)


def _phrases(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.6: one cannot fall asleep without a way to wake."""
    wake, sleep = (*_FLOW, "wake_phrase"), (*_FLOW, "sleep_phrase")
    if subject.has(sleep) and not subject.has(wake):
        yield error(
            sleep,
            "A sleep phrase needs a wake phrase",
            f"{subject.name(sleep)} is set, {subject.name(wake)} is not",
            f"Add {subject.name(wake)}",
        )


def _conferencing(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.7."""
    room = ("layers", "conferencing")
    if subject.has(room) and not subject.has(FACE):
        yield error(
            room,
            "Conferencing needs a face",
            f"{subject.name(room)} is set, {subject.name(FACE)} is not",
            f"Add {subject.name(FACE)}",
        )


def _perception(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.4: what the chosen perception model cannot do."""
    model = (*_SEES, "perception_model")
    chosen = subject.text(model)
    for sense in _LOST.get(chosen, ()):
        for part in ("awareness_queries", "tool_prompt", "tools"):
            if subject.has(path := (*_SEES, f"{sense}_{part}")):
                yield warning(
                    path,
                    Rule.IDLE_PERCEPTION,
                    "The perception model does not do this",
                    f"{subject.name(path)} has no effect while {subject.name(model)}"
                    f" is {subject.quote(model)}",
                    "Use raven-1, or drop the field",
                )


def _guardrails(subject: Subject) -> Iterator[Problem]:
    """persona-api 14: the old set looks attached and does nothing."""
    if subject.has(("guardrails_id",)) and subject.has(("guardrail_ids",)):
        yield warning(
            ("guardrails_id",),
            Rule.IDLE_GUARDRAILS,
            "The old guardrails field has no effect",
            "guardrails_id does nothing beside guardrail_ids",
            "Drop guardrails_id",
        )


def _endpoint(subject: Subject) -> Iterator[Problem]:
    """persona-api 8.2: the address of an endpoint ends where the protocol begins."""
    base = ("layers", "llm", "base_url")
    address = subject.text(base).rstrip("/")
    if not address:
        return
    if address.endswith("/chat/completions"):
        yield warning(
            base,
            Rule.ODD_ENDPOINT,
            "The address has the route in it",
            f"{subject.name(base)} ends in /chat/completions, which Tavus adds itself",
            "Drop /chat/completions from the address",
        )
    if urlsplit(address).scheme not in {"http", "https"}:
        yield warning(
            base,
            Rule.ODD_ENDPOINT,
            "This is no web address",
            f"{subject.name(base)} has no http or https scheme",
        )


RULES: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (
    _mode,
    _phrases,
    _conferencing,
    _perception,
    _guardrails,
    _endpoint,
)
"""The rules of this module, in the order in which they speak."""
