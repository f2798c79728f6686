"""Each switch about objectives, guardrails and tools, in its other settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from sandbox_tools import Caller, replace

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

STEP: Final = {"objective_name": "name", "objective_prompt": "Ask."}
GUARDRAIL: Final = {"guardrail_name": "no_advice", "guardrail_prompt": "Gives no advice."}
TOOL: Final = {"name": "book", "description": "Books a room."}
AUTH: Final = {"type": "bearer", "token": "canary-1"}


def objectives(call: Caller) -> str:
    body = {"name": "Intake", "data": [STEP]}
    return str(call.post("/v2/objectives", body).json()["objectives_id"])


def guardrail(call: Caller) -> str:
    return str(call.post("/v2/guardrails", GUARDRAIL).json()["uuid"])


def tool(call: Caller, **members: Any) -> str:
    return str(call.post("/v2/tools", {**TOOL, **members}).json()["tool_id"])


def delivery(**auth: str) -> dict[str, Any]:
    return {"api": {"url": "https://example.com/book", "auth": {**AUTH, **auth}}}


def test_patch_guardrail_ids_refused_leaves_creates_alone(store: Store, call: Caller) -> None:
    store.set_switch("patch_guardrail_ids", "refused")
    persona_id = call.make(guardrail_ids=["g1"])
    for path in ("/guardrail_ids", "/guardrail_tags", "/guardrail_ids/0"):
        reply = call.patch(f"/v2/personas/{persona_id}", replace(path, []))
        assert (reply.status_code, "cannot be patched" in reply.text) == (400, True)
    assert call.read(persona_id)["guardrail_ids"] == ["g1"]
    assert call.patch(f"/v2/personas/{persona_id}", replace("/context", "x")).status_code == 200


def test_guardrail_first_page_one_counts_from_one(store: Store, call: Caller) -> None:
    store.set_switch("guardrail_first_page", "1")
    made = [guardrail(call) for _ in range(3)]
    pages = [
        [
            row["uuid"]
            for row in call.get(f"/v2/guardrails?legacy=false&limit=2{page}").json()["data"]
        ]
        for page in ("", "&page=0", "&page=1", "&page=2")
    ]
    assert pages == [made[:2], made[:2], made[:2], made[2:]]


def test_guardrail_deleted_kept_leaves_the_id_in_personas(store: Store, call: Caller) -> None:
    store.set_switch("guardrail_deleted", "kept")
    made = guardrail(call)
    persona_id = call.make(guardrail_ids=[made])
    assert call.delete(f"/v2/guardrails/{made}").status_code == 204
    assert call.read(persona_id)["guardrail_ids"] == [made]


def test_objectives_name_ignored_gives_the_general_one(store: Store, call: Caller) -> None:
    store.set_switch("objectives_name", "ignored")
    path = f"/v2/objectives/{objectives(call)}"
    assert call.get(path).json()["name"] == "New Objectives"
    assert call.patch(path, replace("/name", "Intake")).status_code == 200
    assert call.get(path).json()["name"] == "Intake"


@pytest.mark.parametrize("how", ["kept", "nulled"])
def test_objectives_deleted_decides_what_a_persona_shows(
    store: Store, call: Caller, how: str
) -> None:
    store.set_switch("objectives_deleted", how)
    made, other = objectives(call), objectives(call)
    persona_id, second = call.make(objectives_id=made), call.make(objectives_id=other)
    assert call.delete(f"/v2/objectives/{made}").status_code == 204
    assert call.read(persona_id)["objectives_id"] == (made if how == "kept" else None)
    assert call.read(second)["objectives_id"] == other


def test_unchanged_resource_200_answers_as_if_something_had_changed(
    store: Store, call: Caller
) -> None:
    store.set_switch("unchanged_resource", "200")
    one, of_set = guardrail(call), objectives(call)
    legacy = call.post("/v2/guardrails", {"data": [GUARDRAIL]}).json()["guardrails_id"]
    same = replace("/guardrail_name", "no_advice")
    assert call.patch(f"/v2/guardrails/{one}", same).json()["uuid"] == one
    reply = call.patch(f"/v2/guardrails/{legacy}", replace("/data/0/modality", "verbal"))
    assert (reply.status_code, list(reply.json())) == (200, ["message"])
    reply = call.patch(f"/v2/objectives/{of_set}", replace("/name", "Intake"))
    assert (reply.status_code, list(reply.json())) == (200, ["message"])


def test_tool_not_found_404_is_the_status_of_an_unknown_tool(store: Store, call: Caller) -> None:
    store.set_switch("tool_not_found", "404")
    for method in ("GET", "PATCH", "DELETE"):
        reply = call(method, "/v2/tools/t00000000000", json={})
        assert (reply.status_code, reply.json()) == (404, {"error": "Invalid tool_id"})


def test_tool_name_taken_accepted_gives_two_tools_of_one_name(store: Store, call: Caller) -> None:
    store.set_switch("tool_name_taken", "accepted")
    assert tool(call) != tool(call)


def test_tool_secrets_echo_shows_what_was_sent(store: Store, call: Caller) -> None:
    store.set_switch("tool_secrets", "echo")
    made = tool(call, delivery=delivery())
    assert call.get(f"/v2/tools/{made}").json()["delivery"] == delivery()


def test_tool_patch_json_patch_takes_operations_only(store: Store, call: Caller) -> None:
    store.set_switch("tool_patch", "json_patch")
    path = f"/v2/tools/{tool(call)}"
    assert call.patch(path, replace("/description", "Frees a room.")).status_code == 200
    assert call.get(path).json()["description"] == "Frees a room."
    assert call("PATCH", path, json={"description": "x"}).status_code == 400
    assert call.patch(path, replace("/colour", "x")).status_code == 400


def test_mask_sent_back_stored_takes_asterisks_for_a_secret(store: Store, call: Caller) -> None:
    store.set_switch("mask_sent_back", "stored")
    made = tool(call, delivery=delivery())
    body = {"delivery": delivery(token="*" * 8)}
    assert call("PATCH", f"/v2/tools/{made}", json=body).status_code == 200
    store.set_switch("tool_secrets", "echo")
    assert call.get(f"/v2/tools/{made}").json()["delivery"] == delivery(token="*" * 8)


def test_unchanged_tool_304_has_no_body(store: Store, call: Caller) -> None:
    made = tool(call)
    body = {"description": TOOL["description"]}
    before = call("PATCH", f"/v2/tools/{made}", json=body)
    assert (before.status_code, before.json()["tool_id"]) == (200, made)
    store.set_switch("unchanged_tool", "304")
    reply = call("PATCH", f"/v2/tools/{made}", json=body)
    assert (reply.status_code, reply.content) == (304, b"")
