from __future__ import annotations

from typing import Final

import pytest
from persona_checking import at
from pydantic import ValidationError

from reconciler.core.document import with_value
from reconciler.core.documented import descriptions
from reconciler.core.fields import FIELDS, Compare, is_read_only
from reconciler.core.persona.known import DEPRECATED_FIELDS, KNOWN
from reconciler.core.persona.misplaced import CONVERSATION_SETTINGS, MISPLACED
from reconciler.core.persona.persona import Persona
from reconciler.core.persona.shape import fields, model_at
from reconciler.core.persona.tools import Tool

WRITABLE: Final = {
    "": "context default_replica_id disclosure_type document_ids document_tags greeting"
    " guardrail_ids guardrail_tags guardrails_id is_template languages layers memories"
    " objectives_id persona_description persona_name pipeline_mode system_prompt tool_ids"
    " verbal_disclosure visual_disclosure",
    "layers": "llm tts perception stt conversational_flow conferencing capabilities"
    " knowledge_base transport sts mcp",
    "layers.llm": "api_key base_url default_query disable_vision enable_llm_proxy endpoint"
    " extra_body headers is_custom model model_name speculative_inference tools",
    "layers.llm.extra_body": "temperature top_p",
    "layers.tts": "api_key external_voice_id playht_user_id pronunciation_dictionary_id"
    " tts_emotion_control tts_engine tts_model_name voice_id voice_settings",
    "layers.tts.voice_settings": "emotion similarity_boost speed stability style"
    " use_speaker_boost volume",
    "layers.perception": "audio_awareness_queries audio_tool_prompt audio_tools"
    " emotion_recognition perception_analysis_queries perception_model"
    " screen_awareness_queries screen_tools tool_prompt visual_awareness_queries"
    " visual_tool_prompt visual_tools",
    "layers.stt": "hotwords participant_interrupt_sensitivity participant_pause_sensitivity"
    " smart_turn_detection stt_engine",
    "layers.conversational_flow": "active_listening idle_end_behavior idle_engagement"
    " idle_timeout noise_cancellation replica_interruptibility sleep_phrase turn_commitment"
    " turn_detection_model turn_taking_patience voice_isolation wake_phrase",
    "layers.conferencing": "allowlist username whitelabel",
    "layers.capabilities": "activity_log_enabled mcp_enabled search_enabled"
    " search_results_prompt_injection_prevention_enabled",
    "layers.knowledge_base": "enable_rag_observability_app_messages rag_n_chunks"
    " rag_score_threshold rag_surrounding_chunk_radius use_procedure_goalchain",
    "layers.transport": "input_settings room_settings transport_type",
    "layers.transport.input_settings": "enable_transcription microphone",
    "layers.transport.room_settings": "enable_chat enable_network_ui"
    " enable_noise_cancellation_ui enable_people_ui start_audio_off start_video_off",
    "layers.mcp": "connectors",
}
"""Every field the API takes: parent → names (persona-api section 8)."""


def test_the_model_has_every_writable_field_of_the_api_and_no_other() -> None:
    writable = {
        (*filter(None, parent.split(".")), name)
        for parent, names in WRITABLE.items()
        for name in names.split()
    }

    assert writable == set(fields())


def test_every_field_with_a_policy_is_in_the_model() -> None:
    assert set(FIELDS) <= set(fields())


def test_every_field_of_the_model_has_a_policy_or_is_a_member_of_a_free_map() -> None:
    without_policy = set(fields()) - set(FIELDS)

    assert {FIELDS[path[:-1]].compare for path in without_policy} == {Compare.MAP}


def test_every_field_is_described() -> None:
    models = {path: model_at(path[:-1]) for path in fields()}
    texts = {path: descriptions(model)[path[-1]] for path, model in models.items() if model}
    assert texts.keys() == models.keys()
    assert [path for path, text in texts.items() if not text.endswith(".")] == []


def test_tables_about_fields_name_fields_that_exist() -> None:
    named = {*KNOWN, *DEPRECATED_FIELDS}
    named.update(path for replaced in DEPRECATED_FIELDS.values() for path in replaced.by)
    named.update(path for nearest in CONVERSATION_SETTINGS.values() for path in nearest)

    assert named <= set(fields())


def test_names_known_as_misplaced_are_no_fields_and_lead_to_fields() -> None:
    right = {path for answer in MISPLACED.values() for path in answer.right}

    assert not set(MISPLACED) & set(fields())
    assert {
        path for path in right - set(fields()) if path[:3] != ("layers", "llm", "extra_body")
    } == set()


def test_read_only_members_are_not_writable() -> None:
    assert [path for path in fields() if is_read_only(path)] == []


@pytest.mark.parametrize("path", [path for path in fields() if path != ("layers",)])
def test_null_is_taken_everywhere_to_clear_the_field(path: tuple[str, ...]) -> None:
    Persona.model_validate(with_value({}, path, None))


def test_null_is_not_taken_for_the_layers_together() -> None:
    with pytest.raises(ValidationError):
        Persona.model_validate({"layers": None})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("layers.tts.tts_emotion_control", "true"),
        ("layers.tts.tts_emotion_control", False),
        ("layers.llm.speculative_inference", "false"),
        ("layers.stt.smart_turn_detection", "true"),
        ("layers.tts.voice_settings.speed", "slowest"),
        ("layers.tts.voice_settings.speed", -0.5),
        ("layers.tts.voice_settings.speed", 1),
        ("layers.tts.voice_settings.anything", {"goes": "through"}),
        ("layers.llm.extra_body.response_format", {"type": "json_object"}),
        ("layers.llm.extra_body.temperature", 1),
        ("layers.llm.headers.X-Retired", None),
        ("layers.conversational_flow.active_listening", True),
        ("layers.conversational_flow.active_listening", "on"),
        ("layers.transport.input_settings.microphone", "off"),
        ("layers.transport.input_settings.microphone", {"enabled": False}),
        ("layers.sts", {"anything": [1]}),
        ("layers.mcp.connectors", [{"id": "c1"}, "c2"]),
        ("layers.llm.tools", [{"function": {"name": "a", "parameters": {"type": "object"}}}]),
    ],
)
def test_the_model_takes(path: str, value: object) -> None:
    Persona.model_validate(with_value({}, at(path), value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("system_prompt", 5),
        ("persona_name", True),
        ("is_template", "true"),
        ("is_template", 1),
        ("layers.tts.tts_emotion_control", "yes"),
        ("layers.tts.voice_settings.speed", "quick"),
        ("layers.tts.voice_settings.speed", True),
        ("layers.tts.voice_settings.stability", "0.5"),
        ("layers.tts.voice_settings.volume", float("nan")),
        ("layers.knowledge_base.rag_n_chunks", 4.0),
        ("layers.stt.hotwords", ["a"]),
        ("layers.perception.visual_awareness_queries", True),
        ("layers.perception.visual_awareness_queries", "one question"),
        ("layers.llm.headers.X", 1),
        ("layers.conversational_flow.active_listening", 1),
        ("layers.conversational_flow.idle_timeout", True),
        ("layers.llm", "tavus-gemma-4"),
        ("layers.llm.tools", [{"type": "function"}]),
        ("layers.llm.tools", [{"function": {"name": "a", "strict": True}}]),
        ("layers.llm.tools", [{"function": {"name": ""}}]),
        ("layers.llm.tools", [{"name": "a", "parameters": {}}]),
    ],
)
def test_the_model_refuses_and_coerces_nothing(path: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Persona.model_validate(with_value({}, at(path), value))


def test_the_items_of_a_list_of_tools_have_a_model() -> None:
    assert model_at(at("layers.llm.tools")) is Tool
    assert model_at(at("layers.llm.model")) is None
    assert model_at(at("no.such.thing")) is None
