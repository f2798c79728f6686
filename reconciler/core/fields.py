"""The field policy table: what the values of each persona field mean, and so how they compare.

One row per field. The rules are lenient, so that they hold whatever a service makes of a value,
and they are the same everywhere, because digests in the state rest upon them; what differs from
service to service (defaults among it) is in its profile, `core.service`. What an author may write
(types, limits, known values) is `core.persona`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


class Compare(StrEnum):
    """When two values of a field mean the same."""

    SCALAR = "scalar"
    """Equal as JSON values; numbers within 1e-9."""
    TEXT = "text"
    """Equal after CRLF → LF and without trailing white space."""
    NAME = "name"
    """As SCALAR; but read back without its punctuation it is what was sent (persona-api 9.3)."""
    LOWERCASE = "lowercase"
    """Equal in lower case."""
    BOOLEAN = "boolean"
    """As SCALAR, where "true" and "false" are booleans."""
    SET = "set"
    """A list whose order and repetitions do not count."""
    ORDERED = "ordered"
    """A list whose order counts."""
    TOOLS = "tools"
    """A list of functions: by name, order free; a description that live lost does not count."""
    JSON = "json"
    """Free JSON, owned and compared whole."""
    MAP = "map"
    """An object with free member names, owned member by member."""
    OBJECT = "object"
    """An object with known members; only a container."""
    SECRET = "secret"  # noqa: S105
    """A string that reads back as a mask: compared by keyed digest."""


@dataclass(frozen=True, slots=True)
class Field:
    """The policy of one field."""

    path: Path
    compare: Compare
    members: Compare = Compare.SCALAR
    """For MAP: how each member compares."""

    @property
    def sensitive(self) -> bool:
        """Whether the value, or each value in it, must never be shown."""
        return Compare.SECRET in {self.compare, self.members}


def _rows() -> list[Field]:
    c = Compare
    flow = "/layers/conversational_flow/"
    table: list[tuple[str, Compare]] = [
        ("/persona_name", c.NAME),
        ("/persona_description", c.SCALAR),
        ("/pipeline_mode", c.SCALAR),
        ("/is_template", c.SCALAR),
        ("/system_prompt", c.TEXT),
        ("/context", c.TEXT),
        ("/default_replica_id", c.SCALAR),
        ("/greeting", c.TEXT),
        ("/document_ids", c.SET),
        ("/document_tags", c.SET),
        ("/objectives_id", c.SCALAR),
        ("/guardrail_ids", c.SET),
        ("/guardrail_tags", c.SET),
        ("/guardrails_id", c.SCALAR),
        ("/tool_ids", c.SET),
        ("/memories", c.ORDERED),
        ("/languages", c.ORDERED),
        ("/disclosure_type", c.SCALAR),
        ("/verbal_disclosure", c.TEXT),
        ("/visual_disclosure", c.TEXT),
        ("/layers", c.OBJECT),
        ("/layers/llm", c.OBJECT),
        ("/layers/llm/model", c.SCALAR),
        ("/layers/llm/speculative_inference", c.BOOLEAN),
        ("/layers/llm/base_url", c.SCALAR),
        ("/layers/llm/api_key", c.SECRET),
        ("/layers/llm/tools", c.TOOLS),
        ("/layers/llm/extra_body", c.MAP),
        ("/layers/llm/default_query", c.MAP),
        ("/layers/llm/disable_vision", c.SCALAR),
        ("/layers/llm/enable_llm_proxy", c.SCALAR),
        ("/layers/llm/is_custom", c.SCALAR),
        ("/layers/llm/model_name", c.SCALAR),
        ("/layers/llm/endpoint", c.SCALAR),
        ("/layers/tts", c.OBJECT),
        ("/layers/tts/tts_engine", c.SCALAR),
        ("/layers/tts/tts_emotion_control", c.BOOLEAN),
        ("/layers/tts/api_key", c.SECRET),
        ("/layers/tts/external_voice_id", c.SCALAR),
        ("/layers/tts/voice_id", c.SCALAR),
        ("/layers/tts/voice_settings", c.MAP),
        ("/layers/tts/tts_model_name", c.SCALAR),
        ("/layers/tts/pronunciation_dictionary_id", c.SCALAR),
        ("/layers/tts/playht_user_id", c.SCALAR),
        ("/layers/perception", c.OBJECT),
        ("/layers/perception/perception_model", c.SCALAR),
        ("/layers/perception/emotion_recognition", c.SCALAR),
        ("/layers/perception/visual_awareness_queries", c.ORDERED),
        ("/layers/perception/visual_tool_prompt", c.TEXT),
        ("/layers/perception/visual_tools", c.TOOLS),
        ("/layers/perception/audio_awareness_queries", c.ORDERED),
        ("/layers/perception/audio_tool_prompt", c.TEXT),
        ("/layers/perception/audio_tools", c.TOOLS),
        ("/layers/perception/screen_awareness_queries", c.ORDERED),
        ("/layers/perception/screen_tools", c.TOOLS),
        ("/layers/perception/perception_analysis_queries", c.ORDERED),
        ("/layers/perception/tool_prompt", c.TEXT),
        ("/layers/stt", c.OBJECT),
        ("/layers/stt/stt_engine", c.SCALAR),
        ("/layers/stt/hotwords", c.TEXT),
        ("/layers/stt/participant_pause_sensitivity", c.SCALAR),
        ("/layers/stt/participant_interrupt_sensitivity", c.SCALAR),
        ("/layers/stt/smart_turn_detection", c.BOOLEAN),
        ("/layers/conversational_flow", c.OBJECT),
        (flow + "turn_detection_model", c.SCALAR),
        (flow + "turn_taking_patience", c.SCALAR),
        (flow + "replica_interruptibility", c.SCALAR),
        (flow + "turn_commitment", c.SCALAR),
        (flow + "active_listening", c.SCALAR),
        (flow + "voice_isolation", c.SCALAR),
        (flow + "noise_cancellation", c.SCALAR),
        (flow + "wake_phrase", c.SCALAR),
        (flow + "sleep_phrase", c.SCALAR),
        (flow + "idle_engagement", c.SCALAR),
        (flow + "idle_end_behavior", c.SCALAR),
        (flow + "idle_timeout", c.SCALAR),
        ("/layers/conferencing", c.OBJECT),
        ("/layers/conferencing/username", c.LOWERCASE),
        ("/layers/conferencing/allowlist", c.SET),
        ("/layers/conferencing/whitelabel", c.SCALAR),
        ("/layers/capabilities", c.OBJECT),
        ("/layers/capabilities/mcp_enabled", c.SCALAR),
        ("/layers/capabilities/search_enabled", c.SCALAR),
        ("/layers/capabilities/activity_log_enabled", c.SCALAR),
        ("/layers/capabilities/search_results_prompt_injection_prevention_enabled", c.SCALAR),
        ("/layers/knowledge_base", c.OBJECT),
        ("/layers/knowledge_base/rag_score_threshold", c.SCALAR),
        ("/layers/knowledge_base/rag_n_chunks", c.SCALAR),
        ("/layers/knowledge_base/rag_surrounding_chunk_radius", c.SCALAR),
        ("/layers/knowledge_base/enable_rag_observability_app_messages", c.SCALAR),
        ("/layers/knowledge_base/use_procedure_goalchain", c.SCALAR),
        ("/layers/transport", c.OBJECT),
        ("/layers/transport/transport_type", c.SCALAR),
        ("/layers/transport/input_settings", c.OBJECT),
        ("/layers/transport/input_settings/microphone", c.JSON),
        ("/layers/transport/input_settings/enable_transcription", c.SCALAR),
        ("/layers/transport/room_settings", c.OBJECT),
        ("/layers/transport/room_settings/enable_chat", c.SCALAR),
        ("/layers/transport/room_settings/enable_network_ui", c.SCALAR),
        ("/layers/transport/room_settings/enable_noise_cancellation_ui", c.SCALAR),
        ("/layers/transport/room_settings/enable_people_ui", c.SCALAR),
        ("/layers/transport/room_settings/start_audio_off", c.SCALAR),
        ("/layers/transport/room_settings/start_video_off", c.SCALAR),
        ("/layers/sts", c.JSON),
        ("/layers/mcp", c.OBJECT),
        ("/layers/mcp/connectors", c.JSON),
    ]
    return [
        *(Field(parse_pointer(at), how) for at, how in table),
        Field(parse_pointer("/layers/llm/headers"), c.MAP, members=c.SECRET),
    ]


FIELDS: Final[Mapping[Path, Field]] = {field.path: field for field in _rows()}
"""Canonical path → policy, for every writable field."""

READ_ONLY: Final[frozenset[Path]] = frozenset(
    parse_pointer(at)
    for at in (
        "/persona_id",
        "/persona_type",
        "/created_at",
        "/updated_at",
        "/uuid",
        "/owner_id",
        "/session_id",
        "/is_draft",
        "/source_template_id",
        "/registration_id",
        "/pal_settings_id",
        "/is_published",
        "/conferencing_email",
        "/is_draft_view",
        "/has_unpublished_changes",
        "/publish_url",
        "/discarded_maker_changes",
        "/skills",
        "/memory_stores",
        "/memory_store_id",
        "/layers/conferencing/email",
    )
)
"""Members only the server writes. Skills have endpoints of their own (persona-api 5.9)."""

FLOW: Final[Path] = ("layers", "conversational_flow")
"""The layer whose defaults hold only once one of its members was set (persona-api 8.6)."""

CONFERENCING: Final[Path] = ("layers", "conferencing")
"""The layer that must be patched alone (persona-api 6.2)."""


def field_at(path: Path) -> Field:
    """The policy of the field at a canonical path; free JSON for one the table does not know."""
    if (known := FIELDS.get(path)) is not None:
        return known
    parent = FIELDS.get(path[:-1])
    if parent is not None and parent.compare is Compare.MAP:
        return Field(path, parent.members)
    return Field(path, Compare.JSON)


def is_read_only(path: Path) -> bool:
    """Whether only the server writes the member at a canonical path."""
    return any(path[: len(known)] == known for known in READ_ONLY)
