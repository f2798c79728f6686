from __future__ import annotations

import pytest
from persona_checking import at, problems, the_problem

from reconciler.core.diagnostics import Severity
from reconciler.core.document import with_value
from reconciler.core.persona.check import check
from reconciler.core.vocabulary import Vocabulary

PROMPT = {"system_prompt": "You are Mara."}


def hint_for(path: str, vocabulary: Vocabulary = Vocabulary.PERSONA) -> str:
    (problem,) = check(with_value(PROMPT, at(path), "x"), vocabulary)
    assert problem.severity is Severity.ERROR
    assert problem.path == at(path)
    return f"{problem.summary}. {problem.hint}"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("tools", "layers.llm.tools or tool_ids"),
        ("llm", "layers.llm"),
        ("tts", "layers.tts"),
        ("stt", "layers.stt"),
        ("perception", "layers.perception"),
        ("perception_model", "layers.perception.perception_model"),
        ("objectives", "objectives_id"),
        ("objectives_name", "objectives_id"),
        ("guardrails", "guardrail_ids or guardrail_tags"),
        ("guardrails_name", "guardrail_ids or guardrail_tags"),
        ("replica_id", "default_replica_id"),
        ("face_id", "default_replica_id"),
        ("context_type", "system_prompt"),
        ("layers.vqa", "layers.perception"),
        ("layers.conversational", "layers.conversational_flow"),
        ("layers.conversational_context", "layers.conversational_flow"),
        ("layers.turn_taking", "layers.conversational_flow"),
        ("layers.speech", "layers.tts or layers.stt"),
        ("layers.meta_tts", "layers.tts"),
        ("layers.meta_llm", "layers.llm"),
        ("layers.llm.temperature", "layers.llm.extra_body.temperature"),
        ("layers.llm.parallel_tool_calls", "layers.llm.extra_body.parallel_tool_calls"),
        ("layers.llm.llm", "layers.llm.model"),
        ("layers.llm.provider", "layers.llm.model or layers.llm.base_url"),
        ("layers.llm.tool_call_callback_url", "tool_ids"),
        ("layers.tts.model_id", "layers.tts.tts_model_name"),
        ("layers.stt.engine", "layers.stt.stt_engine"),
        ("layers.perception.ambient_awareness", "layers.perception.visual_awareness_queries"),
        ("layers.perception.enabled", "layers.perception.perception_model"),
        ("layers.perception.enable_vision", "layers.perception.perception_model"),
        ("layers.perception.perception_enabled", "layers.perception.perception_model"),
        ("layers.perception.screen_share", "layers.perception.screen_awareness_queries"),
        ("layers.perception.enable_facial_movement", "layers.perception.emotion_recognition"),
        ("layers.perception.perception_tool_calls", "layers.perception.visual_tools"),
        ("layers.transport.microphone", "layers.transport.input_settings.microphone"),
    ],
)
def test_an_invented_name_is_answered_with_the_right_place(written: str, right: str) -> None:
    assert hint_for(written).startswith(f"This field has another place. Use {right}")


def test_what_cannot_be_set_is_said_to_be_so() -> None:
    hint = hint_for("layers.perception.perception_analysis_period_ms")

    assert hint == "No such field. How often it looks cannot be set"


@pytest.mark.parametrize(
    "name",
    [
        "properties",
        "custom_greeting",
        "conversational_context_template",
        "max_call_duration",
        "enable_recording",
        "webhook_url",
    ],
)
def test_settings_of_a_conversation_are_said_to_belong_there(name: str) -> None:
    problem = the_problem(**{name: "x"})

    assert problem.summary == "This is a setting of a conversation"
    assert problem.detail == f"{name} belongs to a conversation, not to a persona"


@pytest.mark.parametrize("name", ["_doc", "_comment", "//", "$comment"])
def test_comments_are_sent_to_yaml(name: str) -> None:
    assert "YAML comment" in the_problem(**{name: "why"}).hint


@pytest.mark.parametrize(
    "path", ["persona_id", "created_at", "persona_type", "layers.conferencing.email", "uuid"]
)
def test_what_only_the_server_writes_is_said_to_be_so(path: str) -> None:
    found = check(with_value({**PROMPT, "default_replica_id": "r1"}, at(path), "x"), Vocabulary.PAL)

    assert [p.summary for p in found if p.path == at(path)] == ["Only Tavus writes this field"]
    assert "import --file" in found[0].hint


def test_skills_have_endpoints_of_their_own() -> None:
    assert "endpoints of their own" in the_problem(skills={}).hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sytem_prompt", "system_prompt"),
        ("defualt_replica_id", "default_replica_id"),
        ("default_face", "default_replica_id"),
        ("layers.lmm", "layers.llm"),
        ("layers.llm.modl", "layers.llm.model"),
        ("layers.tts.model_name", "layers.tts.tts_model_name"),
        ("layers.llm.hotwords", "layers.stt.hotwords"),
        ("layers.stt.voice_isolation", "layers.conversational_flow.voice_isolation"),
        (
            "layers.conversational_flow.pal_interuptibility",
            "layers.conversational_flow.replica_interruptibility",
        ),
        ("layers.perception.perception_tool", "layers.perception.visual_tools"),
        ("turn_taking_patience", "layers.conversational_flow.turn_taking_patience"),
    ],
)
def test_the_nearest_known_name_is_offered(written: str, meant: str) -> None:
    assert hint_for(written) == f"No such field. Did you mean {meant}?"


def test_the_nearest_name_is_given_in_the_authors_words() -> None:
    assert hint_for("default_fac_id", Vocabulary.PAL).endswith("Did you mean default_face_id?")
    assert hint_for("replica_id", Vocabulary.PAL).endswith("Use default_face_id")


def test_where_nothing_is_near_the_known_names_are_listed() -> None:
    hint = hint_for("layers.mcp.zzz")

    assert hint == "No such field. Known here: connectors"


def test_a_member_of_a_tool_is_compared_with_the_members_of_tools() -> None:
    tool = {"function": {"name": "look", "descripton": "x"}}
    (problem,) = problems(layers__llm__tools=[tool])

    assert problem.path == (*at("layers.llm.tools"), 0, "function", "descripton")
    assert problem.hint == "Did you mean layers.llm.tools.function.description?"
