"""The list: few calls, and complete or an error."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_doubles import PALS, SETTINGS, Reply, Request, Server, account, in_turn, using

from reconciler.core.errors import TavusAuthError, TavusListError, TavusProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json
    from reconciler.core.resource import Live
    from reconciler.live import TavusPersonas


async def _list(client: TavusPersonas) -> tuple[Live, ...]:
    return await client.list()


def _rows(*numbers: int) -> list[Json]:
    return [{"persona_id": f"p{n}"} for n in numbers]


def _pages(pages: dict[str, Reply]) -> Server:
    return Server(lambda request: pages[request.query["page"]])


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 200, 1000])
def test_so_many_personas_take_so_many_calls(rows: int) -> None:
    server = account(rows)
    assert [live.id for live in using(server, _list)] == [f"p{n}" for n in range(rows)]
    assert len(server.requests) == max(1, math.ceil(rows / 100))


def test_only_personas_the_account_made_are_asked_for() -> None:
    for client, name in ((SETTINGS, "persona_type"), (PALS, "pal_type")):
        server = account(1)
        using(server, _list, client)
        assert server.requests[0].query == {"limit": "100", "page": "1", name: "user"}
        assert server.requests[0].path == f"/v2/{client.dialect}"


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(0, 40), cap=st.integers(1, 50), size=st.integers(1, 30))
def test_every_page_cap_is_coped_with(rows: int, cap: int, size: int) -> None:
    found = using(account(rows, cap=cap), _list, replace(SETTINGS, page_size=size))
    assert [live.id for live in found] == [f"p{n}" for n in range(rows)]


def test_a_server_without_limits_answers_at_once() -> None:
    everything = Reply(200, {"data": _rows(*range(150)), "total_count": 150})
    server = in_turn(everything)
    assert len(using(server, _list)) == 150
    assert len(server.requests) == 1


def test_progress_is_told_after_each_page() -> None:
    seen: list[tuple[int, int]] = []
    using(account(250), _list, on_page=lambda rows, total: seen.append((rows, total)))
    assert [total for _, total in seen] == [250] * 3
    assert seen[0] == (100, 250)
    assert seen[-1] == (250, 250)


def test_a_list_that_holds_still_at_the_second_walk_is_taken() -> None:
    moving = account(150)
    still = moving.handler

    def handler(request: Request) -> Reply:
        reply = still(request)
        if len(moving.requests) == 2:
            return Reply(200, {**reply.body, "total_count": 149})
        return reply

    moving.handler = handler
    assert len(using(moving, _list)) == 150
    assert len(moving.requests) == 4


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        (
            {"1": (_rows(1, 2), 4), "2": (_rows(2, 3), 4), "3": ([], 4)},
            "1 of 4 rows came more than once",
        ),
        ({"1": (_rows(1, 2), 4), "2": (_rows(3), 4), "3": ([], 4)}, "3 rows came where the total"),
        ({"1": (_rows(1, 2), 3), "2": (_rows(3), 5), "3": ([], 5)}, "the total went from 3 to 5"),
        ({"1": (_rows(1, 2), 4), "2": (_rows(3, 4), None)}, "the total went from 4 to None"),
        ({"1": (_rows(1, 2), 1)}, "2 rows came where the total says 1"),
        ({"1": ([], 7), "2": ([], 7)}, "0 rows came where the total says 7"),
    ],
)
def test_a_list_that_does_not_add_up_is_never_used(
    pages: dict[str, tuple[list[Json], int | None]], said: str
) -> None:
    replies = {n: Reply(200, {"data": d, "total_count": t}) for n, (d, t) in pages.items()}
    with pytest.raises(TavusListError, match=said):
        using(_pages(replies), _list, replace(SETTINGS, page_size=2))


def test_pages_with_holes_are_read_one_after_the_other() -> None:
    rows = {"1": _rows(1, 2), "2": _rows(3), "3": _rows(4, 5)}

    def handler(request: Request) -> Reply:
        return Reply(200, {"data": rows.get(request.query["page"], []), "total_count": 5})

    found = using(Server(handler), _list, replace(SETTINGS, page_size=2))
    assert [live.id for live in found] == ["p1", "p2", "p3", "p4", "p5"]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5])
def test_without_a_total_two_equal_walks_are_believed(rows: int) -> None:
    server = account(rows, cap=2)
    with_total = server.handler
    server.handler = lambda request: Reply(200, {"data": with_total(request).body["data"]})
    assert [live.id for live in using(server, _list)] == [f"p{n}" for n in range(rows)]


def test_without_a_total_walks_that_differ_are_never_used() -> None:
    server = Server(lambda _: Reply(200, {"data": _rows(len(server.requests))}))
    server.handler = lambda request: Reply(
        200, {"data": _rows(len(server.requests)) if request.query["page"] == "1" else []}
    )
    with pytest.raises(TavusListError, match="without a total"):
        using(server, _list)


def test_a_server_that_knows_no_pages_does_not_keep_us_for_ever() -> None:
    server = in_turn(Reply(200, {"data": _rows(1, 2)}))
    with pytest.raises(TavusListError, match="more than once"):
        using(server, _list)
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"data": None, "total_count": 0},
        {"data": {}, "total_count": 0},
        {"data": ["p1"], "total_count": 1},
        {"data": [{}], "total_count": 1},
        {"data": [{"persona_id": ""}], "total_count": 1},
        {"data": [{"persona_id": 7}], "total_count": 1},
        {"data": [], "total_count": "0"},
        {"data": [], "total_count": -1},
        {"data": [], "total_count": True},
        {"data": [], "total_count": 0.5},
        {"error": "not really"},
    ],
)
def test_an_answer_that_is_no_list_is_never_an_empty_one(body: Json) -> None:
    with pytest.raises(TavusProtocolError):
        using(in_turn(Reply(200, b"null" if body is None else body)), _list)


def test_one_failed_page_fails_the_list_with_its_own_error() -> None:
    server = account(500)
    fine: Callable[[Request], Reply] = server.handler
    server.handler = lambda r: Reply(401) if r.query["page"] == "4" else fine(r)
    with pytest.raises(TavusAuthError):
        using(server, _list)


def test_a_total_out_of_this_world_is_not_walked() -> None:
    server = in_turn(Reply(200, {"data": _rows(1), "total_count": 10**12}))
    with pytest.raises(TavusListError, match="the total says 1000000000000"):
        using(server, _list)
    assert len(server.requests) <= 4
