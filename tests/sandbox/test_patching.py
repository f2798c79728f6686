"""What a patch does and answers (persona-api 12.1, E7, E8, E15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import Caller, add, remove, replace

from reconciler.sandbox.stock import SPECIAL, STOCK

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store


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
        gone: dict[str, object] = {
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
