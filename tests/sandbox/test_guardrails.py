"""Guardrails on the emulator: individual ones, and the deprecated sets (resources-api 2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from sandbox_tools import Caller, add, remove, replace

if TYPE_CHECKING:
    import httpx

    from reconciler.sandbox.store import Store

PATH: Final = "/v2/guardrails"
OWN: Final = f"{PATH}?legacy=false"


def guardrail(name: str = "no_advice", **members: Any) -> dict[str, Any]:
    return {"guardrail_name": name, "guardrail_prompt": "Gives no advice.", **members}


def posted(call: Caller, body: Any) -> httpx.Response:
    reply = call.post(PATH, body)
    assert reply.status_code == 200, reply.text
    return reply


def made(call: Caller, *words: str, **members: Any) -> str:
    return str(posted(call, guardrail(*words, **members)).json()["uuid"])


def made_set(call: Caller, *names: str) -> str:
    body = {"name": "Old", "data": [guardrail(name) for name in names]}
    return str(posted(call, body).json()["guardrails_id"])


def names(call: Caller, query: str = "") -> list[str]:
    return [row["guardrail_name"] for row in call.get(f"{OWN}&{query}").json()["data"]]


def test_a_guardrail_is_answered_and_read_whole(call: Caller) -> None:
    reply = posted(call, guardrail(tags=["money"], modality="visual", app_message=False)).json()
    assert re.fullmatch(r"g[0-9a-f]{12}", reply["uuid"])
    assert call.get(f"{PATH}/{reply['uuid']}").json() == reply
    assert reply["created_at"] == reply["updated_at"]
    known = {"owner_id", "created_at", "updated_at", "uuid"}
    assert {name: value for name, value in reply.items() if name not in known} == guardrail(
        modality="visual",
        callback_url="",
        tags=["money"],
        app_message=False,
        guardrail_type="user",
        persona_refs=[],
    )


def test_two_guardrails_may_have_one_name(call: Caller) -> None:
    assert made(call, "twice") != made(call, "twice")
    assert names(call) == ["twice", "twice"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "guardrail_name"),
        (guardrail("no advice"), "guardrail_name"),
        (guardrail("no-advice"), "guardrail_name"),
        (guardrail("n" * 101), "guardrail_name"),
        (guardrail(guardrail_prompt="p" * 1001), "guardrail_prompt"),
        (guardrail(guardrail_prompt=""), "guardrail_prompt"),
        (guardrail(callback_url="u" * 2049), "callback_url"),
        (guardrail(tags=["t"] * 33), "tags"),
        (guardrail(tags=["t" * 65]), "{'tags': {0: "),
        (guardrail(app_message="yes"), "app_message"),
        (guardrail(modality="smell"), "modality"),
        (guardrail(colour="red"), "{'colour': ['Unknown field.']}"),
        ({"name": "Old", "data": []}, "data"),
        ({"data": [guardrail("no advice")]}, "{'data': {0: {'guardrail_name'"),
        ({"data": [guardrail(tags=["t"])]}, "{'data': {0: {'tags': ['Unknown field.']}}}"),
        ([], "Invalid input type."),
    ],
)
def test_a_guardrail_that_breaks_a_rule_is_refused(call: Caller, body: Any, said: str) -> None:
    reply = call.post(PATH, body)
    assert (reply.status_code, list(reply.json())) == (400, ["message"])
    assert said in reply.json()["message"]
    assert call.get(OWN).json()["total_count"] == 0


def test_what_is_just_within_the_limits_is_taken(call: Caller) -> None:
    tags = [f"{n:02}" + "t" * 62 for n in range(32)]
    made(call, "n" * 100, guardrail_prompt="p" * 1000, callback_url="u" * 2048, tags=tags)


def test_individual_guardrails_are_paged_from_zero(call: Caller) -> None:
    for number in range(12):
        made(call, f"g_{number}")
    page = call.get(OWN).json()
    assert list(page) == ["data", "total_count", "page", "limit"]
    assert (len(page["data"]), page["total_count"], page["page"], page["limit"]) == (10, 12, 0, 10)
    assert names(call, "page=1") == ["g_10", "g_11"]
    assert names(call, "page=1&limit=5") == [f"g_{n}" for n in range(5, 10)]
    assert names(call, "page=0&limit=2&sort=descending") == ["g_11", "g_10"]
    past = call.get(f"{OWN}&page=2").json()
    assert (past["data"], past["total_count"]) == ([], 12)
    assert call.get(f"{OWN}&sort=desc").status_code == 400


def test_individual_guardrails_are_found_by_a_part_of_the_name_by_id_and_by_tags(
    call: Caller,
) -> None:
    first = made(call, "no_advice", tags=["money", "law"])
    made(call, "no_jokes", tags=["tone"])
    made(call, "polite")
    assert names(call, "name_or_uuid=no_") == ["no_advice", "no_jokes"]
    assert names(call, f"name_or_uuid={first}") == ["no_advice"]
    assert names(call, f"name_or_uuid={first[:6]}") == []
    assert names(call, "tags=law,tone") == ["no_advice", "no_jokes"]
    assert names(call, "tags=law,tone&name_or_uuid=jokes") == ["no_jokes"]


def test_sets_are_listed_unless_somebody_asks_for_guardrails(call: Caller) -> None:
    made(call)
    set_id = made_set(call, "a", "b")
    for query in ("", "?legacy=true"):
        page = call.get(PATH + query).json()
        assert list(page) == ["data", "total_count"]
        assert [row["uuid"] for row in page["data"]] == [set_id]
    assert call.get(f"{PATH}?page=2").json()["data"] == []
    assert names(call) == ["no_advice", "a", "b"]
    assert call.get(f"{PATH}?legacy=no").status_code == 400


def test_a_patch_of_a_guardrail_answers_with_it(call: Caller) -> None:
    path = f"{PATH}/{made(call, tags=['a'])}"
    before = call.get(path).json()
    reply = call.patch(path, replace("/guardrail_prompt", "None."), add("/tags/-", "b"))
    assert (reply.status_code, reply.json()) == (200, call.get(path).json())
    assert (reply.json()["guardrail_prompt"], reply.json()["tags"]) == ("None.", ["a", "b"])
    assert reply.json()["updated_at"] > before["updated_at"]
    assert call.patch(path, replace("/guardrail_prompt", "None.")).status_code == 304
    assert call.patch(path, replace("/uuid", "g1")).status_code == 304


@pytest.mark.parametrize(
    "sent",
    [
        replace("/data/0/guardrail_name", "x"),
        replace("/guardrail_name", "a b"),
        remove("/guardrail_prompt"),
        add("/colour", "red"),
        {"guardrail_name": "x"},
    ],
)
def test_a_patch_of_a_guardrail_that_does_not_fit_is_refused(call: Caller, sent: Any) -> None:
    path = f"{PATH}/{made(call)}"
    before = call.get(path).json()
    reply = call.patch(path, replace("/modality", "visual"), sent)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    assert call.get(path).json() == before


def test_a_set_has_its_items_as_guardrails_of_their_own(call: Caller) -> None:
    reply = posted(call, {"name": "Old", "data": [guardrail("a"), guardrail("b")]}).json()
    assert list(reply) == ["guardrails_id", "guardrails_name", "status", "created_at"]
    record = call.get(f"{PATH}/{reply['guardrails_id']}").json()
    assert (record["uuid"], record["name"]) == (reply["guardrails_id"], "Old")
    rows = call.get(OWN).json()["data"]
    assert [item["uuid"] for item in record["data"]] == [row["uuid"] for row in rows]
    call.patch(f"{PATH}/{rows[0]['uuid']}", replace("/guardrail_prompt", "Anew."))
    shown = call.get(f"{PATH}/{record['uuid']}").json()["data"]
    assert shown[0]["guardrail_prompt"] == "Anew."
    call.delete(f"{PATH}/{rows[1]['uuid']}")
    assert call.get(f"{PATH}/{record['uuid']}").json()["data"] == shown[:1]


def test_a_patch_of_a_set_answers_with_words_and_reaches_the_items(call: Caller) -> None:
    path = f"{PATH}/{made_set(call, 'a', 'b')}"
    ids = [item["uuid"] for item in call.get(path).json()["data"]]
    reply = call.patch(path, replace("/data/0/guardrail_name", "c"), replace("/name", "New"))
    assert (reply.status_code, list(reply.json())) == (200, ["message"])
    record = call.get(path).json()
    assert (record["name"], [item["uuid"] for item in record["data"]]) == ("New", ids)
    assert names(call) == ["c", "b"]
    assert call.patch(path, replace("/data/0/guardrail_name", "c")).status_code == 304
    assert call.patch(path, replace("/guardrail_name", "c")).status_code == 400


def test_an_item_of_a_set_that_is_replaced_whole_is_a_new_one(call: Caller) -> None:
    path = f"{PATH}/{made_set(call, 'a', 'b')}"
    first, second = (item["uuid"] for item in call.get(path).json()["data"])
    persona_id = call.make(guardrail_ids=[first])
    done = call.patch(path, replace("/data/0", guardrail("c", uuid=first)))
    assert done.status_code == 200
    items = call.get(path).json()["data"]
    assert [item["guardrail_name"] for item in items] == ["c", "b"]
    assert items[0]["uuid"] not in {first, second}
    assert items[1]["uuid"] == second
    assert call.get(f"{PATH}/{first}").status_code == 404
    assert call.read(persona_id)["guardrail_ids"] == []
    assert sorted(names(call)) == ["b", "c"]


def test_a_deleted_guardrail_is_gone_from_every_persona(store: Store, call: Caller) -> None:
    gone, kept = made(call), made(call)
    persona_id, other = call.make(guardrail_ids=[gone, kept]), call.make(guardrail_ids=[kept])
    store.maker_draft(other, operations=[add("/guardrail_ids/-", gone)])
    assert call.delete(f"{PATH}/{gone}").status_code == 204
    assert call.read(persona_id)["guardrail_ids"] == [kept]
    assert all(row.draft is None or gone not in str(row.draft) for row in store.personas())
    assert call.get(f"{PATH}/{gone}").status_code == 404
    assert call.delete(f"{PATH}/{gone}").status_code == 404


def test_a_deleted_set_takes_its_items_with_it(call: Caller) -> None:
    set_id, apart = made_set(call, "a", "b"), made(call, "c")
    items = [item["uuid"] for item in call.get(f"{PATH}/{set_id}").json()["data"]]
    persona_id = call.make(guardrails_id=set_id, guardrail_ids=[*items, apart])
    assert call.delete(f"{PATH}/{set_id}").status_code == 204
    persona = call.read(persona_id)
    assert (persona["guardrails_id"], persona["guardrail_ids"]) == (None, [apart])
    assert names(call) == ["c"]
    assert call.get(PATH).json()["total_count"] == 0


def test_an_unknown_id_is_404_and_one_that_is_none_400(call: Caller) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        unknown = call(method, f"{PATH}/g00000000000", json=[remove("/x")])
        assert (unknown.status_code, unknown.json()) == (404, {"error": "Guardrails not found"})
        assert call(method, f"{PATH}/no_advice", json=[remove("/x")]).status_code == 400
    assert call("PUT", f"{PATH}/g00000000000", json={}).status_code == 405
    assert call("PUT", PATH, json={}).status_code == 405
    assert call.get(f"{PATH}/g00000000000/data").status_code == 404


def test_nothing_is_told_without_a_key(store: Store) -> None:
    with Caller(store, key="") as nobody:
        for method in ("GET", "POST"):
            assert nobody(method, PATH, json=guardrail()).status_code == 401
        for method in ("GET", "PATCH", "DELETE"):
            assert nobody(method, f"{PATH}/g1", json=[]).status_code == 401
