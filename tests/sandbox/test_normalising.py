"""What comes back other than it was sent (persona-api 12.1, E9, E10, E12 to E14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add, remove, replace

from reconciler.core.secret import MASK

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

FLOW = {
    "turn_detection_model": "sparrow-2",
    "turn_taking_patience": "medium",
    "replica_interruptibility": "medium",
    "voice_isolation": "near",
    "wake_phrase": None,
    "sleep_phrase": None,
    "idle_engagement": "off",
    "idle_end_behavior": "wait",
}


class TestE9Secrets:
    LAYERS: ClassVar[dict[str, dict[str, str]]] = {
        "llm": {"model": "own", "base_url": "https://llm.example", "api_key": "canary-llm"},
        "tts": {"api_key": "canary-tts", "tts_engine": "cartesia"},
    }

    def test_they_read_back_as_the_mask_everywhere(self, store: Store, call: Caller) -> None:
        persona_id = call.make(layers=self.LAYERS)
        path = f"/v2/personas/{persona_id}"
        patched = call.patch(path, replace("/context", "x"))
        assert patched.status_code == 200
        for text in (
            call.get(path).text,
            call.get("/v2/pals?pal_type=user").text,
            patched.text,
            call.patch(path, {"op": "test", "path": "/layers/llm/api_key", "value": "x"}).text,
        ):
            assert "canary" not in text
        layers = call.read(persona_id)["layers"]
        assert layers["llm"]["api_key"] == layers["tts"]["api_key"] == MASK
        stored = next(row for row in store.personas() if row.id == persona_id)
        assert stored.record["layers"] == self.LAYERS
        assert "canary" not in repr(stored)

    def test_a_secret_that_is_not_set_is_not_masked(self, call: Caller) -> None:
        persona_id = call.make(layers={"tts": {"api_key": ""}})
        assert call.read(persona_id)["layers"]["tts"]["api_key"] == ""

    def test_a_change_of_a_secret_is_a_change(self, call: Caller) -> None:
        path = f"/v2/personas/{call.make(layers=self.LAYERS)}"
        same = replace("/layers/llm/api_key", "canary-llm")
        assert call.patch(path, same).status_code == 304
        assert call.patch(path, replace("/layers/llm/api_key", "other")).status_code == 200

    def test_a_mask_that_is_written_is_stored(self, store: Store, call: Caller) -> None:
        persona_id = call.make(layers=self.LAYERS)
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/layers/llm/api_key", MASK))
        assert reply.status_code == 200
        stored = next(row for row in store.personas() if row.id == persona_id)
        assert stored.record["layers"]["llm"]["api_key"] == MASK


class TestE10Flow:
    def test_one_member_brings_the_other_seven(self, call: Caller) -> None:
        layer = {"turn_taking_patience": "high"}
        persona_id = call.make(layers={"conversational_flow": layer})
        assert call.read(persona_id)["layers"]["conversational_flow"] == {**FLOW, **layer}

    def test_a_removed_member_is_filled_again(self, call: Caller) -> None:
        persona_id = call.make(layers={"conversational_flow": {"turn_taking_patience": "high"}})
        gone = remove("/layers/conversational_flow/turn_taking_patience")
        path = f"/v2/personas/{persona_id}"
        assert call.patch(path, gone).status_code == 200
        assert call.read(persona_id)["layers"]["conversational_flow"] == FLOW
        assert call.patch(path, gone).status_code == 304

    def test_a_removed_layer_stays_away(self, call: Caller) -> None:
        persona_id = call.make(layers={"conversational_flow": {"turn_taking_patience": "high"}})
        call.patch(f"/v2/personas/{persona_id}", remove("/layers/conversational_flow"))
        assert call.read(persona_id)["layers"] == {}


class TestE12InlineTools:
    TOOL: ClassVar[dict[str, object]] = {
        "type": "function",
        "function": {
            "parameters": {"type": "object", "properties": {"b": {"type": "string"}, "a": {}}},
            "description": "Looks up a street.",
            "name": "look_up",
        },
    }

    def test_they_come_back_reordered_and_without_their_description(self, call: Caller) -> None:
        persona_id = call.make(layers={"llm": {"tools": [self.TOOL]}})
        (tool,) = call.read(persona_id)["layers"]["llm"]["tools"]
        assert list(tool["function"]) == ["name", "parameters"]
        assert list(tool["function"]["parameters"]["properties"]) == ["a", "b"]

    def test_sending_the_original_again_changes_nothing(self, call: Caller) -> None:
        persona_id = call.make(layers={"llm": {"tools": [self.TOOL]}})
        again = replace("/layers/llm/tools", [self.TOOL])
        assert call.patch(f"/v2/personas/{persona_id}", again).status_code == 304


class TestE13Names:
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("Coach Rook (chess puzzles)", "Coach Rook chess puzzles "),
            ("Rosé v2.1", "Rosé v2 1"),
            ("plain name", "plain name"),
        ],
    )
    def test_the_pal_route_takes_the_punctuation(
        self, call: Caller, sent: str, stored: str
    ) -> None:
        body = {"pal_name": sent, "default_face_id": FACE, "system_prompt": PROMPT}
        made = call.post("/v2/pals", body).json()
        assert made["pal_name"] == stored
        assert call.read(made["pal_id"])["persona_name"] == stored
        again = replace("/pal_name", sent)
        assert call.patch(f"/v2/pals/{made['pal_id']}", again).status_code == 304

    def test_the_persona_route_does_not(self, call: Caller) -> None:
        persona_id = call.make(persona_name="Base (v1)")
        call.patch(f"/v2/pals/{persona_id}", replace("/context", "x"))
        assert call.read(persona_id)["persona_name"] == "Base (v1)"


class TestE14Conferencing:
    LAYER: ClassVar[dict[str, object]] = {
        "username": "Front-Desk",
        "allowlist": ["host@example.com"],
    }

    def test_it_must_be_patched_alone(self, call: Caller) -> None:
        path = f"/v2/personas/{call.make(default_replica_id=FACE)}"
        layer = add("/layers/conferencing", self.LAYER)
        assert call.patch(path, layer, replace("/context", "x")).status_code == 400
        assert call.patch(path, layer).status_code == 200
        whitelabel = add("/layers/conferencing/whitelabel", True)
        mail = add("/layers/conferencing/allowlist/-", "guest@example.com")
        assert call.patch(path, whitelabel, mail).status_code == 200

    def test_the_name_is_in_lower_case_and_gives_an_address(self, call: Caller) -> None:
        persona_id = call.make(default_replica_id=FACE, layers={"conferencing": self.LAYER})
        record = call.read(persona_id)
        conferencing = record["layers"]["conferencing"]
        assert conferencing["username"] == "front-desk"
        assert conferencing["email"] == record["conferencing_email"]
        assert "front-desk" in conferencing["email"]

    def test_a_create_with_a_name_answers_the_address(self, call: Caller) -> None:
        body = {"system_prompt": PROMPT, "default_face_id": FACE}
        reply = call.post("/v2/pals", {**body, "layers": {"conferencing": self.LAYER}})
        assert reply.json()["conferencing_email"].startswith("front-desk@")

    def test_it_needs_a_face(self, call: Caller) -> None:
        layer = add("/layers/conferencing", self.LAYER)
        reply = call.patch(f"/v2/pals/{call.make()}", layer)
        assert reply.status_code == 400
        assert "default_face_id" in reply.json()["error"]

    def test_a_name_is_given_once(self, call: Caller) -> None:
        call.make(default_replica_id=FACE, layers={"conferencing": self.LAYER})
        path = f"/v2/pals/{call.make(default_replica_id=FACE)}"
        reply = call.patch(path, add("/layers/conferencing", {"username": "FRONT-DESK"}))
        assert reply.status_code == 400
        assert "already taken" in reply.json()["error"]

    def test_whether_a_name_is_free_can_be_asked(self, call: Caller) -> None:
        call.make(default_replica_id=FACE, layers={"conferencing": self.LAYER})
        check = "/v2/pals/check-username?username="
        assert call.get(check + "lobby").json() == {"available": True}
        taken = {"available": False, "reason": "Username is already taken."}
        assert call.get(check + "front-DESK").json() == taken
        assert call.get("/v2/pals/check-username").status_code == 400
