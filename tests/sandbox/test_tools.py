"""Standalone tools on the emulator, and which a persona has (resources-api 3.1 and 3.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from sandbox_tools import Caller

if TYPE_CHECKING:
    import httpx

    from reconciler.sandbox.store import Store

PATH: Final = "/v2/tools"
MASK: Final = "********"
SECRETS: Final[list[dict[str, str]]] = [
    {"type": "bearer", "token": "canary-1"},
    {"type": "api_key", "name": "X-Key", "value": "canary-1", "location": "header"},
    {"type": "basic", "username": "ada", "password": "canary-1"},
    {
        "type": "oauth2_client_credentials",
        "token_url": "https://example.com/token",
        "client_id": "ada",
        "client_secret": "canary-1",
        "scope": "all",
    },
    {"type": "hmac", "secret": "canary-1"},
]


def tool(name: str = "book", **members: Any) -> dict[str, Any]:
    return {"name": name, "description": "Books a room.", **members}


def api(**members: Any) -> dict[str, Any]:
    return {"api": {"url": "https://example.com/book", "method": "POST", **members}}


def made(call: Caller, *words: str, **members: Any) -> str:
    reply = call.post(PATH, tool(*words, **members))
    assert reply.status_code == 200, reply.text
    return str(reply.json()["tool_id"])


def patch(call: Caller, tool_id: str, **members: Any) -> httpx.Response:
    return call("PATCH", f"{PATH}/{tool_id}", json=members)


def names(call: Caller, query: str = "") -> list[str]:
    return [row["name"] for row in call.get(f"{PATH}?{query}").json()["data"]]


def test_a_tool_is_answered_and_read_whole(call: Caller) -> None:
    parameters = {"type": "object", "properties": {"room": {"type": "string"}}}
    reply = call.post(PATH, tool(parameters=parameters, on_call="silent")).json()
    assert re.fullmatch(r"t[0-9a-f]{12}", reply["tool_id"])
    assert call.get(f"{PATH}/{reply['tool_id']}").json() == reply
    assert (reply["delivery"], reply["trigger_type"]) == ({"app_message": True}, "in_call")
    assert (reply["parameters"], reply["on_call"]) == (parameters, "silent")
    assert reply["is_system_tool"] is False
    assert reply["created_at"] == reply["updated_at"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "description"),
        ([], "Invalid input type."),
        (tool("two words"), "name"),
        (tool("n" * 65), "name"),
        (tool(description=""), "description"),
        (tool(description="d" * 10_001), "longer than maximum length 10000."),
        (tool(description="d" * 9_000, parameters={"x": "y" * 1_000}), "parameters"),
        (tool(parameters={"properties": {"tavus_id": {}}}), "tavus_"),
        (tool(parameters=[]), "parameters"),
        (tool(delivery={}), "Exactly one of app_message and api"),
        (tool(delivery={"app_message": True, **api()}), "Exactly one of app_message and api"),
        (tool(delivery={"api": {}}), "'url': ['Missing data"),
        (tool(delivery=api(url="http://example.com")), "url"),
        (tool(delivery=api(url="https://{host}/x")), "url"),
        (tool(delivery=api(auth={"type": "password"})), "auth"),
        (tool(delivery=api(auth={"type": "bearer"})), "token"),
        (tool(delivery=api(auth={"type": "bearer", "token": MASK})), "masked value"),
        (tool(trigger_type="post_call"), "Required api"),
        (tool(trigger_type="post_call", delivery=api(), origin="llm"), "origin"),
        (tool(origin="smell"), "origin"),
        (tool(on_call="loud"), "on_call"),
        (tool(on_resolve="nothing"), "on_resolve"),
        (tool(colour="red"), "{'colour': ['Unknown field.']}"),
    ],
)
def test_a_tool_that_breaks_a_rule_is_refused(call: Caller, body: Any, said: str) -> None:
    reply = call.post(PATH, body)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    assert said in reply.json()["error"]
    assert call.get(PATH).json() == {"data": [], "total_count": 0}


def test_a_refusal_quotes_no_secret(call: Caller) -> None:
    for auth in SECRETS:
        body = tool(delivery=api(auth={**auth, "colour": "canary-1"}))
        assert call.post(PATH, body).status_code == 400
        assert "canary" not in call.post(PATH, body).text


@pytest.mark.parametrize("auth", SECRETS, ids=[auth["type"] for auth in SECRETS])
def test_a_secret_reads_back_masked_and_stays_where_it_is_left_out(
    store: Store, call: Caller, auth: dict[str, str]
) -> None:
    tool_id = made(call, delivery=api(auth=auth))
    hidden = {n: MASK if value == "canary-1" else value for n, value in auth.items()}
    for reply in (call.get(f"{PATH}/{tool_id}"), call.get(PATH)):
        assert "canary" not in reply.text
    assert call.get(f"{PATH}/{tool_id}").json()["delivery"] == api(auth=hidden)
    rest = {name: value for name, value in auth.items() if value != "canary-1"}
    reply = patch(call, tool_id, delivery=api(method="GET", auth=rest))
    assert reply.json()["delivery"] == api(method="GET", auth=hidden)
    refused = patch(call, tool_id, delivery=api(auth=hidden))
    assert (refused.status_code, "masked value" in refused.json()["error"]) == (400, True)
    store.set_switch("tool_secrets", "echo")
    assert call.get(f"{PATH}/{tool_id}").json()["delivery"] == api(method="GET", auth=auth)


def test_another_kind_of_auth_needs_its_own_secret(call: Caller) -> None:
    tool_id = made(call, delivery=api(auth=SECRETS[0]))
    assert patch(call, tool_id, delivery=api(auth={"type": "hmac"})).status_code == 400
    assert patch(call, tool_id, delivery=api(auth={"type": "none"})).status_code == 200


def test_a_patch_is_a_part_of_the_object_and_answers_with_the_tool(call: Caller) -> None:
    tool_id = made(call, delivery=api(), static_filler="One moment.")
    before = call.get(f"{PATH}/{tool_id}").json()
    reply = patch(call, tool_id, description="Frees a room.", static_filler=None, owner_id=7)
    assert (reply.status_code, reply.json()) == (200, call.get(f"{PATH}/{tool_id}").json())
    after = reply.json()
    assert (after["description"], after["delivery"]) == ("Frees a room.", api())
    assert "static_filler" not in after
    assert (after["owner_id"], after["created_at"]) == (before["owner_id"], before["created_at"])
    assert after["updated_at"] > before["updated_at"]
    assert patch(call, tool_id, delivery=None).json()["delivery"] == {"app_message": True}


def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(call: Caller) -> None:
    tool_id = made(call)
    before = call.get(f"{PATH}/{tool_id}").json()
    for wrong in (
        {"colour": 1},
        {"name": None},
        {"description": ""},
        {"trigger_type": "post_call"},
    ):
        reply = patch(call, tool_id, static_filler="x", **wrong)
        assert (reply.status_code, list(reply.json())) == (400, ["error"])
    array = call.patch(f"{PATH}/{tool_id}", {"op": "remove", "path": "/parameters"})
    assert array.status_code == 400
    assert call.get(f"{PATH}/{tool_id}").json() == before


def test_a_name_is_taken_until_its_tool_is_deleted(call: Caller) -> None:
    first, second = made(call, "book"), made(call, "free")
    again = call.post(PATH, tool("book"))
    assert (again.status_code, list(again.json())) == (409, ["error"])
    assert patch(call, second, name="book").status_code == 409
    assert patch(call, second, name="free").status_code == 200
    assert call.post(PATH, tool("end_call")).status_code == 409
    assert call.delete(f"{PATH}/{first}").status_code == 204
    assert patch(call, second, name="book").status_code == 200


def test_the_list_is_paged_from_one_and_found_by_a_part_of_the_name_or_by_id(call: Caller) -> None:
    ids = [made(call, f"tool_{number:02}") for number in range(12)]
    page = call.get(PATH).json()
    assert (list(page), len(page["data"]), page["total_count"]) == (["data", "total_count"], 10, 12)
    assert names(call, "page=2") == ["tool_10", "tool_11"]
    assert names(call, "limit=1&sort=desc") == ["tool_11"]
    assert names(call, "name_or_uuid=_1") == ["tool_10", "tool_11"]
    assert names(call, f"name_or_uuid={ids[4]}") == ["tool_04"]
    assert names(call, f"name_or_uuid={ids[4][:8]}") == []
    assert call.get(f"{PATH}?sort=ascending").status_code == 400


def test_system_tools_have_their_name_as_id_and_are_nobodys_to_change(call: Caller) -> None:
    made(call)
    assert names(call, "type=system") == ["end_call"]
    assert names(call, "type=all") == ["end_call", "book"]
    assert call.get(f"{PATH}/end_call").json()["is_system_tool"] is True
    assert patch(call, "end_call", description="x").status_code == 400
    assert call.delete(f"{PATH}/end_call").status_code == 400


def test_an_unknown_id_is_400(call: Caller) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        reply = call(method, f"{PATH}/t00000000000", json={})
        assert (reply.status_code, reply.json()) == (400, {"error": "Invalid tool_id"})
    assert call("PUT", f"{PATH}/t00000000000", json={}).status_code == 405
    assert call.get(f"{PATH}/t00000000000/x").status_code == 404


@pytest.mark.parametrize("family", ["pals", "personas"])
def test_tools_are_attached_listed_and_detached(call: Caller, family: str) -> None:
    first, second = made(call, "book", delivery=api(auth=SECRETS[0])), made(call, "free")
    persona_id = call.make()
    path = f"/v2/{family}/{persona_id}/tools"
    assert call.get(path).json() == {"data": []}
    assert call.post(path, {"tool_ids": [first]}).status_code == 200
    assert call.post(path, {"tool_ids": [first, second]}).status_code == 200
    rows = call.get(path).json()["data"]
    assert rows == [call.get(f"{PATH}/{id_}").json() for id_ in (first, second)]
    assert call.read(persona_id, family)["tool_ids"] == [first, second]
    assert call.delete(f"{path}/{first}").status_code == 204
    assert call.delete(f"{path}/{first}").status_code == 400
    assert call.read(persona_id)["tool_ids"] == [second]
    assert call.get(f"{PATH}/{first}").status_code == 200


def test_a_deleted_tool_is_detached_everywhere(call: Caller) -> None:
    gone, kept = made(call, "book"), made(call, "free")
    persona_id = call.make(tool_ids=[gone, kept])
    assert call.delete(f"{PATH}/{gone}").status_code == 204
    assert call.read(persona_id)["tool_ids"] == [kept]


def test_only_tools_that_exist_are_attached_and_no_more_than_fifty(call: Caller) -> None:
    path = f"/v2/pals/{call.make()}/tools"
    for wrong in (["t00000000000"], ["end_call"], [], "x"):
        assert call.post(path, {"tool_ids": wrong}).status_code == 400
    ids = [made(call, f"tool_{number}") for number in range(51)]
    assert call.post(path, {"tool_ids": ids[:50]}).status_code == 200
    assert call.post(path, {"tool_ids": ids[:1]}).status_code == 200
    assert "50" in call.post(path, {"tool_ids": ids[50:]}).json()["error"]
    assert call.post("/v2/pals/p0/tools", {"tool_ids": ids[:1]}).status_code == 400
    assert call.post("/v2/pals/p57ac4000001/tools", {"tool_ids": ids[:1]}).status_code == 400
    assert call("PUT", path, json={}).status_code == 405
    assert call.get(f"{path}/a/b").status_code == 404


def test_nothing_is_told_without_a_key(store: Store, call: Caller) -> None:
    attached = f"/v2/pals/{call.make()}/tools"
    with Caller(store, key="") as nobody:
        for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/end_call"),
                             ("PATCH", f"{PATH}/t1"), ("DELETE", f"{PATH}/t1"),
                             ("GET", attached), ("POST", attached),
                             ("DELETE", f"{attached}/t1")):  # fmt: skip
            assert nobody(method, path, json=tool()).status_code == 401
