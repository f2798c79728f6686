"""What becomes of the intents that an earlier run left open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from reconciler.core.action import Action
from reconciler.core.binding import Binding, PathRecord
from reconciler.core.digest import UNSET_DIGEST, digests_for
from reconciler.core.journal import Intent, Nonce, Tombstone
from reconciler.core.resource import Address, Live
from reconciler.core.settling import LEFTOVER, Leftover, Settlement, Verdict, settle
from reconciler.core.state import StateDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json

COACH: Final = Address("persona", "coach")
NONCE: Final = "rc0123456789abcdef"
DIGESTS: Final = digests_for("a" * 32, None)
GREETING: Final = ("greeting",)
PROMPT: Final = ("system_prompt",)


def a_live(persona_id: str, name: str = "Coach", **members: Json) -> Live:
    """A persona as it was read."""
    return Live(persona_id, {"persona_name": name, **members})


def sent(value: str, at: tuple[str, ...] = GREETING) -> PathRecord:
    """The record of a value that is about to be sent."""
    return PathRecord(DIGESTS.of(at, value), DIGESTS.of(at, value))


def settled(*live: Live, intent: Intent, operation: str = "", **members: Any) -> Settlement:
    """Settle one intent."""
    operation = operation or str(intent.address)
    state = StateDocument("a" * 32, intents={operation: intent}, **members)
    return settle(state, {one.id: one for one in live}, DIGESTS)


def verdicts(settlement: Settlement) -> list[Verdict]:
    """What became of each; nothing may stay open."""
    assert not settlement.state.intents
    return [one.verdict for one in settlement.settled]


CREATE: Final = Intent(COACH, Action.CREATE, "r1", nonce=NONCE)
GIVEN: Final[Mapping[str, Nonce]] = {NONCE: Nonce(COACH, "r1")}


def test_a_create_that_arrived_is_bound() -> None:
    done = settled(a_live("p1", f"Coach {NONCE}"), intent=CREATE, nonces=GIVEN)
    assert verdicts(done) == [Verdict.DONE]
    assert done.state.bindings[COACH].id == "p1"
    assert done.leftovers == ()


def test_a_create_that_did_not_arrive_is_not_done_and_its_nonce_stays_known() -> None:
    done = settled(a_live("p1", "Coach"), intent=CREATE, nonces=GIVEN)
    assert verdicts(done) == [Verdict.NOT_DONE]
    assert done.state.bindings == {}
    assert done.state.nonces == GIVEN


def test_a_create_that_arrived_twice_is_bound_once_and_the_other_is_left_over() -> None:
    twice = [a_live("p1", f"Coach {NONCE}"), a_live("p2", f"Coach {NONCE}")]
    done = settled(*twice, intent=CREATE, nonces=GIVEN)
    assert done.state.bindings[COACH].id == "p1"
    assert done.leftovers == (Leftover("p2", f"Coach {NONCE}", COACH),)


def test_a_nonce_of_nobody_is_left_alone() -> None:
    """A name that ends alike, in an account that another environment uses as well."""
    done = settled(a_live("p1", "Coach rcffffffffffffffff"), intent=CREATE, nonces=GIVEN)
    assert done.state.bindings == {}
    assert done.leftovers == ()


def test_a_clone_that_a_person_renamed_is_theirs() -> None:
    done = settled(a_live("p1", f"Coach {NONCE} copy"), intent=CREATE, nonces=GIVEN)
    assert done.state.bindings == {}
    assert done.leftovers == ()


def test_a_server_that_trims_or_changes_case_keeps_the_nonce_readable() -> None:
    done = settled(a_live("p1", f"  COACH {NONCE.upper()} "), intent=CREATE, nonces=GIVEN)
    assert done.state.bindings[COACH].id == "p1"


BOUND: Final = {COACH: Binding("p1", {GREETING: sent("Hello"), PROMPT: sent("Be.", PROMPT)})}
UPDATE: Final = Intent(
    COACH,
    Action.UPDATE,
    "r1",
    id="p1",
    paths={GREETING: sent("Hi"), PROMPT: sent("Be kind.", PROMPT)},
)


def test_an_update_that_arrived_is_recorded_as_ours() -> None:
    done = settled(
        a_live("p1", greeting="Hi", system_prompt="Be kind."), intent=UPDATE, bindings=BOUND
    )
    assert verdicts(done) == [Verdict.DONE]
    assert done.state.bindings[COACH].paths == UPDATE.paths


def test_an_update_that_did_not_arrive_leaves_the_records_as_they_were() -> None:
    done = settled(
        a_live("p1", greeting="Hello", system_prompt="Be."), intent=UPDATE, bindings=BOUND
    )
    assert verdicts(done) == [Verdict.NOT_DONE]
    assert done.state.bindings == BOUND


def test_half_an_update_is_recorded_by_halves() -> None:
    done = settled(a_live("p1", greeting="Hi", system_prompt="Be."), intent=UPDATE, bindings=BOUND)
    assert verdicts(done) == [Verdict.PARTLY]
    paths = done.state.bindings[COACH].paths
    assert paths[GREETING] == UPDATE.paths[GREETING]
    assert paths[PROMPT] == BOUND[COACH].paths[PROMPT]


def test_a_field_that_somebody_edited_meanwhile_stays_theirs() -> None:
    done = settled(
        a_live("p1", greeting="Ahoy", system_prompt="Be kind."), intent=UPDATE, bindings=BOUND
    )
    assert verdicts(done) == [Verdict.PARTLY]
    assert done.state.bindings[COACH].paths[GREETING] == BOUND[COACH].paths[GREETING]


def test_a_cleared_field_that_is_gone_needs_no_record() -> None:
    cleared = replace(UPDATE, paths={GREETING: PathRecord(UNSET_DIGEST, UNSET_DIGEST)})
    done = settled(a_live("p1", system_prompt="Be."), intent=cleared, bindings=BOUND)
    assert verdicts(done) == [Verdict.DONE]
    assert GREETING not in done.state.bindings[COACH].paths


def test_an_adoption_binds_only_what_took_something() -> None:
    adopt = replace(UPDATE, action=Action.ADOPT)
    took = settled(a_live("p1", greeting="Hi", system_prompt="Be."), intent=adopt)
    assert took.state.bindings[COACH].id == "p1"
    not_yet = settled(a_live("p1", greeting="Hello", system_prompt="Be."), intent=adopt)
    assert not_yet.state.bindings == {}


def test_an_adoption_that_sends_nothing_is_done_when_the_persona_is_there() -> None:
    adopt = replace(UPDATE, action=Action.ADOPT, paths={})
    assert settled(a_live("p1"), intent=adopt).state.bindings[COACH].id == "p1"


def test_an_update_of_what_is_gone_or_was_bound_anew_is_not_done() -> None:
    assert verdicts(settled(intent=UPDATE, bindings=BOUND)) == [Verdict.NOT_DONE]
    anew = {COACH: Binding("p2")}
    done = settled(a_live("p1", greeting="Hi"), a_live("p2"), intent=UPDATE, bindings=anew)
    assert verdicts(done) == [Verdict.NOT_DONE]
    assert done.state.bindings == anew


DELETE: Final = Intent(COACH, Action.DELETE, "r1", id="p1")


def test_a_delete_that_arrived_is_forgotten_and_remembered_as_deleted() -> None:
    done = settled(intent=DELETE, bindings=BOUND)
    assert verdicts(done) == [Verdict.DONE]
    assert done.state.bindings == {}
    assert done.state.tombstones == (Tombstone(COACH, "p1", "r1"),)


def test_a_delete_that_did_not_arrive_is_not_done() -> None:
    done = settled(a_live("p1"), intent=DELETE, bindings=BOUND)
    assert verdicts(done) == [Verdict.NOT_DONE]
    assert done.state.bindings == BOUND
    assert done.state.tombstones == ()


def test_a_deleted_persona_takes_nothing_from_an_address_that_was_bound_anew() -> None:
    anew = {COACH: Binding("p2")}
    done = settled(a_live("p2"), intent=DELETE, bindings=anew)
    assert done.state.bindings == anew


@pytest.mark.parametrize("is_there", [True, False])
def test_the_delete_of_a_leftover_is_no_news_of_an_address(is_there: bool) -> None:
    live = [a_live("p1"), *([a_live("p9", f"Coach {NONCE}")] if is_there else [])]
    gone = Intent(COACH, Action.DELETE, "r1", id="p9", nonce=NONCE)
    done = settled(*live, intent=gone, operation=f"{LEFTOVER}p9", nonces=GIVEN, bindings=BOUND)
    assert verdicts(done) == []
    assert done.state.bindings == BOUND
    assert [one.id for one in done.leftovers] == (["p9"] if is_there else [])


def test_settling_twice_changes_nothing_more() -> None:
    once = settled(a_live("p1", f"Coach {NONCE}"), intent=CREATE, nonces=GIVEN)
    again = settle(once.state, {"p1": a_live("p1", f"Coach {NONCE}")}, DIGESTS)
    assert again == Settlement(once.state)
