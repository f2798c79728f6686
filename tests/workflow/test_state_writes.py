"""How often the state is stored: as often for a thousand changes as for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fleet import Fleet, many
from git_rig import STATE, git, new_clone, new_remote
from rig.bucket import Bucket
from rig.virtual_time import VirtualTime

from reconciler.core.outcome import Status
from reconciler.state.documents import StateDocuments
from reconciler.state.git import GitStore

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.core.resource import Desired

ANSWER_SECONDS = 1.2


class Counted:
    """A fleet in virtual time, whose state is stored in memory and counted."""

    def __init__(self) -> None:
        self._fleet, self._bucket = Fleet(), Bucket()
        self._fleet.place = StateDocuments(self._bucket)
        self._fleet.time = VirtualTime()

    def replaces(self, desired: list[Desired], changes: int) -> int:
        """How often an apply of so many changes, each of which succeeds, replaces the state."""
        before = self._bucket.version
        outcome = self._fleet.apply(desired, prune=True)
        assert [result.status for result in outcome.results] == [Status.DONE] * changes
        return self._bucket.version - before

    def adopt(self, desired: list[Desired]) -> None:
        """Have these personas exist, and bind them."""
        self._fleet.seed(desired)
        self._fleet.apply(desired)

    def slow_down(self) -> None:
        """Have every answer take its time."""
        time, app = self._fleet.time, self._fleet.app

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            assert time is not None
            await time.sleep(ANSWER_SECONDS)
            await app(scope, receive, send)

        self._fleet.app = slow


@pytest.mark.parametrize("number", [1, 10, 100])
def test_the_state_is_stored_as_often_for_any_number_of_changes(number: int) -> None:
    """Intents; the ids of creates, or the copies before deletes; the release."""
    counted = Counted()
    assert counted.replaces(many(number), number) == 3
    assert counted.replaces(many(number, greeting="Hi"), number) == 2
    assert counted.replaces([], number) == 3


def test_hundreds_of_updates_and_deletes_store_it_no_more_often() -> None:
    counted = Counted()
    counted.adopt(many(400))
    assert counted.replaces(many(400, greeting="Hi"), 400) == 2
    assert counted.replaces([], 400) == 3


def test_minutes_of_slow_answers_cost_a_few_more() -> None:
    """Results are stored now and then as time passes: 100 creates take 45 seconds here."""
    counted = Counted()
    counted.slow_down()
    assert 3 < counted.replaces(many(100), 100) <= 3 + 4


def test_an_apply_of_a_thousand_changes_is_ten_commits_at_most(tmp_path: Path) -> None:
    remote = new_remote(tmp_path / "remote.git")
    store = GitStore(new_clone(remote, tmp_path / "clone"), "prod")
    fleet = Fleet()
    fleet.place = StateDocuments(store)
    outcome = fleet.apply(many(1000))
    assert {result.status for result in outcome.results} == {Status.DONE}
    assert int(git(remote, "rev-list", "--count", STATE)) <= 10
