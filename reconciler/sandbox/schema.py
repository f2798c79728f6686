"""Which members a persona has at the service, in its own order: types, values, caps, empties.

Independent of `core.fields` on purpose: that table is our belief about the service, this one
stands for the service, and tests hold the two against each other. Facts: persona-api section 8,
empty values as measured on the live service.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Absent, Json


class Type(Enum):
    """The type of a member, and what the service says of a value that has another."""

    STRING = "Not a valid string."
    BOOLEAN = "Not a valid boolean."
    NUMBER = "Not a valid number."
    INTEGER = "Not a valid integer."
    STRINGS = "Not a valid list."
    OBJECTS = "Not a valid list of mappings."
    OBJECT = "Not a valid mapping type."
    ANY = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One member."""

    type: Type
    values: tuple[str, ...] = ()
    """The values allowed; empty for any."""
    cap: int | None = None
    """The most items a list may have."""
    item_length: int | None = None
    """The most characters an item may have."""
    empty: Json | Absent = ABSENT
    """What a removed member comes back as; ABSENT where it does not come back."""
    text: bool = False
    """Whether it is prose, which the switch trim_text is about."""
    ids: bool = False
    """Whether it is a list of ids or tags, which the switch sort_id_lists is about."""


def choice(*values: str) -> Member:
    """A string that is one of values."""
    return Member(Type.STRING, values)


STRING: Final = Member(Type.STRING, empty="")
PROSE: Final = Member(Type.STRING, empty="", text=True)
NULLABLE: Final = Member(Type.STRING, empty=None)
BOOLEAN: Final = Member(Type.BOOLEAN)
INTEGER: Final = Member(Type.INTEGER)
NUMBER: Final = Member(Type.NUMBER)
STRINGS: Final = Member(Type.STRINGS, empty=[])
IDS: Final = Member(Type.STRINGS, empty=[], ids=True)
OBJECTS: Final = Member(Type.OBJECTS, empty=[])
OBJECT: Final = Member(Type.OBJECT, empty={})
ANY: Final = Member(Type.ANY)

_SENSITIVITY: Final = replace(choice("superlow", "verylow", "low", "medium", "high"), empty=None)
_LEVEL: Final = choice("low", "medium", "high")

SERVER_OWNED: Final = frozenset({
    "persona_id", "persona_type", "created_at", "updated_at", "uuid", "owner_id", "session_id",
    "is_draft", "source_template_id", "registration_id", "pal_settings_id", "is_published",
    "conferencing_email", "is_draft_view", "has_unpublished_changes", "publish_url", "skills",
    "memory_stores", "memory_store_id",
})  # fmt: skip
"""Members of the serialised record that a write may carry but not change (persona-api 10)."""

TOP: Final[Mapping[str, Member]] = {
    "persona_id": ANY,
    "persona_name": STRING,
    "persona_description": STRING,
    "pipeline_mode": choice("full", "echo", "speech-to-speech"),
    "system_prompt": PROSE,
    "context": PROSE,
    "layers": Member(Type.OBJECT),
    "objectives_id": NULLABLE,
    "guardrails_id": NULLABLE,
    "greeting": PROSE,
    "default_replica_id": STRING,
    "document_ids": IDS,
    "document_tags": IDS,
    "guardrail_ids": replace(IDS, cap=50),
    "guardrail_tags": replace(IDS, cap=50, item_length=32),
    "tool_ids": replace(IDS, cap=50),
    "skills": ANY,
    "memories": STRINGS,
    "created_at": ANY,
    "updated_at": ANY,
    "languages": STRINGS,
    "disclosure_type": choice("always", "auto", "off"),
    "verbal_disclosure": PROSE,
    "visual_disclosure": PROSE,
    "is_template": BOOLEAN,
    "conferencing_email": ANY,
}
"""The members of a persona."""

TOP_EMPTY: Final[Mapping[str, Json]] = {
    name: TOP[name].empty
    for name in (
        "context", "objectives_id", "guardrails_id", "document_ids", "document_tags",
        "guardrail_ids", "guardrail_tags", "tool_ids", "languages", "verbal_disclosure",
        "visual_disclosure",
    )
}  # fmt: skip
"""What a record has on GET although nobody set it (persona-api 9.2), under empty_defaults."""

LAYERS: Final[Mapping[str, Mapping[str, Member]]] = {
    "llm": {
        "model": Member(Type.STRING),
        "base_url": STRING,
        "api_key": STRING,
        "speculative_inference": BOOLEAN,
        "tools": OBJECTS,
        "headers": OBJECT,
        "extra_body": OBJECT,
        "default_query": OBJECT,
        "disable_vision": BOOLEAN,
        "enable_llm_proxy": BOOLEAN,
        "is_custom": BOOLEAN,
        "model_name": STRING,
        "endpoint": STRING,
    },
    "tts": {
        "voice_settings": OBJECT,
        "external_voice_id": STRING,
        "voice_id": STRING,
        "tts_engine": choice("tavus-auto", "cartesia", "elevenlabs", "azure", "playht"),
        "api_key": STRING,
        "playht_user_id": STRING,
        "tts_emotion_control": BOOLEAN,
        "tts_model_name": STRING,
        "pronunciation_dictionary_id": NULLABLE,
    },
    "perception": {
        "perception_model": choice("raven-0", "raven-1", "raven-2", "off"),
        "visual_awareness_queries": STRINGS,
        "visual_tool_prompt": PROSE,
        "visual_tools": OBJECTS,
        "audio_awareness_queries": STRINGS,
        "audio_tool_prompt": PROSE,
        "audio_tools": OBJECTS,
        "screen_awareness_queries": STRINGS,
        "screen_tools": OBJECTS,
        "perception_analysis_queries": STRINGS,
        "emotion_recognition": choice("full", "limited", "auto"),
        "tool_prompt": PROSE,
        "ambient_awareness_queries": STRINGS,
        "perception_tool_prompt": PROSE,
        "perception_tools": OBJECTS,
    },
    "stt": {
        "stt_engine": choice(
            "tavus-auto", "tavus-parakeet", "tavus-soniox", "tavus-whisper",
            "tavus-deepgram-medical", "tavus-advanced", "tavus-turbo",
        ),
        "hotwords": STRING,
        "participant_pause_sensitivity": _SENSITIVITY,
        "participant_interrupt_sensitivity": _SENSITIVITY,
        "smart_turn_detection": replace(BOOLEAN, empty=None),
    },
    "conversational_flow": {
        "turn_detection_model": Member(Type.STRING),
        "turn_taking_patience": _LEVEL,
        "replica_interruptibility": _LEVEL,
        "turn_commitment": _LEVEL,
        "active_listening": ANY,
        "voice_isolation": choice("off", "near", "far"),
        "noise_cancellation": Member(Type.STRING),
        "wake_phrase": NULLABLE,
        "sleep_phrase": NULLABLE,
        "idle_engagement": choice("off", "patient", "eager"),
        "idle_end_behavior": choice("wait", "end_conversation"),
        "idle_timeout": INTEGER,
    },
    "conferencing": {
        "username": NULLABLE,
        "allowlist": STRINGS,
        "whitelabel": BOOLEAN,
        "email": ANY,
    },
    "capabilities": {
        "mcp_enabled": BOOLEAN,
        "search_enabled": BOOLEAN,
        "activity_log_enabled": BOOLEAN,
        "search_results_prompt_injection_prevention_enabled": BOOLEAN,
    },
    "knowledge_base": {
        "rag_score_threshold": NUMBER,
        "rag_n_chunks": INTEGER,
        "rag_surrounding_chunk_radius": INTEGER,
        "enable_rag_observability_app_messages": BOOLEAN,
        "use_procedure_goalchain": BOOLEAN,
    },
    "transport": {
        "transport_type": STRING,
        "input_settings": OBJECT,
        "room_settings": OBJECT,
    },
    "mcp": {"connectors": ANY},
}  # fmt: skip
"""The layers with known members."""

FREE_LAYERS: Final = frozenset({"sts"})
"""Layers with any members."""

SAME_MEANING: Final[Mapping[str, str]] = {
    "ambient_awareness_queries": "visual_awareness_queries",
    "perception_tool_prompt": "visual_tool_prompt",
    "perception_tools": "visual_tools",
}
"""Old perception name → the current name of the same thing; both are stored as they came."""
