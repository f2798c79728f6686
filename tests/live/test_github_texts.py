"""One text that stays on GitHub: made once, edited in place, never doubled, others' left alone."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from github_stand_in import BOT, REPOSITORY, Fault, Repository, stand_in
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.errors import CodeHostError
from reconciler.core.secret import Secret
from reconciler.core.sticky import Sticky, marker, order_of
from reconciler.live.github.artifacts import fetched
from reconciler.live.github.client import GitHub
from reconciler.live.github.comments import Comments
from reconciler.live.github.issues import Issues, close_issues
from reconciler.live.github.pulls import Proposal, propose, withdraw
from reconciler.live.github.sticky import Did, Posted, post

if TYPE_CHECKING:
    from collections.abc import Iterator

PULL: Final = 7
TOKEN: Final = "job-token"


class InProcess(httpx.AsyncBaseTransport):
    """The stand-in without a network; each request waits for its turn, where turns are given."""

    def __init__(self, known: Repository, turns: Turns | None = None, who: int = 0) -> None:
        self._known, self._turns, self._who = known, turns, who

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._turns:
            await self._turns.wait_for(self._who)
        token = request.headers["authorization"].removeprefix("Bearer ")
        target = request.url.raw_path.decode()
        status, headers, body = self._known.answer(request.method, target, token, request.content)
        return httpx.Response(status, headers=dict(headers), content=body)


class Turns:
    """Whose request is next. Who is done is passed over."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self._order, self._moved, self.done = list(order), asyncio.Condition(), set[int]()

    async def wait_for(self, who: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._next() in {None, who})
            if self._order:
                self._order.pop(0)
            self._moved.notify_all()

    async def finish(self, who: int) -> None:
        async with self._moved:
            self.done.add(who)
            self._moved.notify_all()

    def _next(self) -> int | None:
        while self._order and self._order[0] in self.done:
            self._order.pop(0)
        return self._order[0] if self._order else None


def host_of(known: Repository, turns: Turns | None = None, who: int = 0) -> GitHub:
    transport = InProcess(known, turns, who)
    return GitHub(
        "http://github.test", REPOSITORY, Secret(TOKEN), transport=transport, fixed_wait=0
    )


def sticky(run: int, environment: str = "prod") -> Sticky:
    return Sticky(marker("plan", environment), (run, 1))


def comment(known: Repository, run: int, text: str, environment: str = "prod") -> Posted:
    async def go() -> Posted:
        async with host_of(known) as host:
            named = sticky(run, environment)
            return await post(host, Comments(host, PULL), named, named.head + text)

    return asyncio.run(go())


@pytest.fixture
def known() -> Iterator[Repository]:
    """A repository that nothing wrong was asked of."""
    known = Repository()
    yield known
    assert known.refused == []


def test_a_comment_is_created_once_and_then_edited_in_place(known: Repository) -> None:
    assert comment(known, 1, "One").did is Did.CREATED
    first = known.comments[PULL][0]["id"]
    assert comment(known, 2, "Two").did is Did.EDITED
    assert comment(known, 2, "Two").did is Did.KEPT
    (only,) = known.comments[PULL]
    assert (only["id"], only["body"]) == (first, sticky(2).head + "Two")


def test_each_environment_and_directory_has_its_own(known: Repository) -> None:
    comment(known, 1, "One")
    comment(known, 1, "Other", "staging")
    assert len(known.comments[PULL]) == 2
    assert len({marker("plan", "a"), marker("plan", "a", "b"), marker("plan", "a:b")}) == 3


def test_a_comment_of_somebody_else_with_our_marker_is_left_alone(known: Repository) -> None:
    forged = {"id": 1, "body": sticky(1).head + "Forged", "user": {"login": "mallory"}}
    known.comments[PULL] = [forged]
    assert comment(known, 2, "Real").did is Did.CREATED
    assert known.texts(PULL) == [sticky(1).head + "Forged", sticky(2).head + "Real"]


def test_a_comment_of_ours_that_only_quotes_the_marker_is_another_one(known: Repository) -> None:
    quoting = {"id": 1, "body": "See\n" + sticky(1).head, "user": {"login": BOT}}
    known.comments[PULL] = [quoting]
    comment(known, 2, "Real")
    assert len(known.comments[PULL]) == 2


def test_the_comment_is_found_behind_any_number_of_others(known: Repository) -> None:
    comment(known, 1, "One")
    others = [{"id": n, "body": "Hm", "user": {"login": "ann"}} for n in range(100)]
    known.comments[PULL] = [*others, *others, *known.comments[PULL]]
    assert comment(known, 2, "Two").did is Did.EDITED
    assert len(known.comments[PULL]) == 201


def test_doubles_of_an_earlier_accident_are_removed(known: Repository) -> None:
    known.comments[PULL] = [
        {"id": n, "body": sticky(n).head + "Old", "user": {"login": BOT}} for n in (3, 1, 2)
    ]
    comment(known, 4, "New")
    assert [(c["id"], c["body"]) for c in known.comments[PULL]] == [(1, sticky(4).head + "New")]


def test_a_slow_run_does_not_lay_an_old_text_over_a_newer_one(known: Repository) -> None:
    comment(known, 2, "New")
    assert comment(known, 1, "Old").did is Did.LEFT
    assert known.texts(PULL) == [sticky(2).head + "New"]


@pytest.mark.parametrize("login", ["ann", "release-robot[bot]"])
def test_the_token_of_a_person_or_an_app_finds_its_own(known: Repository, login: str) -> None:
    known.tokens = {TOKEN: login}
    comment(known, 1, "One")
    comment(known, 2, "Two")
    assert known.texts(PULL) == [sticky(2).head + "Two"]


def test_a_double_that_a_newer_run_wrote_is_left_to_that_run(known: Repository) -> None:
    known.comments[PULL] = [
        {"id": n, "body": sticky(run).head + str(run), "user": {"login": BOT}}
        for n, run in ((1, 1), (2, 5))
    ]
    comment(known, 3, "Three")
    assert [order_of(text)[0] for text in known.texts(PULL)] == [3, 5]
    comment(known, 5, "Five")
    assert known.texts(PULL) == [sticky(5).head + "Five"]


def race(
    order: tuple[int, ...], runs: tuple[int, int], before: int | None
) -> tuple[Repository, list[str]]:
    """What is left of two runs whose requests come in this order."""
    known = Repository()
    if before:
        comment(known, before, "Before")

    async def go() -> None:
        turns = Turns(order)

        async def one(who: int) -> None:
            named = sticky(runs[who])
            async with host_of(known, turns, who) as host:
                await post(host, Comments(host, PULL), named, named.head + str(who))
            await turns.finish(who)

        await asyncio.gather(one(0), one(1))

    asyncio.run(go())
    return known, known.texts(PULL)


ORDERS: Final = sorted(
    {
        tuple(int(place in chosen) for place in range(8))
        for chosen in itertools.combinations(range(8), 4)
    }
)
"""Every order of the first four requests of two runs; both need no more than six."""


@pytest.mark.parametrize("runs", [(11, 12), (12, 11), (11, 11)])
def test_two_runs_that_both_create_leave_one_comment_with_the_newest_text(
    runs: tuple[int, int],
) -> None:
    for order in ORDERS:
        known, texts = race(order, runs, None)
        assert known.refused == []
        assert len(texts) == 1, order
        assert order_of(texts[0])[0] == max(runs), order


def test_two_runs_that_both_edit_leave_one_comment_of_one_of_them() -> None:
    for order in ORDERS:
        known, texts = race(order, (11, 12), 10)
        assert known.refused == []
        assert [order_of(text)[0] in {11, 12} for text in texts] == [True], order


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after", [False, True])
def test_a_passing_failure_leads_to_one_comment(
    known: Repository, method: str, status: int, after: bool
) -> None:
    if method == "PATCH":
        comment(known, 1, "One")
    known.faults = [Fault(method, "comments", status, after=after)]
    before = len(known.requests)
    comment(known, 2, "Two")
    assert known.texts(PULL) == [sticky(2).head + "Two"]
    assert known.faults == []
    if method == "POST":
        # Never sent again blind: first it is looked whether the first one arrived.
        sent = [request.split()[0] for request in known.requests[before:]]
        assert sent.count("POST") == (1 if after else 2)


@pytest.mark.parametrize(
    "limit",
    [
        Fault("POST", "comments", 403, headers={"retry-after": "1"}),
        Fault("POST", "comments", 429),
        Fault(
            "POST", "comments", 403, body={"message": "You have exceeded a secondary rate limit"}
        ),
        Fault("POST", "comments", 403, headers={"x-ratelimit-remaining": "0"}),
    ],
)
def test_a_limit_is_waited_out(known: Repository, limit: Fault) -> None:
    known.faults = [limit, limit]
    comment(known, 1, "One")
    assert len(known.texts(PULL)) == 1


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 422])
def test_a_refusal_is_not_repeated_and_shows_no_token(known: Repository, status: int) -> None:
    words = {"message": f"No, {TOKEN}!"}
    known.faults = [Fault("POST", "comments", status, body=words)] * 3
    with pytest.raises(CodeHostError) as caught:
        comment(known, 1, "One")
    assert caught.value.status == status
    assert "No, ********!" in caught.value.detail
    assert TOKEN not in f"{caught.value!r}{caught.value.__context__!r}"
    if status != 404:
        assert len(known.faults) == 2


def issue(known: Repository, run: int, text: str) -> Posted:
    async def go() -> Posted:
        named = sticky(run)
        async with host_of(known) as host:
            return await post(host, Issues(host, "Drift", "drift"), named, named.head + text)

    return asyncio.run(go())


def close(known: Repository) -> Posted:
    async def go() -> Posted:
        async with host_of(known) as host:
            return await close_issues(host, sticky(9), "Clean.")

    return asyncio.run(go())


def test_an_issue_is_opened_edited_closed_and_opened_anew(known: Repository) -> None:
    assert issue(known, 1, "One").did is Did.CREATED
    assert issue(known, 2, "Two").did is Did.EDITED
    (only,) = known.open_issues()
    assert (only["title"], only["labels"], only["body"]) == (
        "Drift",
        ["drift"],
        sticky(2).head + "Two",
    )
    assert close(known).did is Did.CLOSED
    assert known.open_issues() == []
    assert only["state_reason"] == "completed"
    assert known.texts(only["number"]) == ["Clean."]
    assert close(known).did is Did.NOTHING
    assert issue(known, 3, "Three").did is Did.CREATED


def test_issues_and_pull_requests_of_others_are_left_alone(known: Repository) -> None:
    theirs = {"id": 1, "number": 1, "state": "open", "body": sticky(1).head + "x"}
    known.issues = [{**theirs, "user": {"login": "mallory"}}]
    known.add_pull("a" * 40, "x", body=sticky(1).head, user={"login": BOT})
    issue(known, 2, "Two")
    close(known)
    assert [i["number"] for i in known.open_issues()] == [1]
    assert known.pulls[0]["state"] == "open"


def test_of_two_issues_the_later_one_is_closed_and_points_to_the_first(known: Repository) -> None:
    issue(known, 1, "One")
    first = known.issues[0]
    known.issues.append({**first, "id": first["id"] + 9, "number": first["number"] + 9})
    issue(known, 2, "Two")
    assert known.open_issues() == [first]
    assert known.texts(first["number"] + 9) == [
        f"Two runs reported at once; this goes on in #{first['number']}."
    ]


def proposed(known: Repository, body: str) -> Posted:
    async def go() -> Posted:
        async with host_of(known) as host:
            proposal = Proposal("reconciler/drift-prod", "main", "Drift", sticky(1).head + body)
            return await propose(host, proposal)

    return asyncio.run(go())


def withdrawn(known: Repository) -> Posted:
    async def go() -> Posted:
        async with host_of(known) as host:
            return await withdraw(host, "reconciler/drift-prod", "Clean.")

    return asyncio.run(go())


def test_a_pull_request_is_opened_edited_and_closed(known: Repository) -> None:
    fork = known.add_pull("a" * 40, "reconciler/drift-prod", owner="mallory/personas")
    assert proposed(known, "One").did is Did.CREATED
    assert proposed(known, "Two").did is Did.EDITED
    assert proposed(known, "Two").did is Did.KEPT
    ours = known.pulls[1]
    assert (ours["body"], ours["base"]) == (sticky(1).head + "Two", {"ref": "main"})
    assert withdrawn(known).did is Did.CLOSED
    assert withdrawn(known).did is Did.NOTHING
    assert [p["number"] for p in known.pulls if p["state"] == "open"] == [fork]


@pytest.mark.parametrize("status", [502, 422])
def test_a_pull_request_that_came_into_being_meanwhile_is_edited(status: int) -> None:
    known = Repository(faults=[Fault("POST", "/pulls", status, after=True)])
    assert proposed(known, "One").did is Did.KEPT
    assert len(known.pulls) == 1


def test_what_a_person_wrote_over_the_branch_stays(known: Repository) -> None:
    known.add_pull("a" * 40, "reconciler/drift-prod", body="Mine")
    assert proposed(known, "One").did is Did.LEFT
    assert known.pulls[0]["body"] == "Mine"


NAMES: Final = st.text("-><!:/% a\nä")


@given(NAMES, NAMES, NAMES)
def test_a_marker_is_one_comment_whatever_names_are_in_it(
    kind: str, environment: str, directory: str
) -> None:
    line = marker(kind, environment, directory)
    assert line.count("-->") == 1
    assert line.endswith("-->")
    assert "--" not in line.removeprefix("<!--").removesuffix("-->")
    assert "\n" not in line
    assert line.isascii()


@pytest.mark.parametrize("most", [10, 100])
def test_a_file_is_fetched_without_the_token(most: int) -> None:
    async def go() -> bytes:
        async with GitHub(known.url, REPOSITORY, Secret(TOKEN)) as host:
            return await fetched(await host.handed_over(f"/actions/artifacts/{number}/zip"), most)

    with stand_in() as known:
        number = known.next_id()
        known.files[number] = b"x" * 50
        if most < 50:
            with pytest.raises(CodeHostError, match="more than 10 bytes"):
                asyncio.run(go())
        else:
            assert asyncio.run(go()) == b"x" * 50
        assert known.refused == []
