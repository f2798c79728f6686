"""What an absent member stands for, as questions: a row per field that has a default.

The vendor changes defaults without a word, so each has its date (persona-api 2, 8 and 9.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer
from reconciler.core.service.question import Confidence, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Path

_D, _S = Confidence.DOCUMENTED, Confidence.SEEN
_C = Confidence.OFFICIAL_CODE
_FLOW: Final = "/layers/conversational_flow/"

NOT_KNOWN: Final = ""
"""The answer of a text field where an absent member is not taken to stand for anything."""

_ROWS: Final[tuple[tuple[str, str | bool, Confidence, str, str], ...]] = (
    ("/pipeline_mode", "full", _D, "8", ""),
    ("/disclosure_type", "auto", _S, "9.2", "2026-07"),
    ("/is_template", False, _C, "8", ""),
    ("/layers/llm/model", "tavus-gemma-4", _S, "2", "2026-07"),
    ("/layers/llm/speculative_inference", True, _S, "9.2", ""),
    # It has changed twice, and to take the wrong one for unset would leave a voice unsent.
    ("/layers/tts/tts_engine", NOT_KNOWN, _S, "2", "2026-08"),
    ("/layers/tts/tts_emotion_control", True, _D, "8", ""),
    ("/layers/perception/perception_model", "raven-1", _D, "9.2", "2026-01"),
    ("/layers/perception/emotion_recognition", "auto", _D, "9.2", "2026-07"),
    ("/layers/stt/stt_engine", "tavus-auto", _D, "8", "2026-01"),
    (_FLOW + "turn_detection_model", "sparrow-2", _S, "8.6", "2026-09"),
    (_FLOW + "turn_taking_patience", "medium", _D, "8.6", ""),
    (_FLOW + "replica_interruptibility", "medium", _S, "8.6", ""),
    (_FLOW + "voice_isolation", "near", _S, "8.6", "2026"),
    (_FLOW + "idle_engagement", "off", _D, "8.6", "2026"),
    (_FLOW + "idle_end_behavior", "wait", _S, "8.6", "2026-08"),
)


def _questions() -> Iterator[Question]:
    for at, value, confidence, source, date in _ROWS:
        yield Question(
            at,
            f"What does an absent {at.rpartition('/')[2]} stand for?",
            (False, True) if isinstance(value, bool) else (),
            value,
            confidence,
            source,
            "an absent member is compared with it",
            date=date,
        )


DEFAULTS: Final[Mapping[Path, Question]] = {parse_pointer(one.id): one for one in _questions()}
"""Canonical path → the question about its default, whose id is the path as a pointer."""
