"""The lease: who waits for it, who takes it over, and who sends nothing more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from builders import a_desired
from fleet import Fleet, InMemory
from rig.virtual_time import VirtualTime

from reconciler.core.errors import RefusedError, StateConflictError
from reconciler.core.run import CiRun, Lease, Origin
from reconciler.core.state import StateDocument
from reconciler.workflow.leasing import POLL, Leased, Terms, acquire, take
from reconciler.workflow.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

JOB = CiRun(
    "github", "ann/personas", "7", "1", "https://github.invalid/ann/personas/actions/runs/7"
)
THEIRS = Lease("theirs", Origin("ann", "laptop"), "2026-11-25T14:00:00+00:00", seconds=120)
IN_CI = replace(THEIRS, origin=Origin("ann", ci=JOB))


class Environment:
    """A stored document with somebody's lease, and a clock."""

    def __init__(self, lease: Lease | None = THEIRS) -> None:
        self.clock = VirtualTime()
        self._due: list[tuple[float, Callable[[], None]]] = []
        self.documents = InMemory()
        document = StateDocument(lineage="a" * 32, lease=lease)
        self.documents.save(document, None, {})
        self.said: list[str] = []

    def theirs(self, **members: Any) -> None:
        """The other run replaces the document."""
        document, version = self.documents.found or (StateDocument(""), "")
        document = replace(document, serial=document.serial + 1, **members)
        self.documents.save(document, version, {})

    def acquire(self, **terms: Any) -> Ledger:
        """Another run takes the lease; gives its ledger."""
        ledger = Ledger(self.documents, clock=self.clock)
        how = Terms("ours", Origin("bob", "desk"), **{"say": self.said.append, **terms})

        async def act() -> None:
            for seconds, happen in self._due:
                asyncio.get_running_loop().call_at(seconds, happen)
            await acquire(ledger, how)

        self.clock.run(act())
        return ledger

    def at(self, seconds: float, happen: Callable[[], None]) -> None:
        """Have something happen while somebody waits."""
        self._due.append((seconds, happen))

    def holder(self) -> str:
        """The run in the stored lease."""
        lease = self.documents.document.lease
        return lease.run if lease else ""


class Ci:
    """Says of a job that it is over after so many questions."""

    def __init__(self, after: int) -> None:
        self.asked: list[CiRun] = []
        self._after = after

    async def is_over(self, run: CiRun) -> bool:
        """Whether it is."""
        self.asked.append(run)
        return len(self.asked) > self._after


def test_a_free_environment_is_taken_at_once() -> None:
    environment = Environment(lease=None)
    environment.acquire()
    assert environment.holder() == "ours"
    assert environment.clock.seconds == 0
    assert environment.said == []


def test_a_dead_lease_is_taken_after_its_whole_time_without_a_change() -> None:
    environment = Environment()
    environment.acquire()
    assert environment.holder() == "ours"
    assert 120 <= environment.clock.seconds <= 120 + POLL
    assert environment.said == [
        "Waiting: the environment is locked by ann on laptop since 2026-11-25T14:00:00+00:00.",
        "Taking over from ann on laptop, whose run is over.",
    ]


def test_each_sign_of_life_starts_the_wait_anew() -> None:
    environment = Environment()
    environment.at(100, environment.theirs)
    environment.at(200, environment.theirs)
    environment.acquire(patience=1000)
    assert environment.clock.seconds >= 200 + 120


def test_a_lease_that_is_given_back_is_taken_at_the_next_look() -> None:
    environment = Environment()
    environment.at(30, lambda: environment.theirs(lease=None))
    environment.acquire()
    assert environment.holder() == "ours"
    assert environment.clock.seconds <= 30 + POLL


def test_the_time_the_lease_says_counts_not_the_own_one() -> None:
    environment = Environment(replace(THEIRS, seconds=200))
    environment.acquire(seconds=10)
    assert environment.clock.seconds >= 200


def test_the_wait_ends_with_the_patience_and_says_who_holds_it() -> None:
    environment = Environment()
    with pytest.raises(StateConflictError) as refused:
        environment.acquire(patience=60)
    assert "ann on laptop" in str(refused.value)
    assert "state unlock theirs" in refused.value.hint
    assert environment.holder() == "theirs"
    assert environment.clock.seconds <= 60 + POLL


def test_no_patience_is_no_wait() -> None:
    environment = Environment()
    with pytest.raises(StateConflictError):
        environment.acquire(patience=0)
    assert environment.clock.seconds == 0


def test_a_wait_can_be_interrupted() -> None:
    environment = Environment()
    with pytest.raises(RefusedError, match="Interrupted"):
        environment.acquire(stopped=lambda: environment.clock.seconds > 10)
    assert environment.holder() == "theirs"


def test_a_ci_job_that_is_over_holds_nothing() -> None:
    environment, ci = Environment(IN_CI), Ci(after=2)
    environment.acquire(ci=ci)
    assert environment.holder() == "ours"
    assert ci.asked == [JOB, JOB, JOB]
    assert 30 <= environment.clock.seconds < 120


def test_a_ci_job_that_goes_on_is_waited_for_as_anybody_is() -> None:
    environment, ci = Environment(IN_CI), Ci(after=1000)
    environment.acquire(ci=ci)
    assert environment.clock.seconds >= 120
    assert len(ci.asked) < 12


def test_the_ci_service_is_not_asked_about_a_person() -> None:
    environment, ci = Environment(THEIRS), Ci(after=0)
    environment.acquire(ci=ci)
    assert ci.asked == []


def test_who_is_alone_does_not_wait() -> None:
    environment = Environment()
    environment.acquire(alone=True)
    assert environment.holder() == "ours"
    assert environment.clock.seconds == 0


def test_of_two_that_see_a_dead_lease_one_takes_it() -> None:
    """The other one sees a new holder, and waits for that one's whole time."""
    environment = Environment()
    other = replace(THEIRS, run="third", origin=Origin("cleo"), seconds=60)

    def faster(line: str) -> None:
        if line.startswith("Taking over from ann"):
            environment.theirs(lease=other)

    environment.acquire(say=faster)
    assert environment.holder() == "ours"
    assert environment.clock.seconds >= 120 + 60


def test_a_race_that_is_lost_for_ever_ends_with_the_patience() -> None:
    environment = Environment(lease=None)
    environment.documents.on_save = environment.documents.someone_else_saves
    with pytest.raises(StateConflictError, match="cannot be taken"):
        environment.acquire(patience=60)
    assert 60 <= environment.clock.seconds <= 60 + POLL
    assert environment.holder() == ""


def leased(environment: Environment, fleet: Fleet, ledger: Ledger, do: str) -> Any:
    """One request of a run that took the lease."""
    terms = Terms("ours", Origin(), seconds=120, margin=30)

    async def act(client: Any) -> Any:
        writer = Leased(client, ledger, terms)
        if do == "create":
            return await writer.create({"persona_name": "A", "system_prompt": "B"})
        if do == "patch":
            return await writer.patch("p", [])
        return await writer.delete("p")

    return fleet.with_client(act)


@pytest.mark.parametrize("do", ["create", "patch", "delete"])
def test_nothing_is_sent_when_less_is_left_than_a_request_may_take(do: str) -> None:
    environment, fleet = Environment(lease=None), Fleet()
    ledger = environment.acquire()
    environment.clock.pass_by(90.5)
    with pytest.raises(StateConflictError, match="its lease ran out"):
        leased(environment, fleet, ledger, do)
    assert fleet.requests() == []


@pytest.mark.parametrize("do", ["create", "patch", "delete"])
def test_nothing_is_sent_after_a_replace_that_failed(do: str) -> None:
    environment, fleet = Environment(lease=None), Fleet()
    ledger = environment.acquire()
    environment.theirs(lease=THEIRS)
    ledger.touch()
    with pytest.raises(StateConflictError):
        asyncio.run(ledger.flush())
    with pytest.raises(StateConflictError, match="someone else took it over"):
        leased(environment, fleet, ledger, do)
    assert fleet.requests() == []


def test_a_request_in_time_is_sent_and_each_replace_renews_the_lease() -> None:
    environment, fleet = Environment(lease=None), Fleet()
    ledger = environment.acquire()
    environment.clock.pass_by(89)
    leased(environment, fleet, ledger, "create")
    ledger.touch()
    asyncio.run(ledger.flush())
    environment.clock.pass_by(89)
    leased(environment, fleet, ledger, "create")
    assert fleet.requests() == ["POST /v2/personas", "POST /v2/personas"]


def test_the_lease_counts_from_before_the_replace_was_sent() -> None:
    """How long the store took to answer is time in which somebody else may have begun to wait."""
    environment, fleet = Environment(lease=None), Fleet()
    ledger = Ledger(environment.documents, clock=environment.clock)
    take(ledger, Terms("ours", Origin()))
    environment.documents.on_save = lambda: environment.clock.pass_by(100)
    asyncio.run(ledger.flush())
    with pytest.raises(StateConflictError, match="its lease ran out"):
        leased(environment, fleet, ledger, "create")


def test_a_zombie_that_wakes_up_after_a_take_over_sends_and_stores_nothing() -> None:
    """A paused run goes on while another one, which took its lease, works."""
    environment, fleet = Environment(lease=None), Fleet()
    fleet.documents = environment.documents
    zombie = Ledger(environment.documents, clock=environment.clock)
    environment.clock.run(acquire(zombie, Terms("zombie", Origin("ann", "laptop"))))
    environment.acquire()
    assert environment.holder() == "ours"
    before = environment.documents.found
    with pytest.raises(StateConflictError):
        leased(environment, fleet, zombie, "create")
    zombie.touch()
    with pytest.raises(StateConflictError):
        asyncio.run(zombie.flush())
    assert environment.documents.found == before
    assert fleet.requests() == []


def test_an_apply_gives_the_lease_back() -> None:
    fleet = Fleet()
    fleet.apply([a_desired("coach", persona_name="Coach")])
    assert fleet.documents.document.lease is None
