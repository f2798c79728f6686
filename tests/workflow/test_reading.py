"""Live, read so that absence is proved: a list that lacks a bound persona is no evidence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import a_desired, a_live, bound
from fleet import Fleet

from reconciler.core.errors import TavusServerError, WrongTargetError
from reconciler.core.resource import Live, Reserved
from reconciler.core.state import StateDocument
from reconciler.workflow.reading import SAMPLE, Target, check_target, read_live, require_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.resource import Desired

COACH: Final = a_desired("coach")
MENTOR: Final = a_desired("mentor")
EMPTY: Final = StateDocument("lineage")
EXTRA: Final = a_desired("extra", layers__llm__extra_body={"temperature": 1})


class Reader:
    """A list, and for each id what each direct read in turn gives; remembers the reads."""

    def __init__(self, rows: Sequence[Live], **direct: list[Live | None]) -> None:
        self.rows = tuple(rows)
        self.direct = direct
        self.reads: list[str] = []

    async def list(self) -> tuple[Live, ...]:
        return self.rows

    async def get(self, persona_id: str) -> Live | None:
        self.reads.append(persona_id)
        answers = self.direct.get(persona_id) or [
            next((row for row in self.rows if row.id == persona_id), None)
        ]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def active_conversations(self) -> dict[str, int]:
        return {}

    async def has_draft(self, persona_id: str) -> bool:
        del persona_id
        return False


def read(
    reader: Reader, state: StateDocument, desired: Sequence[Desired] = (), **options: Any
) -> dict[str, Live]:
    return asyncio.run(read_live(reader, state, desired, **options))


def test_a_complete_list_is_all_that_is_read() -> None:
    reader = Reader([a_live("p1", COACH), a_live("p2", MENTOR)])
    assert set(read(reader, bound((COACH, "p1")), [COACH, MENTOR])) == {"p1", "p2"}
    assert reader.reads == []


def test_a_bound_persona_that_the_list_lacks_is_read_directly() -> None:
    reader = Reader([], p1=[a_live("p1", COACH)])
    assert set(read(reader, bound((COACH, "p1")), [COACH])) == {"p1"}
    assert reader.reads == ["p1"]


def test_one_read_that_finds_nothing_is_not_believed() -> None:
    reader = Reader([], p1=[None, a_live("p1", COACH)])
    assert set(read(reader, bound((COACH, "p1")), [COACH])) == {"p1"}
    assert reader.reads == ["p1", "p1"]


def test_two_reads_that_find_nothing_are() -> None:
    reader = Reader([a_live("p2", MENTOR)], p1=[None])
    assert set(read(reader, bound((COACH, "p1")), [COACH])) == {"p2"}
    assert reader.reads == ["p1", "p1"]


def test_bindings_without_a_definition_are_looked_for_too() -> None:
    reader = Reader([], p1=[a_live("p1", COACH)])
    assert set(read(reader, bound((COACH, "p1")), [])) == {"p1"}


def test_an_unbound_persona_that_the_list_lacks_is_not_looked_for() -> None:
    reader = Reader([])
    assert read(reader, EMPTY, [COACH]) == {}
    assert reader.reads == []


def test_a_failing_direct_read_is_no_absence() -> None:
    class Failing(Reader):
        async def get(self, persona_id: str) -> Live | None:
            raise TavusServerError("500", persona_id)

    with pytest.raises(TavusServerError):
        read(Failing([]), bound((COACH, "p1")), [COACH])


def short_row(persona_id: str, desired: Desired) -> Live:
    """A list row as documented: without headers and extra_body (persona-api 5.1)."""
    return a_live(persona_id, replace(desired, document={**desired.document, "layers": {}}))


def test_a_row_that_may_be_shortened_is_read_directly_where_git_has_something_there() -> None:
    full = a_live("p1", EXTRA)
    reader = Reader([short_row("p1", EXTRA), a_live("p2", COACH)], p1=[full])
    live = read(reader, bound((EXTRA, "p1"), (COACH, "p2")), [EXTRA, COACH])
    assert live["p1"] == full
    assert reader.reads == ["p1"]


def test_a_row_of_an_unbound_candidate_may_be_shortened_too() -> None:
    reader = Reader([short_row("p1", EXTRA), short_row("p2", EXTRA)], p1=[a_live("p1", EXTRA)])
    read(reader, EMPTY, [EXTRA])
    assert sorted(reader.reads) == ["p1", "p2"]


def test_a_row_that_shows_the_member_is_whole() -> None:
    reader = Reader([a_live("p1", EXTRA)])
    read(reader, bound((EXTRA, "p1")), [EXTRA])
    assert reader.reads == []


def test_a_row_whose_extra_body_git_dropped_is_read_directly() -> None:
    """A shortened row must not look as if the field were gone already."""
    full = a_live("p1", EXTRA)
    without = a_desired("extra")
    reader = Reader([short_row("p1", EXTRA)], p1=[full])
    live = read(reader, bound((EXTRA, "p1")), [without])
    assert live["p1"] == full


def test_a_persona_that_goes_between_list_and_read_keeps_its_row_for_this_run() -> None:
    row = short_row("p1", EXTRA)
    assert read(Reader([row], p1=[None]), bound((EXTRA, "p1")), [EXTRA]) == {"p1": row}


def test_read_each_reads_every_persona_that_a_definition_means() -> None:
    rows = [a_live("p1", COACH), a_live("p2", MENTOR), a_live("p3", persona_name="Nobody's")]
    reader = Reader(rows)
    read(reader, bound((COACH, "p1")), [COACH, MENTOR], read_each=True)
    assert sorted(reader.reads) == ["p1", "p2"]


def test_a_moved_definition_is_read_through_its_old_binding() -> None:
    moved = a_desired("guide", persona_name="Guide", reserved=Reserved(moved_from="coach"))
    reader = Reader([a_live("p1", COACH)])
    read(reader, bound((COACH, "p1")), [moved], read_each=True)
    assert reader.reads == ["p1"]


# ------------------------------------------------------------------ on the emulator


def test_the_emulators_shortened_list_gives_an_empty_second_plan() -> None:
    fleet = Fleet()
    fleet.store.set_switch("list_detail", "summary")
    assert fleet.apply([EXTRA, COACH]).succeeded
    fleet.counted()
    assert not fleet.plan([EXTRA, COACH]).has_changes
    assert dict(fleet.counted()) == {"list": 1, "read": 1}


def test_a_field_dropped_from_git_is_removed_although_the_list_does_not_show_it() -> None:
    fleet = Fleet()
    fleet.store.set_switch("list_detail", "summary")
    fleet.apply([EXTRA])
    outcome = fleet.apply([a_desired("extra")])
    assert outcome.succeeded
    assert not fleet.live("extra")["layers"]["llm"].get("extra_body")


# ------------------------------------------------------------------ the right target

SANDBOX: Final = Target("sandbox", "account")


def state_of(number: int, **members: Any) -> StateDocument:
    """A state with so many bindings, to p0, p1 and so on."""
    pairs = [(a_desired(f"d{n}"), f"p{n}") for n in range(number)]
    return replace(bound(*pairs), endpoint="sandbox", **members)


@pytest.mark.parametrize("endpoint", ["", "sandbox"])
def test_a_state_of_this_endpoint_or_of_none_yet_is_fine(endpoint: str) -> None:
    check_target(replace(EMPTY, endpoint=endpoint), SANDBOX, ())


def test_a_state_of_another_endpoint_is_refused_with_both() -> None:
    state = replace(state_of(1), endpoint="https://tavusapi.com")
    with pytest.raises(WrongTargetError) as refused:
        check_target(state, SANDBOX, {"p0"})
    assert refused.value.detail == "state: https://tavusapi.com, environment: sandbox"


@pytest.mark.parametrize(
    ("account", "there", "is_refused"),
    [
        ("account", 0, True),
        ("account", 1, False),
        ("account", 4, False),
        ("", 1, False),
        ("", 0, True),
        ("older key", 0, True),
        ("older key", 1, True),
        ("older key", 2, False),
        ("older key", 4, False),
    ],
)
def test_so_many_of_four_bound_personas_have_to_exist(
    account: str, there: int, is_refused: bool
) -> None:
    """One with the key of the last run; half of them with a key never used before."""
    state, live = state_of(4, account=account), {f"p{n}" for n in range(there)}
    if not is_refused:
        check_target(state, SANDBOX, live)
        return
    with pytest.raises(WrongTargetError, match="do not exist for this API key") as refused:
        check_target(state, SANDBOX, live)
    assert f"{there} of 4" in refused.value.detail
    assert "reconciler state forget" in refused.value.hint


def test_a_state_with_nothing_bound_belongs_everywhere() -> None:
    check_target(replace(EMPTY, account="older key"), SANDBOX, ())


def test_a_run_that_lists_nothing_reads_a_few_bound_personas_instead() -> None:
    state = state_of(9, account="older key")
    reader = Reader([a_live("p0"), a_live("p1"), a_live("p8")])
    asyncio.run(require_target(reader, state, SANDBOX))
    assert sorted(reader.reads) == ["p0", "p1", "p2"]
    assert len(reader.reads) == SAMPLE
    with pytest.raises(WrongTargetError):
        asyncio.run(require_target(Reader([a_live("p0")]), state, SANDBOX))


def test_another_account_leads_to_no_write() -> None:
    fleet = Fleet()
    fleet.apply([COACH])
    fleet.store.reset()
    with pytest.raises(WrongTargetError):
        fleet.apply([COACH])
    assert fleet.counted()["create"] == 0
