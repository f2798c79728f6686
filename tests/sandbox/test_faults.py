"""Every fault; the names of the tests begin with its kind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, get_args

import pytest
from sandbox_tools import PROMPT, Caller, replace

from reconciler.sandbox.faults import LIST_KINDS, ConnectionDropped, Fault, Kind

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

CHANGE = replace("/context", "new")
USERS = "/v2/personas?persona_type=user"


def rows(call: Caller, query: str = "&limit=2") -> list[str]:
    return [row["persona_id"] for row in call.get(USERS + query).json()["data"]]


def test_every_fault_has_a_test() -> None:
    tests = [name for name in globals() if name.startswith("test_")]
    for kind in get_args(Kind):
        assert any(name.startswith(f"test_{kind}_") for name in tests), kind


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    arguments: dict[str, Any] = {"kind": "earthquake"}
    with pytest.raises(ValueError, match="latency, status, drop"):
        Fault(**arguments)
    with pytest.raises(ValueError, match="the number"):
        Fault(kind="wrong_total", body="many")


def test_a_fault_hits_the_requests_it_is_for_as_often_as_it_says(
    store: Store, call: Caller
) -> None:
    path = f"/v2/personas/{call.make()}"
    fault = Fault(kind="status", status=503, method="GET", path="/v2/personas/*", skip=1, times=2)
    store.add_fault(fault)
    assert call.patch(path, CHANGE).status_code == 200
    assert call.get("/v2/personas").status_code == 200
    assert [call.get(path).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert store.faults() == []


def test_a_fault_without_an_end_stays_until_cleared(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="status", times=0))
    assert [call.get("/v2/personas").status_code for _ in range(3)] == [500, 500, 500]
    assert len(store.faults()) == 1
    store.clear_faults()
    assert call.get("/v2/personas").status_code == 200


def test_latency_makes_the_answer_wait(store: Store, call: Caller) -> None:
    for after in (False, True):
        store.add_fault(Fault(kind="latency", delay=0.05, method="POST", after_store=after))
        start = time.perf_counter()
        call.make()
        assert time.perf_counter() - start >= 0.05


def test_status_429_comes_with_and_without_retry_after(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="status", status=429, retry_after=7))
    store.add_fault(Fault(kind="status", status=429))
    waits = [call.get("/v2/personas").headers.get("retry-after") for _ in range(2)]
    assert waits == ["7", None]


def test_status_500_before_the_store_changes_nothing(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="status", status=500, method="POST"))
    reply = call.post("/v2/personas", {"system_prompt": PROMPT})
    assert (reply.status_code, reply.json()) == (500, {"message": "Internal Server Error"})
    assert rows(call) == []


def test_status_500_after_the_store_hides_that_it_worked(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="status", status=500, after_store=True, method="POST"))
    assert call.post("/v2/personas", {"system_prompt": PROMPT}).status_code == 500
    assert len(rows(call)) == 1


def test_status_500_on_page_2_only(store: Store, call: Caller) -> None:
    for _ in range(5):
        call.make()
    store.add_fault(Fault(kind="status", status=500, path="/v2/personas?*page=2"))
    statuses = [call.get(f"{USERS}&limit=2&page={page}").status_code for page in (1, 2, 3, 2)]
    assert statuses == [200, 500, 200, 200]


def test_status_can_have_any_body(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="status", status=409, body='{"conflict":"maker_changes"}'))
    assert call.get("/v2/personas").json() == {"conflict": "maker_changes"}


def test_drop_before_the_store_changes_nothing(store: Store, call: Caller) -> None:
    persona_id = call.make()
    store.add_fault(Fault(kind="drop", method="PATCH"))
    with pytest.raises(ConnectionDropped):
        call.patch(f"/v2/personas/{persona_id}", CHANGE)
    assert call.read(persona_id)["context"] == ""
    assert issubclass(ConnectionDropped, ConnectionResetError)


def test_drop_after_the_store_loses_only_the_answer(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="drop", method="POST", after_store=True))
    with pytest.raises(ConnectionDropped):
        call.post("/v2/personas", {"system_prompt": PROMPT})
    assert len(rows(call)) == 1
    assert [request.status for request in store.requests()] == [0, 200]


def test_html_answers_a_gateway_s_page(store: Store, call: Caller) -> None:
    persona_id = call.make()
    for after, context in ((False, ""), (True, "new")):
        store.add_fault(Fault(kind="html", method="PATCH", after_store=after))
        reply = call.patch(f"/v2/personas/{persona_id}", CHANGE)
        assert reply.status_code == 502
        assert reply.headers["content-type"].startswith("text/html")
        assert reply.text.startswith("<html>")
        assert call.read(persona_id)["context"] == context


def test_late_write_arrives_after_the_client_looked(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="late_write", method="POST", delay=0.05))
    with pytest.raises(ConnectionDropped):
        call.post("/v2/personas", {"system_prompt": PROMPT})
    assert rows(call) == []
    time.sleep(0.06)
    assert len(rows(call)) == 1
    assert len(rows(call)) == 1


def test_stale_read_shows_the_state_before_the_last_write(store: Store, call: Caller) -> None:
    kept, gone = call.make(context="old"), call.make()
    call.patch(f"/v2/personas/{kept}", CHANGE)
    call.delete(f"/v2/personas/{gone}")
    made = call.make()
    store.add_fault(Fault(kind="stale_read", times=5))
    assert call.read(kept)["context"] == "old"
    assert call.get(f"/v2/personas/{made}").status_code == 400
    assert call.get(f"/v2/personas/{gone}").status_code == 200
    page = call.get(USERS).json()
    assert [row["persona_id"] for row in page["data"]] == [kept, gone]
    assert page["total_count"] == 2
    assert call.patch(f"/v2/personas/{kept}", CHANGE).status_code == 304
    assert call.read(kept)["context"] == "old"
    assert rows(call) == [kept, made]
    assert call.read(kept)["context"] == "new"


def test_stale_read_ends_after_its_delay(store: Store, call: Caller) -> None:
    persona_id = call.make(context="old")
    store.add_fault(Fault(kind="stale_read", delay=0.05, times=0))
    time.sleep(0.06)
    call.patch(f"/v2/personas/{persona_id}", CHANGE)
    assert call.read(persona_id)["context"] == "old"
    time.sleep(0.06)
    assert call.read(persona_id)["context"] == "new"


def test_ignore_path_answers_200_and_changes_nothing_there(store: Store, call: Caller) -> None:
    persona_id = call.make()
    path = f"/v2/personas/{persona_id}"
    store.add_fault(Fault(kind="ignore_path", pointer="/cont*", times=2))
    assert call.patch(path, CHANGE).status_code == 200
    assert call.patch(path, CHANGE, replace("/system_prompt", "New.")).status_code == 200
    record = call.read(persona_id)
    assert (record["context"], record["system_prompt"]) == ("", "New.")
    assert call.patch(path, CHANGE).status_code == 200
    assert call.read(persona_id)["context"] == "new"


def test_ignore_path_on_a_create_loses_members_without_a_word(store: Store, call: Caller) -> None:
    store.add_fault(Fault(kind="ignore_path", method="POST", pointer="/layers/llm"))
    layers = {"llm": {"model": "own"}, "stt": {"hotwords": "Rook"}}
    seen = [call.read(call.make(layers=layers))["layers"] for _ in range(2)]
    assert seen == [{"stt": {"hotwords": "Rook"}}, layers]


def test_short_page_lacks_its_last_row(store: Store, call: Caller) -> None:
    ids = [call.make() for _ in range(4)]
    store.add_fault(Fault(kind="short_page"))
    assert call.read(ids[0])["persona_id"] == ids[0]
    assert rows(call) == ids[:1]
    assert rows(call, "&limit=2&page=2") == ids[2:]


def test_wrong_total_changes_or_is_what_was_asked_for(store: Store, call: Caller) -> None:
    call.make()
    store.add_fault(Fault(kind="wrong_total", times=2))
    store.add_fault(Fault(kind="wrong_total", skip=2, body="55"))
    totals = [call.get(USERS).json()["total_count"] for _ in range(4)]
    assert totals == [2, 3, 55, 1]


def test_duplicate_row_repeats_the_last_row_of_the_page_before(store: Store, call: Caller) -> None:
    ids = [call.make() for _ in range(4)]
    store.add_fault(Fault(kind="duplicate_row", times=0))
    pages = [rows(call, f"&limit=2&page={page}") for page in (1, 2, 3)]
    assert pages == [ids[:2], ids[1:3], ids[3:]]


def test_empty_list_has_no_rows_and_the_right_total(store: Store, call: Caller) -> None:
    call.make()
    store.add_fault(Fault(kind="empty_list"))
    assert call.get(USERS).json() == {"data": [], "total_count": 1}


def test_short_page_and_its_kin_reach_the_lists_of_other_kinds_too(
    store: Store, call: Caller
) -> None:
    for name in ("a", "b", "c"):
        call.post("/v2/guardrails", {"guardrail_name": name, "guardrail_prompt": "None."})
    path = "/v2/guardrails?legacy=false&limit=2&page=1"
    for position, kind in enumerate(sorted(LIST_KINDS)):
        store.add_fault(Fault(kind=kind, path="/v2/guardrails", skip=position))  # type: ignore[arg-type]
    pages = [call.get(path).json() for _ in range(5)]
    named = [[row["guardrail_name"] for row in page["data"]] for page in pages]
    assert named == [["b", "c"], [], [], ["c"], ["c"]]
    assert [page["total_count"] for page in pages] == [3, 3, 3, 4, 3]
