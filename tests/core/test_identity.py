"""Which live persona a definition means; a guess never leads to a write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import LINEAGE, a_desired, a_live, bound

from reconciler.core.identity import Match, find_binding, match_all
from reconciler.core.resource import Address, Live, Reserved
from reconciler.core.state import StateDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.resource import Desired

COACH: Final = a_desired("coach")
MENTOR: Final = a_desired("mentor")
NOTHING: Final = StateDocument(LINEAGE)


def matches(
    desired: Sequence[Desired], live: Sequence[Live], state: StateDocument = NOTHING
) -> list[Match]:
    return list(match_all(desired, {row.id: row for row in live}, state))


def the_match(desired: Desired, live: Sequence[Live], state: StateDocument = NOTHING) -> Match:
    (found,) = matches([desired], live, state)
    return found


def test_a_binding_decides_whatever_the_name_is_by_now() -> None:
    renamed, twin = a_live("p1", COACH, persona_name="Renamed"), a_live("p2", COACH)
    found = the_match(COACH, [renamed, twin], bound((COACH, "p1")))
    assert (found.live, found.ambiguity) == (renamed, "")


def test_a_bound_persona_that_is_gone_has_vanished_and_no_twin_takes_its_place() -> None:
    found = the_match(COACH, [a_live("p2", COACH)], bound((COACH, "p1")))
    assert found.vanished
    assert found.live is None


def test_without_a_binding_the_one_persona_of_that_name_is_meant() -> None:
    live = a_live("p1", COACH)
    found = the_match(COACH, [live, a_live("p2", MENTOR)])
    assert (found.live, found.binding) == (live, None)
    assert not found.vanished


@pytest.mark.parametrize("name", ["Coach", "coach", " Coach! ", "(coach)"])
def test_names_are_compared_by_letters_and_digits(name: str) -> None:
    assert the_match(COACH, [a_live("p1", COACH, persona_name=name)]).live is not None


@pytest.mark.parametrize("name", ["Coach 2", "", None, 5])
def test_another_name_or_none_is_not_meant(name: Any) -> None:
    found = the_match(COACH, [a_live("p1", COACH, persona_name=name)])
    assert (found.live, found.ambiguity) == (None, "")


def test_a_definition_without_a_name_is_found_by_its_key() -> None:
    nameless = replace(COACH, document={"system_prompt": "x"})
    assert the_match(nameless, [a_live("p1", persona_name="coach")]).live is not None


def test_several_candidates_are_for_a_person_to_decide() -> None:
    found = the_match(COACH, [a_live("p2", COACH), a_live("p1", COACH)])
    assert found.live is None
    assert "2 live personas have this name: p1, p2" in found.ambiguity
    assert "reconciler state bind persona/coach" in found.ambiguity


def test_two_definitions_that_claim_one_persona_are_for_a_person_to_decide() -> None:
    twin = a_desired("twin", persona_name="COACH")
    for found in matches([COACH, twin], [a_live("p1", COACH)]):
        assert found.live is None
        assert "2 definitions claim" in found.ambiguity


def test_two_definitions_of_one_name_without_any_candidate_are_two_new_personas() -> None:
    twin = a_desired("twin", persona_name="COACH")
    assert [(m.live, m.ambiguity) for m in matches([COACH, twin], [])] == [(None, ""), (None, "")]


def test_a_bound_definition_does_not_claim_a_name() -> None:
    twin = a_desired("twin", persona_name="COACH")
    live = [a_live("p1", COACH), a_live("p2", COACH)]
    found = {m.desired.address.key: m for m in matches([COACH, twin], live, bound((COACH, "p1")))}
    assert found["coach"].live == live[0]
    assert found["twin"].live == live[1]


def test_a_persona_bound_to_another_definition_is_no_candidate() -> None:
    twin = a_desired("twin", persona_name="Coach")
    found = matches([COACH, twin], [a_live("p1", COACH)], bound((COACH, "p1")))[1]
    assert (found.live, found.ambiguity) == (None, "")


def test_a_renamed_file_is_for_a_person_to_decide_before_it_makes_a_twin() -> None:
    renamed = a_desired("mentor", persona_name="coach!")
    found = the_match(renamed, [a_live("p1", COACH)], bound((COACH, "p1")))
    assert found.live is None
    assert "moved_from: coach" in found.ambiguity
    assert "reconciler state forget persona/coach" in found.ambiguity


def test_an_orphan_that_is_gone_from_live_stands_in_nobodys_way() -> None:
    renamed = a_desired("mentor", persona_name="Coach")
    assert the_match(renamed, [], bound((COACH, "p1"))).ambiguity == ""


def moved(to: str, before: str) -> Desired:
    return a_desired(to, persona_name="Coach", reserved=Reserved(moved_from=before))


def test_a_moved_definition_keeps_the_binding_of_its_old_key() -> None:
    found = the_match(moved("mentor", "coach"), [a_live("p1", COACH)], bound((COACH, "p1")))
    assert found.live is not None
    assert found.previous == Address("persona", "coach")


def test_a_move_that_was_applied_is_over() -> None:
    now = moved("mentor", "coach")
    found = the_match(now, [a_live("p1", COACH)], bound((now, "p1"), (COACH, "p2")))
    assert found.live is not None
    assert (found.live.id, found.previous) == ("p1", None)


def test_a_move_from_a_key_that_was_never_bound_is_as_if_it_were_not_there() -> None:
    assert find_binding(moved("mentor", "nobody"), bound((COACH, "p1"))) == (None, None)


def test_a_definition_moves_no_binding_away_from_one_that_still_has_it() -> None:
    """A copied file with moved_from in it must not make two definitions write one persona."""
    both = matches([COACH, moved("mentor", "coach")], [a_live("p1", COACH)], bound((COACH, "p1")))
    claims = [found.live.id for found in both if found.live is not None]
    assert claims == ["p1"]


def test_two_definitions_cannot_both_have_moved_from_one_key() -> None:
    both = matches(
        [moved("mentor", "coach"), moved("guide", "coach")],
        [a_live("p1", COACH)],
        bound((COACH, "p1")),
    )
    claims = [found.live.id for found in both if found.live is not None]
    assert len(claims) <= 1
