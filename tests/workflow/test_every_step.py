"""Every effect of an apply, hit by every fault that fits it: one clean apply mends it all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from rig.faults import MUTATING, REQUESTS, STORE, Effect, Fault
from rig.scene import BrokenPromise
from rig.schedules import effects, pairs, play, single
from rig.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_one_clean_apply_mends_what_one_fault_did(fault: Fault) -> None:
    for hits in single(fault):
        play(hits)


@pytest.mark.parametrize("seed", range(3))
def test_one_clean_apply_mends_what_two_faults_did(seed: int) -> None:
    for hits in pairs(20, seed):
        play(hits)


def test_it_does_with_requests_side_by_side() -> None:
    for hits in pairs(20, 4711):
        play(hits, concurrency=4)


def test_the_rig_has_not_shrunk(record_property: Callable[[str, int], None]) -> None:
    """Creates, updates, deletes, reads, lists and stores are hit, and more than 200 schedules.

    How many there are is printed with `-s`, and stands in a JUnit report.
    """
    assert set(effects()) >= MUTATING | REQUESTS | {Effect.STATE_READ, Effect.STATE_REPLACE}
    assert len(effects()) >= 25
    schedules = sum(len(single(fault)) for fault in Fault)
    record_property("schedules", schedules)
    sys.stdout.write(f"{schedules} schedules with one fault, {len(effects())} effects\n")
    assert schedules >= 200


def test_the_state_is_stored_a_handful_of_times() -> None:
    assert sum(effect in STORE for effect in effects()) <= 8


def test_a_persona_beside_the_wanted_ones_is_noticed() -> None:
    """The checks can fail: a duplicate, a foreign edit, an open intent."""
    world = World()
    world.process("run").run()
    world.check_converged()
    world.store.seed({"persona_name": "New", "system_prompt": "A twin."})
    with pytest.raises(BrokenPromise, match="I1"):
        world.check_converged()


def test_a_lost_edit_of_somebody_else_is_noticed() -> None:
    world = World()
    world.process("run").run()
    persona = world.store.find("Same")[0]
    world.store.edit(persona, [{"op": "remove", "path": "/context"}])
    with pytest.raises(BrokenPromise, match="I6"):
        world.check_converged()
