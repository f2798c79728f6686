"""Every switch, in each of its positions; the names of the tests begin with the switch."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add, remove, replace

from reconciler.core.secret import MASK
from reconciler.sandbox.stock import MAKER_BUILT
from reconciler.sandbox.switches import Switches, allowed, from_text, parse

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

SECRETS = {
    "llm": {"model": "own", "api_key": "canary-llm", "headers": {"Authorization": "canary-head"}},
    "tts": {"api_key": "canary-tts"},
}
TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}


def test_every_switch_has_a_test() -> None:
    tests = [name for name in globals() if name.startswith("test_")]
    for field in fields(Switches):
        assert any(name.startswith(f"test_{field.name}_") for name in tests), field.name


def test_without_a_word_the_switches_are_those_of_the_newest_evidence(store: Store) -> None:
    assert store.switches() == Switches()
    assert (Switches().edit_model, Switches().defaults_profile) == ("editing_lifecycle", "2026-10")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("edit_model", "both", "none, draft_routed, editing_lifecycle"),
        ("strict_replace", "perhaps", "on, off"),
        ("max_limit", "0", "a whole number"),
        ("max_limit", "-1", "a whole number"),
        ("refuse_ops", "add,put", "add, remove, replace"),
        ("not_found", "500", "400, 404"),
        ("speed", "high", "edit_model"),
    ],
)
def test_a_wrong_switch_is_refused_with_what_is_allowed(
    store: Store, name: str, value: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        store.set_switch(name, value)
    assert store.switches() == Switches()


def test_the_default_of_every_switch_can_be_written_as_text() -> None:
    for field in fields(Switches):
        value = getattr(Switches(), field.name)
        text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
        if value != ():
            assert parse(field.name, text) == value
        assert allowed(field.name)
    assert from_text({"refuse_ops": ""}) == Switches()


def test_a_switch_holds_until_reset(store: Store) -> None:
    store.set_switch("page_zero", "off")
    store.set_switch("refuse_ops", "move, copy")
    assert store.switches() == Switches(page_zero=False, refuse_ops=("move", "copy"))
    store.reset()
    assert store.switches() == Switches()


def test_edit_model_decides_what_happens_to_a_patch_beside_a_draft(
    store: Store, call: Caller
) -> None:
    seen = {}
    for model in ("none", "draft_routed", "editing_lifecycle"):
        store.set_switch("edit_model", model)
        persona_id = call.make()
        store.maker_draft(persona_id)
        reply = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
        seen[model] = (reply.status_code, call.read(persona_id)["context"])
    assert seen == {"none": (200, "x"), "draft_routed": (200, ""), "editing_lifecycle": (409, "")}


@pytest.mark.parametrize(
    ("month", "model", "detector", "engine"),
    [
        ("2026-05", "tavus-gpt-oss", "sparrow-1", "cartesia"),
        ("2026-07", "tavus-glm-4.7", "sparrow-1", "cartesia"),
        ("2026-10", "tavus-gemma-4", "sparrow-2", "tavus-auto"),
    ],
)
def test_defaults_profile_dates_the_defaults(
    store: Store, call: Caller, month: str, model: str, detector: str, engine: str
) -> None:
    store.set_switch("defaults_profile", month)
    persona_id = call.make(layers={"conversational_flow": {"idle_engagement": "off"}})
    flow = call.read(persona_id)["layers"]["conversational_flow"]
    assert flow["turn_detection_model"] == detector
    path = f"/v2/personas/{persona_id}"
    assert call.patch(path, add("/layers/llm", {"model": model})).status_code == 304
    assert call.patch(path, add("/layers/tts", {"tts_engine": engine})).status_code == 304
    assert call.patch(path, add("/layers/llm", {"model": "other"})).status_code == 200
    old = replace("/layers/conversational_flow/turn_detection_model", "sparrow-0")
    assert call.patch(path, old).status_code == (400 if month == "2026-10" else 200)


def test_documented_get_wrapper_wraps_the_record(store: Store, call: Caller) -> None:
    persona_id = call.make()
    flat = call.read(persona_id)
    store.set_switch("documented_get_wrapper", "on")
    assert call.get(f"/v2/personas/{persona_id}").json() == {"data": [flat]}


def test_strict_replace_off_lets_replace_add(store: Store, call: Caller) -> None:
    persona_id = call.make(document_tags=["a"])
    path = f"/v2/personas/{persona_id}"
    operations = (
        replace("/greeting", "Hi"),
        replace("/layers/stt", {}),
        replace("/layers/stt/hotwords", "Rook"),
        replace("/document_tags/0", "b"),
    )
    assert call.patch(path, *operations).status_code == 400
    store.set_switch("strict_replace", "off")
    assert call.patch(path, *operations).status_code == 200
    record = call.read(persona_id)
    assert (record["greeting"], record["document_tags"]) == ("Hi", ["b"])
    assert record["layers"]["stt"] == {"hotwords": "Rook"}
    assert call.patch(path, replace("/layers/tts/voice_id", "v1")).status_code == 400


def test_not_found_404_has_the_other_envelope(store: Store, call: Caller) -> None:
    store.set_switch("not_found", "404")
    reply = call.get("/v2/personas/p00000000000")
    assert (reply.status_code, reply.json()) == (404, {"message": "Invalid persona_id"})


def test_unknown_member_400_names_it(store: Store, call: Caller) -> None:
    store.set_switch("unknown_member", "400")
    body = {"system_prompt": PROMPT, "layers": {"llm": {"temperature": 1}}}
    text = "Bad Request. {'layers': {'llm': {'temperature': ['Unknown field.']}}}"
    reply = call.post("/v2/personas", body)
    assert (reply.status_code, reply.json()) == (400, {"error": text})


@pytest.mark.parametrize("status", [400, 409, 422])
def test_mixed_conferencing_status_is_answered_to_a_mixed_patch(
    store: Store, call: Caller, status: int
) -> None:
    store.set_switch("mixed_conferencing_status", str(status))
    persona_id = call.make(default_replica_id=FACE)
    layer = add("/layers/conferencing", {"whitelabel": True})
    reply = call.patch(f"/v2/personas/{persona_id}", layer, replace("/context", "x"))
    assert reply.status_code == status
    assert "conflict" not in reply.json()


def test_list_detail_summary_leaves_out_headers_and_extra_body(store: Store, call: Caller) -> None:
    llm = {"model": "own", "headers": {"a": "b"}, "extra_body": {"top_p": 1}}
    persona_id = call.make(layers={"llm": llm})
    call.make()
    store.set_switch("list_detail", "summary")
    row = call.get("/v2/personas?persona_type=user").json()["data"][0]
    assert row["layers"]["llm"] == {"model": "own"}
    assert call.read(persona_id)["layers"]["llm"] == llm


def test_api_key_is_the_only_one_accepted(store: Store, call: Caller) -> None:
    store.set_switch("api_key", "right")
    assert call.get("/v2/personas").status_code == 401
    with Caller(store, key="right") as known:
        assert known.get("/v2/personas").status_code == 200


def test_mask_llm_api_key_echo_shows_it(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    assert call.read(persona_id)["layers"]["llm"]["api_key"] == MASK
    store.set_switch("mask_llm_api_key", "echo")
    assert call.read(persona_id)["layers"]["llm"]["api_key"] == "canary-llm"


def test_mask_tts_api_key_echo_shows_it(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    assert call.read(persona_id)["layers"]["tts"]["api_key"] == MASK
    store.set_switch("mask_tts_api_key", "echo")
    assert call.read(persona_id)["layers"]["tts"]["api_key"] == "canary-tts"


def test_mask_headers_mask_hides_every_value(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    headers = {"Authorization": "canary-head"}
    assert call.read(persona_id)["layers"]["llm"]["headers"] == headers
    store.set_switch("mask_headers", "mask")
    assert call.read(persona_id)["layers"]["llm"]["headers"] == {"Authorization": MASK}


def test_trim_text_takes_white_space_and_carriage_returns(store: Store, call: Caller) -> None:
    sent = {"system_prompt": "a \r\nb\r\n\n", "greeting": "Hi \n"}
    kept = call.read(call.make(**sent))
    assert (kept["system_prompt"], kept["greeting"]) == tuple(sent.values())
    store.set_switch("trim_text", "on")
    persona_id = call.make(**sent)
    record = call.read(persona_id)
    assert (record["system_prompt"], record["greeting"]) == ("a \nb", "Hi")
    again = replace("/system_prompt", sent["system_prompt"])
    assert call.patch(f"/v2/personas/{persona_id}", again).status_code == 304


def test_sort_id_lists_sorts_ids_and_leaves_languages(store: Store, call: Caller) -> None:
    sent = {"document_ids": ["d2", "d1"], "languages": ["nl", "en"]}
    assert call.read(call.make(**sent))["document_ids"] == ["d2", "d1"]
    store.set_switch("sort_id_lists", "on")
    record = call.read(call.make(**sent))
    assert (record["document_ids"], record["languages"]) == (["d1", "d2"], ["nl", "en"])


@pytest.mark.parametrize(
    ("where", "persona", "pal"),
    [("pals", "A (b)", "A b "), ("both", "A b ", "A b "), ("none", "A (b)", "A (b)")],
)
def test_mangle_names_says_where_punctuation_is_lost(
    store: Store, call: Caller, where: str, persona: str, pal: str
) -> None:
    store.set_switch("mangle_names", where)
    assert call.read(call.make(persona_name="A (b)"))["persona_name"] == persona
    body = {"pal_name": "A (b)", "default_face_id": FACE, "system_prompt": PROMPT}
    assert call.post("/v2/pals", body).json()["pal_name"] == pal


def test_tool_descriptions_keep_keeps_them(store: Store, call: Caller) -> None:
    assert "description" not in _tool(call)["function"]
    store.set_switch("tool_descriptions", "keep")
    assert _tool(call)["function"]["description"] == "d"


def test_reorder_keys_sorts_free_objects_by_length_then_name(store: Store, call: Caller) -> None:
    extra = {"top_p": 1, "z": 1, "aa": {"bb": 1, "a": 2}, "b": 1}
    layers = {"tts": {"tts_model_name": "m"}, "llm": {"extra_body": extra, "model": "own"}}
    persona_id = call.make(layers=layers)
    shown = call.read(persona_id)["layers"]
    assert list(shown) == ["llm", "tts"]
    assert list(shown["llm"]) == ["model", "extra_body"]
    assert list(shown["llm"]["extra_body"]) == ["b", "z", "aa", "top_p"]
    assert list(shown["llm"]["extra_body"]["aa"]) == ["a", "bb"]
    store.set_switch("reorder_keys", "off")
    shown = call.read(persona_id)["layers"]
    assert list(shown) == ["tts", "llm"]
    assert list(shown["llm"]["extra_body"]) == list(extra)


def test_empty_defaults_off_leaves_absent_what_is_not_set(store: Store, call: Caller) -> None:
    persona_id = call.make(greeting="Hi", layers={"stt": {"hotwords": "Rook"}})
    store.set_switch("empty_defaults", "off")
    gone = (remove("/greeting"), remove("/layers/stt/hotwords"))
    assert call.patch(f"/v2/personas/{persona_id}", *gone).status_code == 200
    record = call.read(persona_id)
    assert not {"greeting", "context", "objectives_id", "document_ids"} & record.keys()
    assert record["layers"] == {"stt": {}}
    assert call.patch(f"/v2/personas/{persona_id}", *gone).status_code == 400


def test_spell_out_tts_shows_all_nine_members(store: Store, call: Caller) -> None:
    layer = {"external_voice_id": "abc"}
    persona_id = call.make(layers={"tts": layer})
    assert call.read(persona_id)["layers"]["tts"] == layer
    store.set_switch("spell_out_tts", "on")
    spelled = call.read(persona_id)["layers"]["tts"]
    assert spelled == {**MAKER_BUILT["layers"]["tts"], **layer}
    assert "tts" not in call.read(call.make())["layers"]
    gone = remove("/layers/tts/external_voice_id")
    assert call.patch(f"/v2/personas/{persona_id}", gone).status_code == 200
    assert call.read(persona_id)["layers"]["tts"] == MAKER_BUILT["layers"]["tts"]


def test_hide_llm_defaults_off_shows_them(store: Store, call: Caller) -> None:
    persona_id = call.make()
    store.set_switch("hide_llm_defaults", "off")
    llm = {"model": "tavus-gemma-4", "speculative_inference": True}
    assert call.read(persona_id)["layers"]["llm"] == llm
    call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
    store.set_switch("hide_llm_defaults", "on")
    assert "llm" not in call.read(persona_id)["layers"]


def test_flow_fill_nulls_fills_with_null(store: Store, call: Caller) -> None:
    store.set_switch("flow_fill", "nulls")
    persona_id = call.make(layers={"conversational_flow": {"turn_taking_patience": "low"}})
    flow = call.read(persona_id)["layers"]["conversational_flow"]
    assert len(flow) == 8
    assert {name for name, value in flow.items() if value is not None} == {"turn_taking_patience"}


def test_both_interruptibility_shows_and_takes_both_spellings(store: Store, call: Caller) -> None:
    store.set_switch("both_interruptibility", "on")
    both = {"pal_interruptibility": "low", "replica_interruptibility": "low"}
    persona_id = call.make(layers={"conversational_flow": both})
    for family in ("personas", "pals"):
        layer = "/layers/conversational_flow"
        path = f"/v2/{family}/{persona_id}"
        for level, word in (("high", "pal"), ("medium", "replica")):
            change = replace(f"{layer}/{word}_interruptibility", level)
            assert call.patch(path, change).status_code == 200
            flow = call.read(persona_id, family)["layers"]["conversational_flow"]
            assert {flow["pal_interruptibility"], flow["replica_interruptibility"]} == {level}


def test_accept_null_off_refuses_null_where_the_server_has_none(store: Store, call: Caller) -> None:
    path = f"/v2/personas/{call.make(greeting='Hi')}"
    assert call.patch(path, replace("/greeting", None)).status_code == 200
    store.set_switch("accept_null", "off")
    assert call.patch(path, add("/pipeline_mode", None)).status_code == 400
    assert call.patch(path, replace("/objectives_id", "o1")).status_code == 200
    assert call.patch(path, replace("/objectives_id", None)).status_code == 200


def test_retired_models_accepted_lets_old_models_pass(store: Store, call: Caller) -> None:
    body = {"system_prompt": PROMPT, "layers": {"llm": {"model": "tavus-llama"}}}
    assert call.post("/v2/personas", body).status_code == 400
    store.set_switch("retired_models", "accepted")
    assert call.post("/v2/personas", body).status_code == 200


def test_patch_test_refused_answers_400(store: Store, call: Caller) -> None:
    path = f"/v2/personas/{call.make()}"
    guarded = ({"op": "test", "path": "/context", "value": ""}, replace("/context", "x"))
    assert call.patch(path, *guarded).status_code == 200
    store.set_switch("patch_test", "refused")
    assert call.patch(path, guarded[0]).status_code == 400


def test_refuse_ops_answers_400_to_them(store: Store, call: Caller) -> None:
    store.set_switch("refuse_ops", "copy,replace")
    path = f"/v2/personas/{call.make()}"
    assert call.patch(path, replace("/context", "x")).status_code == 400
    assert call.patch(path, add("/context", "x")).status_code == 200


def test_page_zero_off_refuses_page_0(store: Store, call: Caller) -> None:
    first = call.get("/v2/personas?page=1").json()
    assert call.get("/v2/personas?page=0").json() == first
    store.set_switch("page_zero", "off")
    assert call.get("/v2/personas?page=0").status_code == 400


def test_max_limit_caps_a_page(store: Store, call: Caller) -> None:
    for _ in range(4):
        call.make()
    store.set_switch("max_limit", "3")
    page = call.get("/v2/personas?persona_type=user&limit=100").json()
    assert (len(page["data"]), page["total_count"]) == (3, 4)
    rest = call.get("/v2/personas?persona_type=user&limit=100&page=2").json()
    assert len(rest["data"]) == 1


def test_over_limit_refuse_answers_400(store: Store, call: Caller) -> None:
    assert call.get("/v2/personas?limit=101").status_code == 200
    store.set_switch("over_limit", "refuse")
    assert call.get("/v2/personas?limit=101").status_code == 400
    assert call.get("/v2/personas?limit=100").status_code == 200


def test_max_name_length_refuses_longer_names(store: Store, call: Caller) -> None:
    store.set_switch("max_name_length", "4")
    reply = call.post("/v2/personas", {"system_prompt": PROMPT, "persona_name": "Rooks"})
    text = "Bad Request. {'persona_name': ['Length must be between 1 and 4.']}"
    assert (reply.status_code, reply.json()) == (400, {"error": text})


def test_max_prompt_length_refuses_longer_prompts(store: Store, call: Caller) -> None:
    store.set_switch("max_prompt_length", str(len(PROMPT)))
    assert call.post("/v2/personas", {"system_prompt": PROMPT}).status_code == 200
    assert call.post("/v2/personas", {"system_prompt": PROMPT + "!"}).status_code == 400


def _tool(call: Caller) -> dict[str, dict[str, object]]:
    record = call.read(call.make(layers={"llm": {"tools": [TOOL]}}))
    tool: dict[str, dict[str, object]] = record["layers"]["llm"]["tools"][0]
    return tool
