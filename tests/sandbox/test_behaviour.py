"""What the emulator must do by default: one group per number of persona-api 12.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add, remove, replace

from reconciler.core.secret import MASK
from reconciler.sandbox.stock import FROM_2025, MAKER_BUILT, SPECIAL, STOCK

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


class TestE5Get:
    def test_the_record_is_flat(self, call: Caller) -> None:
        persona_id = call.make(persona_name="Rook", greeting="Hello")
        record = call.read(persona_id)
        assert record["persona_id"] == persona_id
        assert record["greeting"] == "Hello"
        assert record["layers"] == {}

    def test_what_was_never_set_comes_back_empty(self, call: Caller) -> None:
        record = call.read(call.make())
        assert record["context"] == record["verbal_disclosure"] == ""
        assert record["document_ids"] == record["tool_ids"] == record["languages"] == []
        assert record["objectives_id"] is record["guardrails_id"] is None
        assert (record["pipeline_mode"], record["disclosure_type"]) == ("full", "auto")
        assert "greeting" not in record

    def test_special_personas_are_readable(self, call: Caller) -> None:
        assert call.read("pipecat0")["pipeline_mode"] == "echo"
        assert call.read("pipecat0")["greeting"] == ""
        assert "tts" in call.read("pipecat-stream")["layers"]

    def test_times_come_in_various_forms(self, call: Caller) -> None:
        forms = {
            re.sub(r"\d", "0", call.read(call.make())[name])
            for _ in range(40)
            for name in ("created_at", "updated_at")
        }
        assert forms == {
            "0000-00-00T00:00:00Z",
            "0000-00-00T00:00:00.000000Z",
            "0000-00-00T00:00:00.000000",
            "0000-00-00T00:00:00.000000+00:00",
        }


class TestE6List:
    def test_pages_have_ten_rows_unless_asked_otherwise(self, call: Caller) -> None:
        ids = [call.make() for _ in range(12)]
        page = call.get("/v2/personas?persona_type=user").json()
        assert [row["persona_id"] for row in page["data"]] == ids[:10]
        assert page["total_count"] == 12
        second = call.get("/v2/personas?persona_type=user&page=2").json()
        assert [row["persona_id"] for row in second["data"]] == ids[10:]
        beyond = call.get("/v2/personas?persona_type=user&page=9").json()
        assert beyond == {"data": [], "total_count": 12}

    def test_rows_can_be_newest_first(self, call: Caller) -> None:
        ids = [call.make() for _ in range(3)]
        page = call.get("/v2/pals?pal_type=user&sort=desc").json()
        assert [row["pal_id"] for row in page["data"]] == ids[::-1]

    def test_without_a_filter_both_kinds_are_listed_and_special_ones_never(
        self, call: Caller
    ) -> None:
        own = call.make()
        page = call.get("/v2/personas").json()
        assert [row["persona_id"] for row in page["data"]] == [
            *(record["persona_id"] for record in STOCK),
            own,
        ]
        system = call.get("/v2/pals?pal_type=system").json()
        assert system["total_count"] == len(STOCK)

    def test_the_filter_of_the_other_route_is_ignored(self, call: Caller) -> None:
        assert call.get("/v2/pals?persona_type=user").json()["total_count"] == len(STOCK)

    def test_rows_carry_the_whole_record(self, call: Caller) -> None:
        headers = {"X-Team": "a"}
        persona_id = call.make(layers={"llm": {"model": "own", "headers": headers}})
        (row,) = call.get("/v2/personas?persona_type=user").json()["data"]
        assert row == call.read(persona_id)

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=x", "page=-1", "persona_type=mine", "sort=up"]
    )
    def test_senseless_parameters_are_refused(self, call: Caller, query: str) -> None:
        reply = call.get(f"/v2/personas?{query}")
        assert reply.status_code == 400
        assert query.split("=")[0] in reply.json()["error"]


class TestE7Patch:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{}",
            b'{"system_prompt":"x"}',
            b"[1]",
            b'[{"op":"add","path":"/context"}]',
            b'[{"op":"put","path":"/context","value":1}]',
            b'[{"op":["add"],"path":"/context","value":1}]',
            b'[{"op":"remove"}]',
            b'[{"op":"remove","path":"context"}]',
            b'[{"op":"move","path":"/context"}]',
            b'[{"op":"copy","path":"/context","from":1}]',
        ],
    )
    def test_what_is_no_patch_is_refused_with_422(self, call: Caller, body: bytes) -> None:
        reply = call("PATCH", f"/v2/personas/{call.make()}", content=body)
        assert reply.status_code == 422
        assert reply.json() == {"message": "Invalid JSON patch format"}

    @pytest.mark.parametrize("kind", ["application/json", "application/json-patch+json"])
    def test_both_media_types_are_taken(self, call: Caller, kind: str) -> None:
        reply = call(
            "PATCH",
            f"/v2/personas/{call.make()}",
            content=b'[{"op":"replace","path":"/context","value":"x"}]',
            headers={"content-type": kind},
        )
        assert reply.status_code == 200

    @pytest.mark.parametrize(
        "operation",
        [
            remove("/greeting"),
            remove("/layers/llm/model"),
            add("/layers/llm/model", "x"),
            replace("/layers/llm", {}),
            {"op": "test", "path": "/context", "value": "other"},
            {"op": "move", "from": "/nothing", "path": "/greeting"},
            {"op": "replace", "path": "", "value": []},
        ],
    )
    def test_a_patch_that_does_not_fit_is_refused_with_400(
        self, call: Caller, operation: object
    ) -> None:
        persona_id = call.make()
        before = call.read(persona_id)
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"), operation)
        assert reply.status_code == 400
        assert reply.json()["error"].startswith("Bad Request. ")
        assert call.read(persona_id) == before

    def test_all_six_operations_work(self, call: Caller) -> None:
        persona_id = call.make(context="c", document_tags=["a"])
        reply = call.patch(
            f"/v2/personas/{persona_id}",
            {"op": "test", "path": "/context", "value": "c"},
            {"op": "copy", "from": "/context", "path": "/greeting"},
            {"op": "move", "from": "/context", "path": "/verbal_disclosure"},
            add("/document_tags/-", "b"),
            remove("/document_tags/0"),
            replace("/system_prompt", "New."),
        )
        assert reply.status_code == 200
        record = call.read(persona_id)
        names = ("greeting", "context", "verbal_disclosure", "document_tags", "system_prompt")
        assert [record[name] for name in names] == ["c", "", "c", ["b"], "New."]

    def test_a_change_is_answered_with_a_summary_and_moves_updated_at(self, call: Caller) -> None:
        persona_id = call.make(persona_name="Rook")
        before = call.read(persona_id)
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
        after = call.read(persona_id)
        assert reply.status_code == 200
        assert reply.json() == {
            "persona_id": persona_id,
            "persona_name": "Rook",
            "updated_at": after["updated_at"],
        }
        assert after["updated_at"] != before["updated_at"]
        assert after["created_at"] == before["created_at"]

    @pytest.mark.parametrize(
        "operation",
        [
            replace("/persona_name", "Rook"),
            replace("/pipeline_mode", "full"),
            add("/layers/llm", {"model": "tavus-gemma-4", "speculative_inference": True}),
            add("/layers/tts", {"tts_engine": "tavus-auto", "tts_emotion_control": "true"}),
            add("/layers/stt", {"stt_engine": "tavus-auto", "hotwords": ""}),
            add("/layers/perception", {"perception_model": "raven-1"}),
            add("/greeting", ""),
            add("/layers/conversational_flow", {}),
            remove("/context"),
            remove("/objectives_id"),
            add("/persona_id", "p00000000000"),
            add("/owner_id", 7),
        ],
    )
    def test_what_changes_nothing_is_answered_with_an_empty_304(
        self, call: Caller, operation: object
    ) -> None:
        persona_id = call.make(persona_name="Rook")
        before = call.read(persona_id)
        reply = call.patch(f"/v2/personas/{persona_id}", operation)
        assert (reply.status_code, reply.content) == (304, b"")
        assert call.read(persona_id) == before

    def test_an_empty_patch_is_answered_with_304(self, call: Caller) -> None:
        assert call.patch(f"/v2/personas/{call.make()}").status_code == 304

    def test_the_whole_record_is_checked_again(self, store: Store, call: Caller) -> None:
        old = {"system_prompt": "x", "layers": {"llm": {"model": "tavus-llama-4"}}}
        persona_id = store.seed(old)
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/system_prompt", "y"))
        assert reply.status_code == 400
        assert "tavus-llama-4" in reply.json()["error"]

    def test_a_removed_member_comes_back_empty(self, call: Caller) -> None:
        persona_id = call.make(
            greeting="Hello",
            objectives_id="o1",
            layers={
                "llm": {
                    "model": "own",
                    "base_url": "https://llm.example",
                    "api_key": "k",
                    "headers": {"a": "b"},
                    "default_query": {"v": "1"},
                },
                "perception": {"ambient_awareness_queries": ["a"], "tool_prompt": "t"},
                "stt": {
                    "hotwords": "h",
                    "participant_pause_sensitivity": "low",
                    "smart_turn_detection": True,
                },
            },
        )
        gone = {
            "/greeting": "",
            "/objectives_id": None,
            "/layers/llm/base_url": "",
            "/layers/llm/api_key": "",
            "/layers/llm/headers": {},
            "/layers/llm/default_query": {},
            "/layers/perception/ambient_awareness_queries": [],
            "/layers/perception/tool_prompt": "",
            "/layers/stt/hotwords": "",
            "/layers/stt/participant_pause_sensitivity": None,
            "/layers/stt/smart_turn_detection": None,
        }
        path = f"/v2/personas/{persona_id}"
        assert call.patch(path, *map(remove, gone)).status_code == 200
        tests = [{"op": "test", "path": at, "value": value} for at, value in gone.items()]
        assert call.patch(path, *tests).status_code == 304
        assert call.patch(path, *map(remove, gone)).status_code == 304

    def test_adding_a_layer_loses_what_was_in_it(self, call: Caller) -> None:
        persona_id = call.make(layers={"llm": {"model": "own", "extra_body": {"top_p": 0.5}}})
        call.patch(f"/v2/personas/{persona_id}", add("/layers/llm", {"model": "other"}))
        assert call.read(persona_id)["layers"]["llm"] == {"model": "other", "extra_body": {}}

    def test_a_whole_layer_can_go(self, call: Caller) -> None:
        persona_id = call.make(layers={"stt": {"stt_engine": "tavus-soniox"}})
        assert call.patch(f"/v2/personas/{persona_id}", remove("/layers/stt")).status_code == 200
        assert call.read(persona_id)["layers"] == {}

    def test_skills_are_refused_with_422(self, call: Caller) -> None:
        assert call.patch(f"/v2/personas/{call.make()}", add("/skills", {})).status_code == 422

    @pytest.mark.parametrize("persona_id", [STOCK[0]["persona_id"], SPECIAL[0]["persona_id"]])
    def test_stock_personas_cannot_be_written(self, call: Caller, persona_id: str) -> None:
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
        assert (reply.status_code, reply.json()) == (400, {"error": "Invalid persona_id"})
        assert call.delete(f"/v2/pals/{persona_id}").json() == {"error": "Invalid pal_id"}


class TestE8UnknownMembers:
    @pytest.mark.parametrize(
        "path", ["/layers/llm/parallel_tool_calls", "/layers/tts/model_id", "/layers/stt/engine"]
    )
    def test_one_in_a_known_layer_is_a_server_error(self, call: Caller, path: str) -> None:
        persona_id = call.make(layers={"llm": {"model": "own"}, "tts": {"voice_id": "v1"}})
        call.patch(f"/v2/personas/{persona_id}", add("/layers/stt", {"hotwords": "x"}))
        assert call.patch(f"/v2/personas/{persona_id}", add(path, "x")).status_code == 500

    def test_one_at_the_top_is_refused(self, call: Caller) -> None:
        reply = call.patch(f"/v2/personas/{call.make()}", add("/tools", []))
        assert reply.json() == {"error": "Bad Request. {'tools': ['Unknown field.']}"}

    def test_one_that_is_there_already_is_left_alone(self, store: Store, call: Caller) -> None:
        persona_id = store.seed(
            {"system_prompt": "x", "novelty": 1, "layers": {"llm": {"novelty": 2}, "novel": {}}}
        )
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/system_prompt", "y"))
        assert reply.status_code == 200
        record = call.read(persona_id)
        assert (record["novelty"], record["layers"]) == (1, {"llm": {"novelty": 2}, "novel": {}})


class TestE9Secrets:
    LAYERS = {  # noqa: RUF012 -- read only
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


class TestE10bMakerBuilt:
    def test_it_reads_as_it_was_seen(self, store: Store, call: Caller) -> None:
        persona_id = store.seed(MAKER_BUILT)
        assert call.read(persona_id) == MAKER_BUILT
        assert not {"llm", "stt", "perception"} & call.read(persona_id)["layers"].keys()

    def test_a_record_of_2025_keeps_its_names(self, store: Store, call: Caller) -> None:
        persona_id = store.seed(FROM_2025)
        record = call.read(persona_id)
        assert record["layers"] == FROM_2025["layers"]
        reply = call.patch(f"/v2/pals/{persona_id}", replace("/context", "New."))
        assert reply.status_code == 200
        assert call.read(persona_id)["layers"] == FROM_2025["layers"]


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


class TestE11HiddenDefaults:
    def test_llm_defaults_nobody_set_are_not_shown(self, call: Caller) -> None:
        assert "llm" not in call.read(call.make())["layers"]
        explicit = {"model": "tavus-gemma-4", "speculative_inference": True}
        assert call.read(call.make(layers={"llm": explicit}))["layers"]["llm"] == explicit

    def test_a_default_stays_implicit_beside_a_real_change(self, call: Caller) -> None:
        persona_id = call.make()
        layer = add("/layers/llm", {"extra_body": {"temperature": 0.2}})
        assert call.patch(f"/v2/personas/{persona_id}", layer).status_code == 200
        assert call.read(persona_id)["layers"]["llm"] == {"extra_body": {"temperature": 0.2}}


class TestE12InlineTools:
    TOOL = {  # noqa: RUF012 -- read only
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
    LAYER = {"username": "Front-Desk", "allowlist": ["host@example.com"]}  # noqa: RUF012

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


class TestE15Delete:
    def test_it_answers_an_empty_204_and_then_the_id_is_unknown(self, call: Caller) -> None:
        path = f"/v2/personas/{call.make()}"
        reply = call.delete(path)
        assert (reply.status_code, reply.content) == (204, b"")
        for again in (call.delete(path), call.get(path), call.patch(path, remove("/context"))):
            assert (again.status_code, again.json()) == (400, {"error": "Invalid persona_id"})

    def test_the_pal_route_says_so_in_its_words(self, call: Caller) -> None:
        assert call.get("/v2/pals/p00000000000").json() == {"error": "Invalid pal_id"}

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/v2/replicas", 404),
            ("GET", "/v2/pals/p1/skills", 404),
            ("GET", "/", 404),
            ("PUT", "/v2/personas", 405),
            ("POST", "/v2/personas/p1", 405),
        ],
    )
    def test_other_routes_do_not_exist(
        self, call: Caller, method: str, path: str, status: int
    ) -> None:
        assert call(method, path).status_code == status


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


class TestRoundTrips:
    """Persona-api 12.3."""

    @pytest.mark.parametrize("family", ["personas", "pals"])
    def test_what_was_read_can_be_written_back_without_a_change(
        self, store: Store, call: Caller, family: str
    ) -> None:
        persona_id = store.seed(MAKER_BUILT)
        record = call.read(persona_id, family)
        back = [add(f"/{name}", value) for name, value in record.items() if name != "skills"]
        assert call.patch(f"/v2/{family}/{persona_id}", *back).status_code == 304

    def test_layers_that_were_read_make_a_clone_with_the_mask_for_a_key(
        self, store: Store, call: Caller
    ) -> None:
        own = {"model": "own", "base_url": "https://llm.example", "api_key": "canary"}
        layers = call.read(call.make(layers={"llm": own, "stt": {"hotwords": "Rook"}}))["layers"]
        clone = call.make(layers=layers)
        assert call.read(clone)["layers"] == layers
        stored = next(row for row in store.personas() if row.id == clone)
        assert stored.record["layers"]["llm"]["api_key"] == MASK
