"""Every switch that is about what is written; the names of the tests begin with the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, PROMPT, Caller, add, replace

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}


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
