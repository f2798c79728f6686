"""Names people invent, each with the right place: what real persona files were found to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell someone who wrote a name where it means nothing."""

    right: tuple[Path, ...] = ()
    """The fields that do what the name seems to say, canonical."""
    why: str = ""
    """What else there is to know, as a sentence."""


def _to(pointers: str, why: str = "") -> Answer:
    return Answer(tuple(parse_pointer(at) for at in pointers.split()), why)


def _table() -> dict[str, Answer]:
    llm, tts, stt = "/layers/llm", "/layers/tts", "/layers/stt"
    sees, flow = "/layers/perception", "/layers/conversational_flow"
    no_names = "Personas refer by id; a name is not looked up."
    on_off = "Perception is on unless perception_model is off."
    rest = "What is sent to the model besides the conversation stands in extra_body."
    tool_names = "Inline functions are layers.llm.tools; tool_ids attaches tools of the registry."
    return {
        "/tools": _to(f"{llm}/tools /tool_ids", tool_names),
        "/llm": _to(llm),
        "/tts": _to(tts),
        "/stt": _to(stt),
        "/perception": _to(sees),
        "/conversational_flow": _to(flow),
        "/perception_model": _to(f"{sees}/perception_model"),
        "/objectives": _to("/objectives_id", "A persona refers to a set of objectives by its id."),
        "/objectives_name": _to("/objectives_id", no_names),
        "/guardrails": _to(
            "/guardrail_ids /guardrail_tags", "A persona refers to guardrails by id or by tag."
        ),
        "/guardrails_name": _to("/guardrail_ids /guardrail_tags", no_names),
        "/replica_id": _to("/default_replica_id"),
        "/face_id": _to("/default_replica_id"),
        "/name": _to("/persona_name"),
        "/description": _to("/persona_description"),
        "/prompt": _to("/system_prompt"),
        "/instructions": _to("/system_prompt"),
        "/context_type": _to(
            "/system_prompt", "Background has no kinds; it is part of the prompt."
        ),
        "/layers/vqa": _to(sees, "The vqa layer became the perception layer."),
        "/layers/conversational": _to(flow),
        "/layers/conversational_context": _to(flow, "Turn-taking is set in this layer."),
        "/layers/turn_taking": _to(flow),
        "/layers/speech": _to(f"{tts} {stt}", "Speaking is tts, hearing is stt."),
        "/layers/meta_tts": _to(tts),
        "/layers/meta_llm": _to(llm),
        f"{llm}/temperature": _to(f"{llm}/extra_body/temperature", rest),
        f"{llm}/top_p": _to(f"{llm}/extra_body/top_p", rest),
        f"{llm}/max_tokens": _to(f"{llm}/extra_body/max_tokens", rest),
        f"{llm}/parallel_tool_calls": _to(f"{llm}/extra_body/parallel_tool_calls", rest),
        f"{llm}/llm": _to(f"{llm}/model"),
        f"{llm}/provider": _to(
            f"{llm}/model {llm}/base_url", "The model and the address of its endpoint say it all."
        ),
        f"{llm}/tool_call_callback_url": _to(
            "/tool_ids", "A tool of the registry can call an address; an inline one cannot."
        ),
        f"{tts}/model_id": _to(f"{tts}/tts_model_name"),
        f"{tts}/model": _to(f"{tts}/tts_model_name"),
        f"{tts}/engine": _to(f"{tts}/tts_engine"),
        f"{tts}/voice": _to(f"{tts}/external_voice_id {tts}/voice_id"),
        f"{stt}/engine": _to(f"{stt}/stt_engine"),
        f"{stt}/model": _to(f"{stt}/stt_engine"),
        f"{sees}/ambient_awareness": _to(f"{sees}/visual_awareness_queries"),
        f"{sees}/enabled": _to(f"{sees}/perception_model", on_off),
        f"{sees}/enable_vision": _to(f"{sees}/perception_model", on_off),
        f"{sees}/perception_enabled": _to(f"{sees}/perception_model", on_off),
        f"{sees}/screen_share": _to(
            f"{sees}/screen_awareness_queries", "A shared screen is watched by asking about it."
        ),
        f"{sees}/enable_facial_movement": _to(
            f"{sees}/emotion_recognition {tts}/tts_emotion_control",
            "The first is about reading the other face, the second about moving one's own.",
        ),
        f"{sees}/perception_tool_calls": _to(f"{sees}/visual_tools {sees}/audio_tools"),
        f"{sees}/perception_analysis_period_ms": Answer((), "How often it looks cannot be set."),
        "/layers/transport/microphone": _to("/layers/transport/input_settings/microphone"),
    }


MISPLACED: Final[Mapping[Path, Answer]] = {
    parse_pointer(at): answer for at, answer in _table().items()
}
"""Canonical path of a name that is no field → what to say."""

CONVERSATION_SETTINGS: Final[Mapping[str, tuple[Path, ...]]] = {
    "properties": (),
    "custom_greeting": (("greeting",),),
    "conversational_context": (("system_prompt",),),
    "conversational_context_template": (("system_prompt",),),
    "conversation_name": (),
    "max_call_duration": (),
    "participant_left_timeout": (),
    "participant_absent_timeout": (),
    "enable_recording": (),
    "enable_closed_captions": (),
    "apply_greenscreen": (),
    "audio_only": (),
    "language": (("languages",),),
    "webhook_url": (),
    "callback_url": (),
    "require_auth": (),
    "max_participants": (),
    "test_mode": (),
    "policy": (),
    "document_retrieval_strategy": (),
}
"""Members of a conversation, not of a persona, and what a persona has that comes nearest."""

LAYER_SWITCH: Final[Mapping[str, str]] = {
    "llm": "model",
    "tts": "tts_engine",
    "perception": "perception_model",
    "stt": "stt_engine",
    "conversational_flow": "turn_detection_model",
    "transport": "transport_type",
}
"""Layer → the member somebody means who writes the layer as plain text."""


def is_comment(name: str) -> bool:
    """Whether a member name is someone's way of writing a comment into JSON."""
    return name.startswith(("_", "//", "#")) or name in {"$comment", "comment"}
