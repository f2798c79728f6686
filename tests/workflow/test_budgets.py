"""API calls and state writes, counted: the budgets of design.md section 12."""

from __future__ import annotations

from math import ceil

import pytest
from builders import a_desired
from fleet import Fleet, many

from reconciler.core.outcome import Status
from reconciler.workflow.applying import Settings


@pytest.mark.parametrize("number", [1, 100, 101, 250])
def test_calls_do_not_grow_but_with_pages_and_changes(number: int) -> None:
    """Plan: a list call a page. Second apply: the same, and no write. C changes: C PATCH, C GET.

    Whoever is changed may be talked with: one list of conversations more.
    """
    pages = ceil(number / 100)
    desired = many(number)
    fleet = Fleet()
    fleet.seed(desired)

    assert fleet.plan(desired).summary
    assert fleet.counted() == {"list": pages}

    assert fleet.apply(desired).succeeded
    assert fleet.counted() == {"list": pages}
    saves = fleet.documents.saves
    assert saves <= 2

    assert not fleet.plan(desired).has_changes
    assert fleet.counted() == {"list": pages}

    assert fleet.apply(desired).results == ()
    assert fleet.counted() == {"list": pages}
    assert fleet.documents.saves == saves

    changed = min(number, 7)
    moved = [*many(changed, greeting="Hi"), *desired[changed:]]
    assert fleet.apply(moved).succeeded
    assert fleet.counted() == {
        "list": pages,
        "conversations": 1,
        "patch": changed,
        "read": changed,
    }
    assert fleet.documents.saves <= saves + 2


def test_a_bound_persona_missing_from_the_list_costs_two_reads_at_most() -> None:
    fleet, desired = Fleet(), many(5)
    fleet.apply(desired)
    for key in ("p0001", "p0003"):
        fleet.remove(key)
    fleet.counted()
    fleet.plan(desired)
    assert fleet.counted() == {"list": 1, "read": 4}


def test_read_each_costs_one_read_a_definition() -> None:
    fleet, desired = Fleet(), many(5)
    fleet.apply(desired)
    fleet.counted()
    fleet.plan(desired, read_each=True)
    assert fleet.counted() == {"list": 1, "read": 5}


def test_a_create_is_one_post_one_rename_and_one_read() -> None:
    fleet = Fleet()
    assert fleet.apply(many(3)).succeeded
    assert fleet.counted() == {"list": 1, "create": 3, "patch": 3, "read": 3}


def test_without_provisional_names_a_create_is_one_post_and_one_read() -> None:
    fleet = Fleet()
    assert fleet.apply(many(3), Settings(nonce_names=False)).succeeded
    assert fleet.counted() == {"list": 1, "create": 3, "read": 3}


def test_a_delete_is_one_read_and_one_delete() -> None:
    fleet, desired = Fleet(), many(3)
    fleet.apply(desired)
    fleet.counted()
    assert fleet.apply(desired[:2], prune=True).succeeded
    assert fleet.counted() == {"list": 1, "conversations": 1, "read": 1, "delete": 1}


def test_conferencing_beside_another_change_is_two_patches_and_one_read() -> None:
    fleet = Fleet()
    before = a_desired("coach", default_replica_id="r1", layers__conferencing__username="ann")
    after = a_desired(
        "coach", default_replica_id="r1", layers__conferencing__username="bob", greeting="Hi"
    )
    assert fleet.apply([before]).succeeded
    fleet.counted()
    assert fleet.apply([after]).succeeded
    assert fleet.counted() == {"list": 1, "conversations": 1, "patch": 2, "read": 1}


@pytest.mark.parametrize("talks", [0, 1, 100, 101])
def test_conversations_cost_a_call_a_page_and_none_where_nobody_is_changed(talks: int) -> None:
    fleet, desired = Fleet(), many(3)
    fleet.apply(desired)
    for _ in range(talks):
        fleet.store.talk(fleet.bound("p0001"))
    fleet.counted()
    fleet.plan([*desired, a_desired("new")])
    assert fleet.counted() == {"list": 1}
    fleet.plan(many(3, greeting="Hi"))
    assert fleet.counted() == {"list": 1, "conversations": max(1, ceil(talks / 100))}


def test_fifty_creates_store_the_state_a_handful_of_times() -> None:
    fleet = Fleet()
    outcome = fleet.apply(many(50))
    assert outcome.count(Status.DONE) == 50
    assert fleet.documents.saves <= 3
    assert len(fleet.documents.document.bindings) == 50
