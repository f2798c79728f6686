from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from persona_checking import at, persona, problems, the_problem, told

from reconciler.core.diagnostics import Severity
from reconciler.core.persona.check import check
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

KEY = Secret("sk-live-0123456789")
OWN_MODEL: dict[str, Json] = {
    "layers__llm__model": "house-7b",
    "layers__llm__base_url": "https://llm.example.com/v1",
    "layers__llm__api_key": KEY,
}


def test_a_fine_definition_has_no_problem() -> None:
    assert problems(persona_name="Mara", **OWN_MODEL) == []


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        persona_name=5, greting="x", layers__stt__hotwords=[], layers__tts__tts_engine="playht"
    )

    assert [problem.path for problem in found] == [
        ("persona_name",),
        ("layers", "stt", "hotwords"),
        ("greting",),
        ("layers", "tts", "tts_engine"),
    ]


def test_the_document_given_is_left_as_it_was() -> None:
    document = persona(**OWN_MODEL)
    check(document, Vocabulary.PERSONA)

    assert document == persona(**OWN_MODEL)


class TestTypes:
    @pytest.mark.parametrize(
        ("member", "value", "detail"),
        [
            ("persona_name", 5, "persona_name takes text, found a number"),
            ("is_template", "yes", "is_template takes true or false, found text"),
            ("document_ids", "d1", "document_ids takes a list, found text"),
            ("layers", None, "layers takes a mapping, found nothing (null)"),
            ("layers__llm", ["x"], "layers.llm takes a mapping, found a list"),
            (
                "layers__knowledge_base__rag_n_chunks",
                1.5,
                "layers.knowledge_base.rag_n_chunks takes a whole number, found a number",
            ),
            (
                "layers__perception__visual_awareness_queries",
                True,
                "layers.perception.visual_awareness_queries takes a list, found true or false",
            ),
        ],
    )
    def test_what_is_expected_and_what_was_found(
        self, member: str, value: Json, detail: str
    ) -> None:
        problem = the_problem(**{member: value})

        assert (problem.severity, problem.summary) == (Severity.ERROR, "Wrong type")
        assert problem.detail == detail

    def test_an_item_of_a_list_is_named_by_its_position(self) -> None:
        problem = the_problem(document_ids=["a", 7])

        assert problem.path == ("document_ids", 1)
        assert "document_ids[1] takes text" in problem.detail

    def test_a_list_of_hotwords_is_told_to_become_one_text(self) -> None:
        assert "one text" in the_problem(layers__stt__hotwords=["a", "b"]).hint

    def test_a_layer_as_text_is_told_which_member_it_meant(self) -> None:
        assert "tts: {tts_engine: …}" in the_problem(layers__tts="cartesia").hint

    def test_names_are_those_of_the_authors_vocabulary(self) -> None:
        problem = the_problem(Vocabulary.PAL, default_replica_id=5)

        assert problem.path == ("default_replica_id",)
        assert problem.detail.startswith("default_face_id takes")

    def test_caps_of_lists_and_tags(self) -> None:
        assert "at most 50" in the_problem(tool_ids=["t"] * 51).detail
        assert the_problem(guardrail_tags=["x" * 33]).path == ("guardrail_tags", 0)
        assert problems(guardrail_ids=["g"] * 50, guardrail_tags=["x" * 32]) == []


class TestModes:
    @pytest.mark.parametrize("prompt", [None, "", " \n"])
    def test_full_mode_needs_a_prompt(self, prompt: str | None) -> None:
        problem = the_problem(system_prompt=prompt)

        assert (problem.path, problem.summary) == (("system_prompt",), "The prompt is missing")

    def test_a_missing_prompt_is_a_problem_of_the_whole_document(self) -> None:
        (problem,) = check({"pipeline_mode": "full"}, Vocabulary.PERSONA)

        assert problem.path == ()

    @pytest.mark.parametrize("mode", ["echo", "speech-to-speech"])
    def test_the_other_modes_take_neither_prompt_nor_context(self, mode: str) -> None:
        refused = [
            problem.path
            for problem in problems(pipeline_mode=mode, context="x")
            if problem.severity is Severity.ERROR
        ]

        assert refused == [("system_prompt",), ("context",)]
        assert problems(pipeline_mode=mode, system_prompt="") == []

    def test_a_mode_unknown_to_the_table_is_a_warning_and_has_no_rules(self) -> None:
        problem = the_problem(pipeline_mode="duplex", system_prompt="")

        assert (problem.severity, problem.summary) == (Severity.WARNING, "Unknown value")


class TestLanguageModel:
    def test_a_model_of_ones_own_needs_an_address_and_a_key(self) -> None:
        problem = the_problem(layers__llm__model="house-7b")

        assert problem.severity is Severity.ERROR
        assert "layers.llm.base_url and layers.llm.api_key are missing" in problem.detail

    def test_a_hosted_model_without_its_prefix_is_recognised(self) -> None:
        assert the_problem(layers__llm__model="gemma-4").hint == "Did you mean tavus-gemma-4?"

    def test_an_endpoint_needs_a_key(self) -> None:
        found = problems(layers__llm__base_url="https://llm.example.com/v1")

        assert [(p.severity, p.summary) for p in found] == [
            (Severity.ERROR, "The endpoint needs a key"),
            (Severity.WARNING, "The endpoint has no model of its own"),
        ]

    def test_a_key_without_an_endpoint_is_doubtful(self) -> None:
        assert the_problem(layers__llm__api_key=KEY).severity is Severity.WARNING

    @pytest.mark.parametrize("end", ["/chat/completions", "/chat/completions/"])
    def test_the_route_does_not_belong_to_the_address(self, end: str) -> None:
        problem = the_problem(
            **{**OWN_MODEL, "layers__llm__base_url": f"https://a.example/v1{end}"}
        )

        assert (problem.severity, problem.path) == (Severity.WARNING, at("layers.llm.base_url"))

    def test_an_address_without_a_scheme_is_doubtful(self) -> None:
        problem = the_problem(**{**OWN_MODEL, "layers__llm__base_url": "llm.example.com"})

        assert problem.summary == "This is no web address"

    @pytest.mark.parametrize(("name", "value"), [("temperature", 2.1), ("top_p", -0.1)])
    def test_hosted_models_have_ranges(self, name: str, value: float) -> None:
        problem = the_problem(**{f"layers__llm__extra_body__{name}": value})

        assert (problem.severity, problem.summary) == (Severity.ERROR, "Out of range")

    def test_hosted_models_take_two_settings_and_ones_own_takes_any(self) -> None:
        extra: Object = {"temperature": 3, "max_tokens": 9}
        hosted = problems(layers__llm__extra_body=extra)

        assert [p.severity for p in hosted] == [Severity.ERROR, Severity.WARNING]
        assert problems(layers__llm__extra_body=extra, **OWN_MODEL) == []


class TestVoice:
    @pytest.mark.parametrize("engine", ["elevenlabs", "cartesia"])
    def test_settings_in_range_are_fine(self, engine: str) -> None:
        fine: dict[str, Object] = {
            "elevenlabs": {"speed": 0.7, "stability": 0, "similarity_boost": 1, "style": 0.5},
            "cartesia": {"speed": -1, "emotion": ["curiosity"], "volume": 0.8},
        }

        assert problems(layers__tts={"tts_engine": engine, "voice_settings": fine[engine]}) == []

    @pytest.mark.parametrize(
        ("engine", "name", "value", "severity"),
        [
            ("elevenlabs", "speed", 1.3, Severity.ERROR),
            ("elevenlabs", "stability", 50, Severity.ERROR),
            ("elevenlabs", "speed", "fast", Severity.ERROR),
            ("elevenlabs", "emotion", ["anger"], Severity.WARNING),
            ("cartesia", "speed", 1.2, Severity.WARNING),
            ("cartesia", "style", 0.5, Severity.WARNING),
        ],
    )
    def test_each_engine_has_ranges_and_settings_of_its_own(
        self, engine: str, name: str, value: Json, severity: Severity
    ) -> None:
        problem = the_problem(layers__tts={"tts_engine": engine, "voice_settings": {name: value}})

        assert problem.severity is severity
        assert problem.path == (*at("layers.tts.voice_settings"), name)

    def test_without_an_engine_nothing_is_known_about_ranges(self) -> None:
        assert problems(layers__tts__voice_settings={"speed": 9, "style": 9}) == []

    def test_an_unknown_setting_goes_through_with_a_warning(self) -> None:
        problem = the_problem(layers__tts__voice_settings__stabilty=0.5)

        assert problem.severity is Severity.WARNING
        assert problem.hint == "Did you mean layers.tts.voice_settings.stability?"

    def test_voice_id_is_not_for_the_ids_of_engines(self) -> None:
        assert problems(layers__tts__voice_id="v0a1b2c3d4e5f") == []
        assert "external_voice_id" in the_problem(layers__tts__voice_id="EXAVITQu4vr4xnSD").hint


class TestOtherRules:
    def test_a_sleep_phrase_needs_a_wake_phrase(self) -> None:
        problem = the_problem(layers__conversational_flow__sleep_phrase="Good night")

        assert problem.severity is Severity.ERROR
        assert (
            problems(
                layers__conversational_flow={
                    "sleep_phrase": "Good night",
                    "wake_phrase": "Hey Mara",
                }
            )
            == []
        )

    def test_conferencing_needs_a_face(self) -> None:
        problem = the_problem(Vocabulary.PAL, layers__conferencing__username="mara")

        assert problem.hint == "Add default_face_id"
        assert problems(layers__conferencing__username="mara", default_replica_id="r1") == []

    @pytest.mark.parametrize("model", ["raven-0", "off"])
    def test_audio_queries_need_a_model_that_listens(self, model: str) -> None:
        found = problems(
            layers__perception={"perception_model": model, "audio_awareness_queries": ["Loud?"]}
        )

        assert ("layers", "perception", "audio_awareness_queries") in [p.path for p in found]
        assert {p.severity for p in found} == {Severity.WARNING}

    def test_the_old_guardrails_have_no_effect_beside_the_new_ones(self) -> None:
        problem = the_problem(guardrails_id="g1", guardrail_ids=["g2"])

        assert problem.summary == "The old guardrails field has no effect"


class TestTools:
    LISTS = ("llm__tools", "perception__visual_tools", "perception__audio_tools")

    @pytest.mark.parametrize("where", LISTS)
    def test_two_functions_of_one_name_are_refused_within_one_list(self, where: str) -> None:
        tools = [{"function": {"name": "look"}}, {"type": "function", "function": {"name": "look"}}]
        problem = the_problem(**{f"layers__{where}": tools})

        assert problem.severity is Severity.ERROR
        assert problem.path[-3:] == (1, "function", "name")

    def test_one_name_in_two_lists_is_fine(self) -> None:
        tools = [{"function": {"name": "look"}}]

        assert problems(layers__llm__tools=tools, layers__perception__visual_tools=tools) == []

    def test_a_name_the_registry_would_refuse_is_doubtful(self) -> None:
        problem = the_problem(layers__llm__tools=[{"function": {"name": "look up"}}])

        assert (problem.severity, problem.summary) == (Severity.WARNING, "An unusual function name")

    def test_a_flat_tool_is_shown_the_form_with_a_function(self) -> None:
        problem = the_problem(layers__llm__tools=[{"name": "look", "parameters": {}}])

        assert problem.path == (*at("layers.llm.tools"), 0)
        assert problem.hint.startswith("Write it as {type: function, function: {name:")

    def test_a_tool_without_a_function_points_at_the_tool(self) -> None:
        problem = the_problem(layers__llm__tools=[{"type": "function"}])

        assert problem.path == (*at("layers.llm.tools"), 0)
        assert "layers.llm.tools[0].function is missing" in problem.detail

    def test_another_type_than_function_is_doubtful(self) -> None:
        problem = the_problem(layers__llm__tools=[{"type": "mcp", "function": {"name": "a"}}])

        assert problem.severity is Severity.WARNING


class TestKnownValues:
    def test_an_unknown_value_is_a_warning_with_the_known_ones_and_the_nearest(self) -> None:
        problem = the_problem(layers__stt__stt_engine="tavus-parakeat")

        assert problem.severity is Severity.WARNING
        assert "known are tavus-auto, tavus-parakeet" in problem.detail
        assert problem.hint == "Did you mean tavus-parakeet?"

    def test_values_that_others_choose_are_not_doubted(self) -> None:
        assert problems(layers__tts__tts_model_name="eleven_multilingual_v2") == []

    @pytest.mark.parametrize(
        ("member", "value", "summary", "instead"),
        [
            ("layers__llm__model", "tavus-llama-4", "Removed value", "tavus-gemma-4"),
            ("layers__llm__model", "tavus-gpt-4o", "Deprecated value", "tavus-gemma-4"),
            ("layers__tts__tts_engine", "playht", "Removed value", "cartesia"),
            ("layers__perception__perception_model", "raven-0", "Deprecated value", "raven-1"),
            ("layers__stt__stt_engine", "tavus-advanced", "Deprecated value", "tavus-auto"),
        ],
    )
    def test_retired_values_are_warnings_with_the_replacement(
        self, member: str, value: str, summary: str, instead: str
    ) -> None:
        problem = the_problem(**{member: value})

        assert (problem.severity, problem.summary) == (Severity.WARNING, summary)
        assert problem.hint == f"Use {instead}"

    @pytest.mark.parametrize(
        ("member", "value", "instead"),
        [
            ("context", "background", "system_prompt"),
            ("guardrails_id", "g1", "guardrail_ids"),
            ("layers__tts__playht_user_id", "u", "PlayHT"),
            ("layers__stt__participant_pause_sensitivity", "high", "turn_taking_patience"),
            ("layers__stt__participant_interrupt_sensitivity", "low", "pal_interruptibility"),
            ("layers__stt__smart_turn_detection", True, "turn_detection_model"),
        ],
    )
    def test_replaced_fields_are_warnings_with_the_replacement(
        self, member: str, value: Json, instead: str
    ) -> None:
        problem = the_problem(Vocabulary.PAL, **{member: value})

        assert (problem.severity, problem.summary) == (Severity.WARNING, "Deprecated field")
        assert instead in problem.hint

    def test_the_inverted_sense_of_the_old_pause_sensitivity_is_told(self) -> None:
        hint = the_problem(layers__stt__participant_pause_sensitivity="high").hint

        assert "inverted" in hint

    def test_clearing_a_replaced_field_is_no_problem(self) -> None:
        assert problems(context=None, layers__stt__smart_turn_detection=None) == []


class TestSecrets:
    def test_a_secret_written_into_the_file_is_doubtful(self) -> None:
        problem = the_problem(**{**OWN_MODEL, "layers__llm__api_key": "sk-live-0123"})

        assert problem.severity is Severity.WARNING
        assert "{$env: NAME}" in problem.hint
        assert "sk-live" not in told(problem)

    def test_a_credential_in_a_header_is_doubtful_and_a_plain_header_is_not(self) -> None:
        headers: Object = {"Authorization": "Bearer abc", "X-Title": "Mara"}
        problem = the_problem(**OWN_MODEL, layers__llm__headers=headers)

        assert problem.path == at("layers.llm.headers.Authorization")
        assert "abc" not in told(problem)

    @pytest.mark.parametrize("mask", ["********", Secret("********")])
    def test_the_mask_is_refused_as_a_secret(self, mask: Json) -> None:
        found = problems(**{**OWN_MODEL, "layers__llm__headers__X": mask})
        found += problems(**{**OWN_MODEL, "layers__llm__api_key": mask})

        assert [p.severity for p in found] == [Severity.ERROR, Severity.ERROR]

    def test_a_value_from_the_environment_is_judged_by_what_it_is(self) -> None:
        assert the_problem(is_template=Secret("true")).hint.startswith("A value from the env")
        assert problems(layers__tts__tts_emotion_control=Secret("true")) == []
        assert the_problem(system_prompt=Secret("")).summary == "The prompt is missing"
