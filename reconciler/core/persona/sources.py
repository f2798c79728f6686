"""How each field is known, and from where: facts of persona-api section 16, a row per field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer
from reconciler.core.service.question import Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path

SOURCES: Final[Mapping[str, str]] = {
    "openapi": "the vendor's OpenAPI file of 2026-05-23",
    "docs": "the vendor's documentation, July to October 2026",
    "create": "the vendor's page on creating personas, 2026",
    "old": "older pages of the vendor, 2025",
    "cli": "the vendor's command line, up to 0.11.0 of 2026-10-21",
    "livekit": "the vendor's plugin for LiveKit, 2026",
    "scripts": "a patch script of the vendor, 2026",
    "record": "a persona as a third party read it, 2026-08-27",
    "probes": "error texts that a third party provoked, August and September 2026",
    "measured": "answers that a third party measured, 2026-09-15",
    "setup": "the setup of a public client, October 2026",
    "defaults": "default values that a third party tried out, 2026-10-03",
    "client": "a public client, 2026",
    "sample": "a public sample application, 2026-04-21",
    "script": "a public script, 2026-08-09",
    "connector": "the schema of a public data connector, 2025",
    "contract": "the contract test of a public client, 2026-09-07",
    "summary": "a public summary of the documentation, 2026-09-17",
    "code": "other public code, 2026",
}
"""Short name → what it is."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How one field is known."""

    confidence: Confidence
    sources: str
    """Names in SOURCES, with blanks between them."""
    since: str = ""
    """When it appeared, year or year-month, where that is known and not long ago."""
    unset: str = ""
    """How it reads back where nobody set it, as far as anyone saw; empty where nobody tells."""

    @property
    def told(self) -> tuple[str, ...]:
        """The sources in words."""
        return tuple(SOURCES[name] for name in self.sources.split())


def _fields() -> dict[str, Provenance]:
    d, s = Confidence.DOCUMENTED, Confidence.SEEN
    c, u = Confidence.OFFICIAL_CODE, Confidence.UNKNOWN
    return {
        "/persona_name": Provenance(d, "openapi docs setup"),
        "/persona_description": Provenance(s, "measured record", since="2026"),
        "/system_prompt": Provenance(d, "openapi cli"),
        "/pipeline_mode": Provenance(d, "openapi cli connector", unset="explicit on older records"),
        "/context": Provenance(d, "old cli connector", unset='""'),
        "/default_replica_id": Provenance(s, "docs measured livekit"),
        "/greeting": Provenance(c, "cli setup", since="2026"),
        "/document_ids": Provenance(d, "openapi", unset="[]"),
        "/document_tags": Provenance(d, "openapi", unset="[]"),
        "/objectives_id": Provenance(d, "openapi"),
        "/guardrail_ids": Provenance(d, "create docs", since="2026-06", unset="[]"),
        "/guardrail_tags": Provenance(d, "create", since="2026-06", unset="[]"),
        "/guardrails_id": Provenance(d, "openapi create cli record"),
        "/tool_ids": Provenance(s, "cli measured record", since="2026-05", unset="[]"),
        "/memories": Provenance(c, "cli"),
        "/languages": Provenance(s, "summary record", since="2026-08", unset="[]"),
        "/disclosure_type": Provenance(
            s, "docs script summary", since="2026-07", unset="written out"
        ),
        "/verbal_disclosure": Provenance(s, "docs summary record", since="2026-07", unset='""'),
        "/visual_disclosure": Provenance(s, "docs summary record", since="2026-07", unset='""'),
        "/is_template": Provenance(c, "cli"),
        "/layers": Provenance(d, "openapi", unset="{}, or without members"),
        "/layers/llm": Provenance(d, "openapi", unset="absent, or {} where only defaults hold"),
        "/layers/llm/model": Provenance(
            s, "openapi cli defaults code", unset="absent on new records, written out on older ones"
        ),
        "/layers/llm/base_url": Provenance(d, "openapi docs"),
        "/layers/llm/api_key": Provenance(s, "contract client openapi"),
        "/layers/llm/tools": Provenance(s, "openapi scripts sample"),
        "/layers/llm/headers": Provenance(d, "openapi"),
        "/layers/llm/extra_body": Provenance(d, "openapi"),
        "/layers/llm/extra_body/temperature": Provenance(d, "openapi"),
        "/layers/llm/extra_body/top_p": Provenance(d, "openapi"),
        "/layers/llm/default_query": Provenance(d, "docs cli", since="2025"),
        "/layers/llm/speculative_inference": Provenance(
            s, "openapi defaults", unset="absent on new records"
        ),
        "/layers/llm/disable_vision": Provenance(c, "cli"),
        "/layers/llm/enable_llm_proxy": Provenance(c, "cli"),
        "/layers/llm/is_custom": Provenance(c, "cli"),
        "/layers/llm/model_name": Provenance(c, "cli"),
        "/layers/llm/endpoint": Provenance(c, "cli"),
        "/layers/tts": Provenance(d, "openapi", unset="absent"),
        "/layers/tts/tts_engine": Provenance(
            s, "openapi docs code record", unset="tavus-auto on personas made in the web app"
        ),
        "/layers/tts/api_key": Provenance(d, "openapi", unset='""'),
        "/layers/tts/external_voice_id": Provenance(d, "openapi summary", unset='""'),
        "/layers/tts/voice_id": Provenance(d, "docs summary", since="2026-08", unset='""'),
        "/layers/tts/voice_settings": Provenance(d, "openapi docs", unset="{}"),
        "/layers/tts/voice_settings/speed": Provenance(d, "openapi old"),
        "/layers/tts/voice_settings/emotion": Provenance(d, "openapi"),
        "/layers/tts/voice_settings/volume": Provenance(d, "docs"),
        "/layers/tts/voice_settings/stability": Provenance(d, "openapi"),
        "/layers/tts/voice_settings/similarity_boost": Provenance(d, "openapi"),
        "/layers/tts/voice_settings/style": Provenance(d, "openapi"),
        "/layers/tts/voice_settings/use_speaker_boost": Provenance(d, "openapi"),
        "/layers/tts/tts_emotion_control": Provenance(d, "openapi old"),
        "/layers/tts/tts_model_name": Provenance(d, "openapi code", unset='""'),
        "/layers/tts/pronunciation_dictionary_id": Provenance(
            d, "openapi", since="2026", unset="null"
        ),
        "/layers/tts/playht_user_id": Provenance(c, "old cli"),
        "/layers/perception": Provenance(d, "openapi cli", unset="absent"),
        "/layers/perception/perception_model": Provenance(
            d, "openapi old probes", unset="absent with its layer"
        ),
        "/layers/perception/visual_awareness_queries": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/visual_tool_prompt": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/visual_tools": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/audio_awareness_queries": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/audio_tool_prompt": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/audio_tools": Provenance(d, "openapi", since="2026-01"),
        "/layers/perception/screen_awareness_queries": Provenance(d, "docs", since="2026-07"),
        "/layers/perception/screen_tools": Provenance(d, "docs", since="2026-07"),
        "/layers/perception/perception_analysis_queries": Provenance(d, "docs cli"),
        "/layers/perception/emotion_recognition": Provenance(d, "docs summary", since="2026-07"),
        "/layers/perception/tool_prompt": Provenance(c, "cli"),
        "/layers/stt": Provenance(d, "openapi"),
        "/layers/stt/stt_engine": Provenance(d, "openapi client"),
        "/layers/stt/hotwords": Provenance(d, "openapi cli"),
        "/layers/stt/participant_pause_sensitivity": Provenance(s, "old connector"),
        "/layers/stt/participant_interrupt_sensitivity": Provenance(s, "old connector"),
        "/layers/stt/smart_turn_detection": Provenance(s, "old connector"),
        "/layers/conversational_flow": Provenance(
            d, "openapi docs", unset="absent or null, until one member was set"
        ),
        "/layers/conversational_flow/turn_detection_model": Provenance(
            s, "openapi defaults probes setup old"
        ),
        "/layers/conversational_flow/turn_taking_patience": Provenance(d, "openapi"),
        "/layers/conversational_flow/replica_interruptibility": Provenance(
            s, "openapi docs cli record probes"
        ),
        "/layers/conversational_flow/turn_commitment": Provenance(d, "openapi old cli"),
        "/layers/conversational_flow/active_listening": Provenance(u, "cli old"),
        "/layers/conversational_flow/voice_isolation": Provenance(
            s, "openapi probes record", since="2026"
        ),
        "/layers/conversational_flow/noise_cancellation": Provenance(c, "cli"),
        "/layers/conversational_flow/wake_phrase": Provenance(d, "openapi", since="2026"),
        "/layers/conversational_flow/sleep_phrase": Provenance(d, "docs cli", since="2026-09"),
        "/layers/conversational_flow/idle_engagement": Provenance(d, "openapi", since="2026"),
        "/layers/conversational_flow/idle_end_behavior": Provenance(
            s, "record probes", since="2026-08"
        ),
        "/layers/conversational_flow/idle_timeout": Provenance(u, "cli"),
        "/layers/conferencing": Provenance(d, "docs cli", since="2026-06", unset="absent or null"),
        "/layers/conferencing/username": Provenance(d, "docs cli"),
        "/layers/conferencing/allowlist": Provenance(d, "docs cli"),
        "/layers/conferencing/whitelabel": Provenance(c, "cli"),
        "/layers/capabilities": Provenance(c, "cli"),
        "/layers/capabilities/mcp_enabled": Provenance(c, "cli"),
        "/layers/capabilities/search_enabled": Provenance(c, "cli"),
        "/layers/capabilities/activity_log_enabled": Provenance(c, "cli"),
        "/layers/capabilities/search_results_prompt_injection_prevention_enabled": Provenance(
            c, "cli"
        ),
        "/layers/knowledge_base": Provenance(c, "cli"),
        "/layers/knowledge_base/rag_score_threshold": Provenance(c, "cli"),
        "/layers/knowledge_base/rag_n_chunks": Provenance(c, "cli"),
        "/layers/knowledge_base/rag_surrounding_chunk_radius": Provenance(c, "cli"),
        "/layers/knowledge_base/enable_rag_observability_app_messages": Provenance(c, "cli"),
        "/layers/knowledge_base/use_procedure_goalchain": Provenance(c, "cli"),
        "/layers/transport": Provenance(s, "livekit connector"),
        "/layers/transport/transport_type": Provenance(s, "livekit connector"),
        "/layers/transport/input_settings": Provenance(s, "connector"),
        "/layers/transport/input_settings/microphone": Provenance(s, "connector"),
        "/layers/transport/input_settings/enable_transcription": Provenance(s, "connector"),
        "/layers/transport/room_settings": Provenance(s, "connector"),
        "/layers/transport/room_settings/enable_chat": Provenance(s, "connector"),
        "/layers/transport/room_settings/enable_network_ui": Provenance(s, "connector"),
        "/layers/transport/room_settings/enable_noise_cancellation_ui": Provenance(s, "connector"),
        "/layers/transport/room_settings/enable_people_ui": Provenance(s, "connector"),
        "/layers/transport/room_settings/start_audio_off": Provenance(s, "connector"),
        "/layers/transport/room_settings/start_video_off": Provenance(s, "connector"),
        "/layers/sts": Provenance(c, "cli"),
        "/layers/mcp": Provenance(u, "code"),
        "/layers/mcp/connectors": Provenance(u, "code"),
    }


def _read_only() -> dict[str, Provenance]:
    d, s = Confidence.DOCUMENTED, Confidence.SEEN
    c, u = Confidence.OFFICIAL_CODE, Confidence.UNKNOWN
    return {
        "/persona_id": Provenance(d, "openapi docs"),
        "/created_at": Provenance(s, "openapi connector setup"),
        "/updated_at": Provenance(s, "openapi connector"),
        "/uuid": Provenance(c, "cli"),
        "/owner_id": Provenance(c, "cli"),
        "/session_id": Provenance(c, "cli"),
        "/is_draft": Provenance(c, "cli"),
        "/source_template_id": Provenance(c, "cli"),
        "/registration_id": Provenance(c, "cli"),
        "/pal_settings_id": Provenance(c, "cli"),
        "/is_published": Provenance(s, "probes"),
        "/conferencing_email": Provenance(d, "docs", since="2026-07"),
        "/is_draft_view": Provenance(s, "docs code", since="2026-07"),
        "/has_unpublished_changes": Provenance(s, "docs code", since="2026-07"),
        "/publish_url": Provenance(d, "docs", since="2026-07"),
        "/discarded_maker_changes": Provenance(d, "docs", since="2026-08"),
        "/skills": Provenance(s, "docs record", since="2026-06"),
        "/memory_stores": Provenance(u, "code"),
        "/layers/conferencing/email": Provenance(c, "cli"),
        "/persona_type": Provenance(u, "cli"),
        "/memory_store_id": Provenance(u, "code"),
    }


def _tools() -> dict[str, Provenance]:
    d, s = Confidence.DOCUMENTED, Confidence.SEEN
    return {
        "/function": Provenance(d, "openapi"),
        "/type": Provenance(d, "openapi"),
        "/function/name": Provenance(d, "openapi docs"),
        "/function/description": Provenance(s, "openapi scripts"),
        "/function/parameters": Provenance(d, "openapi"),
    }


PROVENANCE: Final[Mapping[Path, Provenance]] = {
    parse_pointer(at): how for at, how in {**_fields(), **_read_only()}.items()
}
"""Canonical path → how the field is known."""

OF_TOOLS: Final[Mapping[Path, Provenance]] = {
    parse_pointer(at): how for at, how in _tools().items()
}
"""Path within one function tool, whatever list it is in → how the member is known."""

_NOT_LISTED: Final = "it is not on the vendor's own list of patchable fields"

UNPROVEN: Final[Mapping[Path, str]] = {
    ("pipeline_mode",): "nobody has told of a persona whose mode was switched",
    ("languages",): _NOT_LISTED,
    ("layers", "tts", "voice_id"): _NOT_LISTED,
    ("layers", "perception", "emotion_recognition"): _NOT_LISTED,
    ("layers", "perception", "screen_awareness_queries"): _NOT_LISTED,
    ("layers", "perception", "screen_tools"): _NOT_LISTED,
    ("layers", "conversational_flow", "idle_end_behavior"): _NOT_LISTED,
}
"""Fields whose patching is expected to work, and why that is not certain (persona-api 10)."""
