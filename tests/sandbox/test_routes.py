"""Two routes over one store, and the key (persona-api 12.1, E1 and E2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add, remove, replace

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store


class TestE1TwoRoutesOneStore:
    def test_a_record_of_one_route_is_read_on_the_other_in_its_own_words(
        self, call: Caller
    ) -> None:
        made = call.post(
            "/v2/pals",
            {"pal_name": "Rook", "default_face_id": FACE, "system_prompt": PROMPT,
             "layers": {"conversational_flow": {"pal_interruptibility": "low"}}},
        ).json()  # fmt: skip
        persona = call.read(made["pal_id"])
        assert persona["persona_name"] == "Rook"
        assert persona["default_replica_id"] == FACE
        assert persona["layers"]["conversational_flow"]["replica_interruptibility"] == "low"
        pal = call.read(made["pal_id"], "pals")
        assert pal["pal_name"] == "Rook"
        assert pal["default_face_id"] == FACE
        assert pal["layers"]["conversational_flow"]["pal_interruptibility"] == "low"
        assert not {"persona_id", "persona_name", "default_replica_id"} & pal.keys()

    def test_the_words_of_one_route_are_unknown_on_the_other(self, call: Caller) -> None:
        reply = call.post("/v2/personas", {"pal_name": "Rook", "system_prompt": PROMPT})
        assert reply.status_code == 400
        assert reply.json() == {"error": "Bad Request. {'pal_name': ['Unknown field.']}"}
        body = {"default_face_id": FACE, "system_prompt": PROMPT, "persona_name": "Rook"}
        assert "persona_name" in call.post("/v2/pals", body).json()["error"]

    def test_a_patch_path_is_in_the_words_of_its_route(self, call: Caller) -> None:
        persona_id = call.make(persona_name="Rook")
        path = f"/v2/pals/{persona_id}"
        assert call.patch(path, replace("/pal_name", "Knight")).status_code == 200
        assert call.read(persona_id)["persona_name"] == "Knight"
        assert call.patch(path, replace("/persona_name", "King")).status_code == 400
        assert call.patch(path, add("/persona_name", "King")).status_code == 400

    def test_an_interruptibility_is_unknown_in_the_words_of_the_other_route(
        self, call: Caller
    ) -> None:
        path = "/layers/conversational_flow"
        persona_id = call.make()
        reply = call.patch(f"/v2/personas/{persona_id}", add(path, {"pal_interruptibility": "low"}))
        assert reply.status_code == 400
        assert "pal_interruptibility" in reply.text
        reply = call.patch(f"/v2/pals/{persona_id}", add(path, {"replica_interruptibility": "low"}))
        assert reply.status_code == 400

    def test_the_official_client_s_spelling_of_the_interruptibility_is_a_pal_word(
        self, call: Caller
    ) -> None:
        persona_id = call.make()
        flow = add("/layers/conversational_flow", {"face_interruptibility": "high"})
        assert call.patch(f"/v2/pals/{persona_id}", flow).status_code == 200
        layer = call.read(persona_id, "pals")["layers"]["conversational_flow"]
        assert layer["pal_interruptibility"] == "high"
        assert "face_interruptibility" not in layer

    def test_error_texts_are_in_the_words_of_the_route(self, call: Caller) -> None:
        body = {"default_face_id": FACE, "system_prompt": PROMPT, "pal_name": 5}
        assert call.post("/v2/pals", body).json() == {
            "error": "Bad Request. {'pal_name': ['Not a valid string.']}"
        }

    def test_a_slash_at_the_end_does_not_matter(self, call: Caller) -> None:
        persona_id = call.make()
        assert call.get("/v2/personas/").json() == call.get("/v2/personas").json()
        assert call.get(f"/v2/personas/{persona_id}/").json() == call.read(persona_id)

    def test_old_perception_names_come_back_as_they_were_sent(self, call: Caller) -> None:
        old = {"ambient_awareness_queries": ["Is it raining?"]}
        persona_id = call.make(layers={"perception": old})
        assert call.read(persona_id)["layers"]["perception"] == old

    def test_an_old_and_a_current_name_of_one_thing_do_not_go_together(self, call: Caller) -> None:
        layer = {"ambient_awareness_queries": ["a"], "visual_awareness_queries": ["b"]}
        body = {"system_prompt": PROMPT, "layers": {"perception": layer}}
        assert call.post("/v2/personas", body).status_code == 400


class TestE2Keys:
    @pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
    def test_without_a_key_nothing_is_answered(
        self, store: Store, call: Caller, method: str
    ) -> None:
        persona_id = call.make()
        with Caller(store, key="") as stranger:
            reply = stranger(method, f"/v2/personas/{persona_id}", json=[remove("/context")])
        assert reply.status_code == 401
        assert reply.json() == {"message": "Invalid access token"}

    def test_on_create_the_body_is_checked_before_the_key(self, store: Store) -> None:
        with Caller(store, key="") as stranger:
            assert stranger.post("/v2/personas", {"x_probe": 1}).status_code == 400
            assert stranger.post("/v2/personas", {"system_prompt": PROMPT}).status_code == 401
        assert store.find("") == []

    def test_on_patch_the_form_and_the_id_are_checked_before_the_key(self, store: Store) -> None:
        with Caller(store, key="") as stranger:
            assert stranger("PATCH", "/v2/personas/p0", json={}).status_code == 422
            assert stranger.patch("/v2/personas/p0", remove("/a")).status_code == 400

    def test_lists_and_the_username_check_need_a_key(self, store: Store) -> None:
        with Caller(store, key="") as stranger:
            assert stranger.get("/v2/personas").status_code == 401
            assert stranger.get("/v2/pals/check-username?username=a").status_code == 401
