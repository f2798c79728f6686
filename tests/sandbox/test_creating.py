"""What a create takes and answers (persona-api 12.1, E3, E4, E10c, E17 and E18)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store


class TestE3Create:
    def test_it_answers_200_with_a_short_record(self, call: Caller) -> None:
        body = {"pal_name": "Rook", "system_prompt": PROMPT, "default_face_id": FACE}
        reply = call.post("/v2/pals", {**body, "pipeline_mode": "full"})
        assert reply.status_code == 200
        names = ["pal_id", "pal_name", "pal_description", "created_at", "tool_ids"]
        assert list(reply.json()) == names
        assert re.fullmatch(r"p[0-9a-f]{11}", reply.json()["pal_id"])

    def test_a_name_is_not_needed_and_a_prompt_is(self, call: Caller) -> None:
        assert call.post("/v2/personas", {"system_prompt": PROMPT}).status_code == 200
        missing = {"error": "Bad Request. {'system_prompt': ['Missing data for required field.']}"}
        for body in ({}, {"system_prompt": ""}, {"system_prompt": " \n", "pipeline_mode": "full"}):
            reply = call.post("/v2/personas", body)
            assert (reply.status_code, reply.json()) == (400, missing)

    @pytest.mark.parametrize("mode", ["echo", "speech-to-speech"])
    def test_other_modes_need_no_prompt(self, call: Caller, mode: str) -> None:
        assert call.post("/v2/personas", {"pipeline_mode": mode}).status_code == 200

    def test_an_unknown_member_is_refused(self, call: Caller) -> None:
        reply = call.post("/v2/personas", {"system_prompt": PROMPT, "tools": []})
        assert reply.json() == {"error": "Bad Request. {'tools': ['Unknown field.']}"}

    def test_an_unknown_layer_is_refused(self, call: Caller) -> None:
        reply = call.post("/v2/personas", {"system_prompt": PROMPT, "layers": {"vqa": {}}})
        text = "Bad Request. {'layers': {'vqa': ['Unknown field.']}}"
        assert (reply.status_code, reply.json()) == (400, {"error": text})

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{", b"\xff", b'{"a":NaN}', b'{"a":1e400}', b"[" * 100_000]
    )
    def test_a_body_that_is_no_object_is_refused(self, call: Caller, body: bytes) -> None:
        assert call("POST", "/v2/personas", content=body).status_code == 400

    def test_a_body_nested_very_deeply_is_refused_and_not_stored(self, call: Caller) -> None:
        deep = b'{"system_prompt":"x","layers":{"llm":{"extra_body":{"a":' + b"[" * 900 + b"]" * 900
        assert call("POST", "/v2/personas", content=deep + b"}}}}").status_code == 400
        assert call.get("/v2/personas?persona_type=user").json()["total_count"] == 0

    def test_ids_and_times_in_the_body_do_not_count(self, call: Caller) -> None:
        source = call.read(call.make(persona_name="Rook"))
        reply = call.post("/v2/personas", source)
        assert reply.status_code == 200
        assert reply.json()["persona_id"] != source["persona_id"]

    def test_base_url_needs_an_api_key(self, call: Caller) -> None:
        layer = {"model": "own", "base_url": "https://llm.example/v1"}
        reply = call.post("/v2/personas", {"system_prompt": PROMPT, "layers": {"llm": layer}})
        assert reply.status_code == 400
        assert "api_key" in reply.text


class TestE4Face:
    def test_a_pal_needs_a_face(self, call: Caller) -> None:
        text = (
            "Bad Request. {'default_face_id': ['default_face_id is required when creating a pal.']}"
        )
        for body in ({"pal_name": "x"}, {"pal_name": "x", "default_replica_id": FACE}):
            reply = call.post("/v2/pals", body)
            assert (reply.status_code, reply.json()) == (400, {"error": text})


class TestE10cEnumerations:
    @pytest.mark.parametrize(
        ("layer", "member", "allowed"),
        [
            ("conversational_flow", "turn_detection_model", "sparrow-1, sparrow-2"),
            ("perception", "perception_model", "raven-0, raven-1, raven-2, off"),
            ("conversational_flow", "voice_isolation", "off, near, far"),
        ],
    )
    def test_a_bad_value_is_refused_with_the_values_allowed(
        self, call: Caller, layer: str, member: str, allowed: str
    ) -> None:
        body = {"system_prompt": PROMPT, "layers": {layer: {member: "best"}}}
        reply = call.post("/v2/personas", body)
        text = f"Bad Request. {{'layers': {{'{layer}': {{'{member}': ['Must be one of: {allowed}.']"
        assert reply.status_code == 400
        assert reply.json()["error"] == text + "}}}"

    @pytest.mark.parametrize(
        ("members", "reason"),
        [
            ({"persona_name": 1}, "Not a valid string."),
            ({"is_template": "maybe"}, "Not a valid boolean."),
            ({"document_ids": "d1"}, "Not a valid list."),
            ({"document_ids": [1]}, "Not a valid string."),
            ({"layers": []}, "Invalid input type."),
            ({"layers": {"llm": "gpt"}}, "Invalid input type."),
            ({"layers": {"llm": {"tools": ["f"]}}}, "Not a valid list of mappings."),
            ({"layers": {"llm": {"headers": []}}}, "Not a valid mapping type."),
            ({"layers": {"stt": {"hotwords": ["a"]}}}, "Not a valid string."),
            ({"layers": {"knowledge_base": {"rag_n_chunks": 1.5}}}, "Not a valid integer."),
            ({"layers": {"knowledge_base": {"rag_score_threshold": "1"}}}, "Not a valid number."),
        ],
    )
    def test_a_wrong_type_is_refused(
        self, call: Caller, members: dict[str, object], reason: str
    ) -> None:
        reply = call.post("/v2/personas", {"system_prompt": PROMPT, **members})
        assert reply.status_code == 400
        assert reason in reply.json()["error"]


class TestE17Caps:
    @pytest.mark.parametrize("name", ["guardrail_ids", "guardrail_tags", "tool_ids"])
    def test_fifty_are_enough(self, call: Caller, name: str) -> None:
        fifty = [f"x{number}" for number in range(50)]
        persona_id = call.make(**{name: fifty})
        reply = call.patch(f"/v2/personas/{persona_id}", add(f"/{name}/-", "more"))
        assert reply.status_code == 400
        assert reply.json()["error"] == (
            f"Bad Request. {{'{name}': ['Longer than maximum length 50.']}}"
        )

    def test_a_guardrail_tag_has_up_to_32_characters(self, call: Caller) -> None:
        body = {"system_prompt": PROMPT, "guardrail_tags": ["ok", "x" * 33]}
        text = "Bad Request. {'guardrail_tags': {1: ['Length must be between 1 and 32.']}}"
        assert call.post("/v2/personas", body).json() == {"error": text}


class TestE18Names:
    def test_two_personas_may_have_one_name(self, store: Store, call: Caller) -> None:
        ids = [call.make(persona_name="Rook") for _ in range(2)]
        assert store.find("Rook") == ids
