"""Values and fields that are known, with their status. Open lists: an unknown value is no error.

The vendor adds and retires values faster than any list can follow, so these serve for warnings
and for completion in editors only (persona-api sections 2 and 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


class Status(StrEnum):
    """How a known value stands with the vendor."""

    CURRENT = "current"
    DEPRECATED = "deprecated"
    """Still taken, but to be replaced."""
    REMOVED = "removed"
    """No longer served. Stored in a persona, it can make any later patch fail (persona-api 7)."""


@dataclass(frozen=True, slots=True)
class Known:
    """One value of an open list."""

    value: str
    status: Status = Status.CURRENT
    instead: str = ""
    """What to write instead, where the value is not current."""
    since: str = ""
    """The year, or the year and the month, in which it was replaced, where that is known."""


@dataclass(frozen=True, slots=True)
class Values:
    """The known values of one field."""

    known: tuple[Known, ...]
    warns: bool = True
    """Whether an unknown value is worth a warning; False where the names are others' to choose."""

    @property
    def current(self) -> tuple[str, ...]:
        """The values to offer, in the order of the table."""
        return tuple(known.value for known in self.known if known.status is Status.CURRENT)

    def find(self, value: str) -> Known | None:
        """The entry of value, if it is known."""
        return next((known for known in self.known if known.value == value), None)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A field that another one replaced."""

    by: tuple[Path, ...]
    note: str = ""
    """How the two differ, where the value cannot simply be moved."""
    since: str = ""
    """The year, or the year and the month, in which it was replaced, where that is known."""


def _of(text: str, **instead: str) -> Values:
    """From words; `deprecated` and `removed` give «old=new» pairs, or «old=new@2026-07»."""
    current = tuple(Known(value) for value in text.split())
    retired = tuple(
        Known(old, Status(status), *new.split("@"))
        for status, pairs in instead.items()
        for old, _, new in (pair.partition("=") for pair in pairs.split())
    )
    return Values(current + retired)


def _table() -> dict[str, Values]:
    degrees = "low medium high"
    sensitivity = "superlow verylow low medium high"
    flow = "/layers/conversational_flow/"
    gemma = "tavus-gemma-4"
    return {
        "/pipeline_mode": _of("full echo speech-to-speech"),
        "/disclosure_type": _of("auto always off"),
        "/layers/llm/model": _of(
            f"{gemma} tavus-gemma-4-thinking tavus-gpt-5.6-sol tavus-gpt-5.6-terra tavus-gpt-5.2"
            " tavus-gemini-3-flash tavus-gemini-2.5-flash tavus-claude-haiku-4.5 tavus-gpt-oss",
            deprecated=f"tavus-glm-4.7={gemma}@2026-07 tavus-gpt-4.1={gemma} tavus-gpt-4o={gemma}"
            f" tavus-gpt-4o-mini={gemma}",
            removed=f"tavus-llama-4={gemma} tavus-llama={gemma}",
        ),
        "/layers/tts/tts_engine": _of(
            "tavus-auto cartesia elevenlabs azure", removed="playht=cartesia"
        ),
        "/layers/tts/tts_model_name": Values(
            _of("sonic-3 sonic-2 sonic eleven_v4_turbo eleven_turbo_v2_5 eleven_flash_v2_5").known,
            warns=False,
        ),
        "/layers/perception/perception_model": _of(
            "raven-1 raven-2 off", deprecated="raven-0=raven-1@2026", removed="basic=raven-1"
        ),
        "/layers/perception/emotion_recognition": _of("auto full limited"),
        "/layers/stt/stt_engine": _of(
            "tavus-auto tavus-parakeet tavus-soniox tavus-whisper tavus-deepgram-medical",
            deprecated="tavus-advanced=tavus-auto@2026 tavus-turbo=tavus-auto@2026",
        ),
        "/layers/stt/participant_pause_sensitivity": _of(sensitivity),
        "/layers/stt/participant_interrupt_sensitivity": _of(sensitivity),
        flow + "turn_detection_model": _of(
            "sparrow-2 sparrow-1",
            deprecated="sparrow-0=sparrow-2@2025 timebased=sparrow-2@2025"
            " time-based=sparrow-2@2025",
        ),
        flow + "turn_taking_patience": _of(degrees),
        flow + "replica_interruptibility": _of("verylow low medium high none"),
        flow + "turn_commitment": _of(degrees),
        flow + "voice_isolation": _of("near far off"),
        flow + "idle_engagement": _of("off patient eager"),
        flow + "idle_end_behavior": _of("wait end_conversation"),
        "/layers/transport/transport_type": Values(_of("livekit daily").known, warns=False),
    }


KNOWN: Final[Mapping[Path, Values]] = {parse_pointer(at): how for at, how in _table().items()}
"""Canonical path → the known values of the field."""

HOSTED: Final = "tavus-"
"""How the names of hosted language models start; any other name is a model of one's own."""

_FLOW: Final = ("layers", "conversational_flow")

DEPRECATED_FIELDS: Final[Mapping[Path, Replaced]] = {
    ("context",): Replaced((("system_prompt",),), "add its text to the prompt"),
    ("guardrails_id",): Replaced((("guardrail_ids",), ("guardrail_tags",)), since="2026-06"),
    ("layers", "tts", "playht_user_id"): Replaced((), "PlayHT is no longer an engine"),
    ("layers", "stt", "participant_pause_sensitivity"): Replaced(
        ((*_FLOW, "turn_taking_patience"),),
        "the sense is inverted: high sensitivity is low patience",
        "2025",
    ),
    ("layers", "stt", "participant_interrupt_sensitivity"): Replaced(
        ((*_FLOW, "replica_interruptibility"),), since="2025"
    ),
    ("layers", "stt", "smart_turn_detection"): Replaced(
        ((*_FLOW, "turn_detection_model"),), "true is a sparrow model", "2025"
    ),
}
"""Fields that are still taken but were replaced (persona-api section 3)."""
