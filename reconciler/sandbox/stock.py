"""The personas that are there from the start, and two records worth seeding in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.sandbox.rows import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.database import Session

_MADE: Final = {"created_at": "2025-01-07T09:00:00Z", "updated_at": "2025-11-18T16:20:31.504112Z"}
_FACE: Final = "r5ca1ab1e001"

STOCK: Final[tuple[Object, ...]] = (
    {
        "persona_id": "p57ac4000001",
        "persona_name": "Sample Interviewer",
        "system_prompt": "You hold a short, friendly first interview and ask one thing at a time.",
        "default_replica_id": _FACE,
        **_MADE,
    },
    {
        "persona_id": "p57ac4000002",
        "persona_name": "Sample Tutor",
        "system_prompt": "You teach by asking. Never give the answer before the second hint.",
        "default_replica_id": _FACE,
        "layers": {"perception": {"perception_model": "raven-1"}},
        **_MADE,
    },
    {
        "persona_id": "p57ac4000003",
        "persona_name": "Sample Host",
        "system_prompt": "You welcome visitors and tell them where to find what they look for.",
        "default_replica_id": _FACE,
        "layers": {"conversational_flow": {"turn_taking_patience": "high"}},
        **_MADE,
    },
)
"""System personas: listed, readable, never writable. The ids are our own invention."""

SPECIAL: Final[tuple[Object, ...]] = (
    {
        "persona_id": "pipecat0",
        "persona_name": "pipecat0",
        "pipeline_mode": "echo",
        "greeting": "",
        **_MADE,
    },
    {
        "persona_id": "pipecat-stream",
        "persona_name": "pipecat-stream",
        "pipeline_mode": "echo",
        "layers": {
            "tts": {"tts_engine": "cartesia"},
            "transport": {
                "input_settings": {"microphone": "disabled", "enable_transcription": False}
            },
        },
        **_MADE,
    },
)
"""Readable by id, never listed (persona-api 5.1 and 13)."""

MAKER_BUILT: Final[Mapping[str, Json]] = {
    "persona_id": "p0ddba11cafe",
    "persona_name": "Front Desk",
    "persona_description": "Greets callers",
    "pipeline_mode": "full",
    "system_prompt": "You work at the front desk. Greet callers and ask whom they want to see.",
    "context": "",
    "layers": {
        "tts": {
            "voice_settings": {},
            "external_voice_id": "",
            "voice_id": "",
            "tts_engine": "tavus-auto",
            "api_key": "",
            "playht_user_id": "",
            "tts_emotion_control": True,
            "tts_model_name": "",
            "pronunciation_dictionary_id": None,
        },
        "conversational_flow": {
            "turn_detection_model": "sparrow-1",
            "turn_taking_patience": "medium",
            "replica_interruptibility": "medium",
            "voice_isolation": "near",
            "wake_phrase": None,
            "sleep_phrase": None,
            "idle_engagement": "off",
            "idle_end_behavior": "wait",
        },
    },
    "objectives_id": "o1f0a2b3c4d5",
    "guardrails_id": "g1f0a2b3c4d5",
    "greeting": "Good morning. Whom may I call for you?",
    "default_replica_id": "r5ca1ab1e002",
    "document_ids": ["d8-0a1b2c3d4e5f"],
    "document_tags": [],
    "guardrail_ids": ["g00000000001", "g00000000002"],
    "guardrail_tags": [],
    "tool_ids": [],
    "skills": {
        "magic_canvas": {
            "config": {"components": {"video": {"enabled": False}}, "usage_guidance": ""},
            "updated_at": "2026-08-21T15:06:33.646289+00:00",
            "attached_at": "2026-08-21T15:06:33.646289+00:00",
        }
    },
    "created_at": "2026-08-19T15:20:23.875122Z",
    "updated_at": "2026-08-27T08:11:02.104230Z",
    "languages": [],
    "disclosure_type": "auto",
    "verbal_disclosure": "",
    "visual_disclosure": "",
}
"""A persona as PAL Maker leaves it: tts spelled out, llm, stt and perception absent (E10b)."""

FROM_2025: Final[Mapping[str, Json]] = {
    "persona_id": "p5317866",
    "persona_name": "Old Hand",
    "context": "The visitor is a returning customer.",
    "system_prompt": "You answer questions about orders.",
    "pipeline_mode": "full",
    "default_replica_id": "r5ca1ab1e003",
    "layers": {
        "llm": {"speculative_inference": True},
        "perception": {
            "perception_model": "raven-0",
            "ambient_awareness_queries": ["Is the visitor holding a parcel?"],
        },
        "stt": {
            "stt_engine": "tavus-turbo",
            "participant_pause_sensitivity": "medium",
            "participant_interrupt_sensitivity": "high",
            "smart_turn_detection": True,
        },
        "transport": {
            "transport_type": "daily",
            "room_settings": {"enable_chat": True, "start_audio_off": False},
        },
    },
    "created_at": "2025-02-11T10:41:07Z",
    "updated_at": "2025-03-02T18:00:55.120000Z",
}
"""A persona of early 2025 with the names of its time, which it keeps (persona-api 9.3)."""


def stock(session: Session) -> None:
    """Put the stock personas into an empty store."""
    for record in STOCK:
        session.insert(record, Owner.SYSTEM)
    for record in SPECIAL:
        session.insert(record, Owner.SPECIAL)
