"""Conversations on the emulator: begun, listed page by page, read, ended, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sandbox_tools import FACE, Caller

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

PATH = "/v2/conversations"


def begun(call: Caller, persona_id: str, **members: Any) -> str:
    reply = call.post(PATH, {"persona_id": persona_id, **members})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["conversation_id"])


def listed(call: Caller, query: str = "") -> list[tuple[str, str]]:
    rows = call.get(f"{PATH}?{query}").json()["data"]
    return [(row["conversation_id"], row["status"]) for row in rows]


def test_a_conversation_is_active_until_it_is_ended(call: Caller) -> None:
    persona_id = call.make(default_replica_id=FACE)
    made = begun(call, persona_id, conversation_name="Test")
    record = call.get(f"{PATH}/{made}").json()
    assert (record["status"], record["persona_id"], record["replica_id"]) == (
        "active",
        persona_id,
        FACE,
    )
    assert record["conversation_name"] == "Test"
    ended = call.post(f"{PATH}/{made}/end", {})
    assert (ended.status_code, ended.content) == (200, b"")
    assert call.get(f"{PATH}/{made}").json()["status"] == "ended"
    assert call.post(f"{PATH}/{made}/end", {}).status_code == 400
    assert call.delete(f"{PATH}/{made}").status_code == 204
    assert call.get(f"{PATH}/{made}").status_code == 400


def test_the_list_is_paged_from_one_and_filtered_by_status_only(call: Caller) -> None:
    first, second = (call.make(default_replica_id=FACE) for _ in range(2))
    made = [begun(call, first), begun(call, second), begun(call, first, test_mode=True)]
    assert listed(call) == [(made[0], "active"), (made[1], "active"), (made[2], "ended")]
    assert listed(call, "status=ended") == [(made[2], "ended")]
    assert listed(call, "status=active&limit=1&page=2") == [(made[1], "active")]
    assert listed(call, f"persona_id={second}") == listed(call)
    assert call.get(f"{PATH}?status=active&limit=1").json()["total_count"] == 2
    assert call.get(f"{PATH}?status=over").status_code == 400
    assert call.get(f"{PATH}?page=0").status_code == 400


def test_ten_rows_come_where_no_limit_is_asked_for(call: Caller) -> None:
    persona_id = call.make(default_replica_id=FACE)
    for _ in range(11):
        begun(call, persona_id)
    assert len(listed(call)) == 10


@pytest.mark.parametrize("words", [("persona_id", "replica_id"), ("pal_id", "face_id")])
def test_both_vocabularies_begin_a_conversation(call: Caller, words: tuple[str, str]) -> None:
    body = {words[0]: call.make(), words[1]: FACE}
    assert call.post(PATH, body).json()["replica_id"] == FACE


def test_a_room_that_needs_authentication_has_a_token(call: Caller) -> None:
    persona_id = call.make(default_replica_id=FACE)
    assert "meeting_token" not in call.post(PATH, {"persona_id": persona_id}).json()
    body = {"persona_id": persona_id, "require_auth": True}
    assert call.post(PATH, body).json()["meeting_token"]


def test_a_conversation_without_a_face_or_with_an_unknown_persona_is_refused(call: Caller) -> None:
    assert call.post(PATH, {"persona_id": call.make()}).json() == {"error": "Invalid replica_id"}
    refused = call.post(PATH, {"persona_id": "p0", "replica_id": FACE})
    assert (refused.status_code, refused.json()) == (400, {"error": "Invalid persona_id"})


def test_nothing_is_told_without_a_key(store: Store) -> None:
    with Caller(store, key="") as nobody:
        assert nobody.get(PATH).status_code == 401
        assert nobody.post(PATH, {"replica_id": FACE}).status_code == 401


def test_the_longest_time_ends_a_conversation(call: Caller, store: Store) -> None:
    persona_id = call.make(default_replica_id=FACE)
    store.talk(persona_id, seconds=0)
    assert listed(call, "status=active") == []
    wrong = {"persona_id": persona_id, "properties": {"max_call_duration": 0}}
    assert call.post(PATH, wrong).status_code == 400


def test_hanging_up_ends_what_is_active_with_one_persona(call: Caller, store: Store) -> None:
    first, second = (call.make(default_replica_id=FACE) for _ in range(2))
    for persona_id in (first, first, second):
        store.talk(persona_id)
    assert (store.hang_up(first), store.hang_up(first)) == (2, 0)
    assert len(listed(call, "status=active")) == 1
