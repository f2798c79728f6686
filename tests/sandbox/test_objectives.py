"""Objectives on the emulator: a set is a graph of steps (resources-api 1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from sandbox_tools import Caller, add, remove, replace

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

PATH: Final = "/v2/objectives"


def step(name: str, **members: Any) -> dict[str, Any]:
    return {"objective_name": name, "objective_prompt": f"Ask for the {name}.", **members}


def made(call: Caller, *steps: dict[str, Any], **members: Any) -> str:
    reply = call.post(PATH, {"data": list(steps) or [step("name")], **members})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["objectives_id"])


def test_a_create_answers_with_other_names_than_what_is_read(call: Caller) -> None:
    reply = call.post(PATH, {"name": "Intake", "data": [step("name"), step("age")]}).json()
    assert list(reply) == ["objectives_id", "objective_name", "status", "created_at"]
    assert re.fullmatch(r"o[0-9a-f]{12}", reply["objectives_id"])
    assert reply["objective_name"] == "Intake"
    record = call.get(f"{PATH}/{reply['objectives_id']}").json()
    assert (record["uuid"], record["name"]) == (reply["objectives_id"], "Intake")
    assert record["allow_loops"] is record["is_deleted"] is False
    assert isinstance(record["owner_id"], int)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", record["created_at"])


def test_a_set_without_a_name_has_a_general_one(call: Caller) -> None:
    assert call.get(f"{PATH}/{made(call)}").json()["name"] == "New Objectives"


def test_the_server_fills_in_the_rest_of_a_step(call: Caller) -> None:
    (item,) = call.get(f"{PATH}/{made(call, step('name'))}").json()["data"]
    assert item == step("name") | {
        "confirmation_mode": "auto",
        "output_variables": [],
        "modality": "verbal",
        "next_conditional_objectives": {},
        "next_required_objective": "",
        "callback_url": "",
    }


def test_a_graph_with_branches_is_kept_as_it_was_sent(call: Caller) -> None:
    steps = [
        step("ask", next_conditional_objectives={"yes": "They agree", "no": "They do not"}),
        step("yes", modality="visual", confirmation_mode="manual", output_variables=["a"]),
        step("no", next_required_objective="yes", callback_url="https://example.com/x"),
    ]
    data = call.get(f"{PATH}/{made(call, *steps)}").json()["data"]
    assert [{name: one[name] for name in sent} for one, sent in zip(data, steps, strict=True)] == (
        steps
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "{'data': ['Missing data for required field.']}"),
        ({"data": []}, "'data': ['List should have at least 1 item"),
        ([], "'_schema': ['Invalid input type.']"),
        ({"data": [{"objective_name": "a"}]}, "{'data': {0: {'objective_prompt': ['Missing data"),
        ({"data": [step("two words")]}, "{0: {'objective_name': ["),
        ({"data": [step("a", colour="red")]}, "{0: {'colour': ['Unknown field.']}}"),
        ({"data": [step("a")], "colour": 1}, "{'colour': ['Unknown field.']}"),
        ({"data": [step("a", modality="smell")]}, "'verbal' or 'visual'"),
        ({"data": [step("a", output_variables="x")]}, "'output_variables': ['Input should be a"),
        (
            {
                "data": [
                    step("a", next_required_objective="b", next_conditional_objectives={"b": "x"}),
                    step("b"),
                ]
            },
            "Not allowed together with next_conditional_objectives.",
        ),
    ],
)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/validate"])
def test_a_set_that_makes_no_sense_is_refused_with_every_reason(
    call: Caller, path: str, body: Any, said: str
) -> None:
    reply = call.post(path, body)
    assert reply.status_code == 400
    assert list(reply.json()) == ["message"]
    assert said in reply.json()["message"]
    assert call.get(PATH).json() == {"data": [], "total_count": 0}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": [step("a"), step("a")]}, "{1: {'objective_name': ['Already used.']}}"),
        ({"data": [step("a", next_required_objective="b")]}, "Unknown objective: b."),
        (
            {
                "data": [
                    step("a", next_required_objective="b"),
                    step("b", next_required_objective="a"),
                ]
            },
            "It leads back to itself",
        ),
    ],
)
def test_a_chain_that_leads_nowhere_is_seen_by_validating_only(
    call: Caller, body: Any, said: str
) -> None:
    reply = call.post(f"{PATH}/validate", body)
    assert (reply.status_code, said in reply.json()["message"]) == (400, True)
    assert call.post(PATH, body).status_code == 200
    assert call.post(f"{PATH}/validate", {**body, "allow_loops": True}).status_code == (
        200 if "leads back" in said else 400
    )


def test_all_problems_are_told_at_once(call: Caller) -> None:
    body = {"data": [step("a b"), step("c", modality="smell")], "colour": 1}
    said = call.post(PATH, body).json()["message"]
    assert all(word in said for word in ("objective_name", "modality", "colour"))


def test_a_set_says_whether_loops_are_allowed(call: Caller) -> None:
    steps = [step("a", next_required_objective="b"), step("b", next_required_objective="a")]
    set_id = made(call, *steps, allow_loops=True)
    assert call.get(f"{PATH}/{set_id}").json()["allow_loops"] is True
    assert call.patch(f"{PATH}/{set_id}", replace("/allow_loops", False)).status_code == 200
    assert call.get(f"{PATH}/{set_id}").json()["allow_loops"] is False


def test_validating_saves_nothing(call: Caller) -> None:
    assert call.post(f"{PATH}/validate", {"data": [step("a")]}).status_code == 200
    assert call.get(PATH).json()["total_count"] == 0


def test_the_list_is_paged_from_one_and_ten_at_a_time(call: Caller) -> None:
    ids = [made(call) for _ in range(12)]
    page = call.get(PATH).json()
    assert list(page) == ["data", "total_count"]
    assert [row["uuid"] for row in page["data"]] == ids[:10]
    assert page["total_count"] == 12
    rest = call.get(f"{PATH}?page=2&limit=5").json()["data"]
    assert [row["uuid"] for row in rest] == ids[5:10]
    assert call.get(f"{PATH}?page=9").json() == {"data": [], "total_count": 12}
    assert call.get(f"{PATH}?limit=x").status_code == 400


def test_a_patch_changes_a_step_and_answers_with_words_only(call: Caller) -> None:
    path = f"{PATH}/{made(call, step('name'), step('age'))}"
    before = call.get(path).json()
    reply = call.patch(path, replace("/data/1/objective_prompt", "How old?"))
    assert (reply.status_code, list(reply.json())) == (200, ["message"])
    after = call.get(path).json()
    assert after["data"][1]["objective_prompt"] == "How old?"
    assert after["created_at"] == before["created_at"]
    assert after["updated_at"] > before["updated_at"]


def test_a_patch_may_replace_all_steps_and_the_name(call: Caller) -> None:
    path = f"{PATH}/{made(call)}"
    done = call.patch(path, replace("/data", [step("x"), step("y")]), replace("/name", "Other"))
    assert done.status_code == 200
    record = call.get(path).json()
    assert [item["objective_name"] for item in record["data"]] == ["x", "y"]
    assert (record["name"], record["data"][0]["modality"]) == ("Other", "verbal")


def test_a_patch_that_changes_nothing_is_answered_304(call: Caller) -> None:
    path = f"{PATH}/{made(call, step('name'))}"
    before = call.get(path).json()
    same = replace("/data/0/modality", "verbal")
    assert (call.patch(path, same).status_code, call.patch(path, same).content) == (304, b"")
    assert call.patch(path, remove("/data/0/callback_url")).status_code == 304
    assert call.patch(path, replace("/uuid", "o1")).status_code == 304
    assert call.get(path).json() == before


@pytest.mark.parametrize(
    "sent",
    [
        replace("/data/0/colour", "red"),
        add("/data/0/colour", "red"),
        add("/objective_name", "x"),
        remove("/data/7"),
        remove("/data/0"),
        replace("/data/0/modality", "smell"),
        {"op": "put", "path": "/name"},
        {"name": "x"},
    ],
)
def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(
    call: Caller, sent: dict[str, Any]
) -> None:
    path = f"{PATH}/{made(call)}"
    before = call.get(path).json()
    reply = call.patch(path, replace("/name", "New"), sent)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
    assert call.get(path).json() == before


def test_an_unknown_id_is_404_and_one_that_is_none_400(call: Caller) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        unknown = call(method, f"{PATH}/o00000000000", json=[remove("/x")])
        assert (unknown.status_code, unknown.json()) == (404, {"error": "Objective not found"})
        assert call(method, f"{PATH}/Intake", json=[remove("/x")]).status_code == 400
    assert call("PUT", f"{PATH}/o00000000000", json={}).status_code == 405
    assert call.get(f"{PATH}/o00000000000/data").status_code == 404


def test_a_deleted_set_is_gone(call: Caller) -> None:
    set_id = made(call)
    assert call.delete(f"{PATH}/{set_id}").status_code == 204
    assert call.get(f"{PATH}/{set_id}").status_code == 404
    assert call.delete(f"{PATH}/{set_id}").status_code == 404
    assert call.get(PATH).json()["total_count"] == 0


def test_nothing_is_told_without_a_key(store: Store) -> None:
    with Caller(store, key="") as nobody:
        for method, path in (("GET", PATH), ("POST", PATH), ("POST", f"{PATH}/validate"),
                             ("GET", f"{PATH}/o1"), ("PATCH", f"{PATH}/o1"),
                             ("DELETE", f"{PATH}/o1")):  # fmt: skip
            reply = nobody(method, path, json={"data": [step("a")]})
            assert (reply.status_code, list(reply.json())) == (401, ["message"])
