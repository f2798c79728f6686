"""Active conversations by persona: whole or an error, and nothing of a row is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from live_doubles import Reply, Request, Server, in_turn, using

from reconciler.core.errors import TavusListError, TavusProtocolError, TavusServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.live import TavusPersonas


async def _active(client: TavusPersonas) -> Mapping[str, int]:
    return await client.active_conversations()


def page(*rows: dict[str, Any], total: int | None = None) -> Reply:
    return Reply(200, {"data": list(rows), "total_count": len(rows) if total is None else total})


def row(number: int, persona_id: str = "p1", **members: Any) -> dict[str, Any]:
    return {"conversation_id": f"c{number}", "persona_id": persona_id, "status": "active"} | members


def test_rows_are_counted_by_persona_over_all_pages() -> None:
    rows = [row(n, f"p{n % 2}") for n in range(150)]

    def handler(request: Request) -> Reply:
        assert request.query["status"] == "active"
        start = (int(request.query["page"]) - 1) * 100
        return page(*rows[start : start + 100], total=150)

    server = Server(handler)
    assert using(server, _active) == {"p0": 75, "p1": 75}
    assert [request.path for request in server.requests] == ["/v2/conversations"] * 2


def test_either_word_names_the_persona_and_a_row_without_one_is_nobodys() -> None:
    pal = {"conversation_id": "c9", "pal_id": "p1", "status": "active"}
    server = in_turn(page(row(1), pal, row(2, persona_id=""), row(3, status="ended")))
    assert using(server, _active) == {"p1": 2}


def test_a_row_that_tells_no_status_counts_as_active() -> None:
    known = row(1)
    del known["status"]
    assert using(in_turn(page(known)), _active) == {"p1": 1}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"data": {}},
        {"data": [{}], "total_count": 1},
        {"data": [{"conversation_id": "c1", "status": "active"}], "total_count": 1},
        {"data": [], "total_count": "none"},
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_an_error_and_not_an_empty_list(body: Any) -> None:
    with pytest.raises(TavusProtocolError):
        using(in_turn(Reply(200, body)), _active)


def test_a_list_that_is_shorter_than_it_says_is_an_error() -> None:
    with pytest.raises(TavusListError, match="active conversations did not hold still"):
        using(in_turn(page(row(1), total=2)), _active)


def test_a_passing_failure_is_tried_again_and_a_lasting_one_is_an_error() -> None:
    assert using(in_turn(Reply(503), page(row(1))), _active) == {"p1": 1}
    with pytest.raises(TavusServerError):
        using(in_turn(Reply(503)), _active)


def test_an_error_quotes_nothing_of_a_row() -> None:
    told = row(1, conversational_context="C4N4RY")
    del told["conversation_id"]
    with pytest.raises(TavusProtocolError) as raised:
        using(in_turn(page(told)), _active)
    assert "C4N4RY" not in f"{raised.value} {raised.value.hint}"


def test_it_is_a_coroutine_that_can_be_cancelled() -> None:
    slow = Server(lambda _: Reply(200, {"data": [], "total_count": 0}, pause=30))

    async def act(client: TavusPersonas) -> None:
        async with asyncio.timeout(0.05):
            await client.active_conversations()

    with pytest.raises(TimeoutError):
        using(slow, act)
