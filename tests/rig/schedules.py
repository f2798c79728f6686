"""Schedules: which faults hit which effects; and how one schedule goes."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

from rig.faults import FITTING, Effect, Fault, Hit
from rig.scene import BrokenPromise
from rig.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONCE_MORE = {Fault.LATE_IN_NEXT}
"""What arrives while the next run is at work may need the one after that."""


@cache
def effects() -> tuple[Effect, ...]:
    """What an undisturbed run does, in order."""
    process = World().process("undisturbed")
    process.run()
    if process.outcome is None or not process.outcome.succeeded:
        raise BrokenPromise(f"an undisturbed run fails: {process.error} {process.outcome}")
    return tuple(process.effects)


def single(fault: Fault) -> list[tuple[Hit, ...]]:
    """The fault at every effect that it fits."""
    return [(Hit(at, fault),) for at, effect in enumerate(effects()) if effect in FITTING[fault]]


def pairs(number: int, seed: int) -> Iterator[tuple[Hit, ...]]:
    """Two faults at two effects, drawn at random."""
    source = random.Random(seed)  # noqa: S311 - to be repeated
    for _ in range(number):
        places = sorted(source.sample(range(len(effects())), 2))
        fitting = [[f for f in Fault if effects()[at] in FITTING[f]] for at in places]
        yield tuple(Hit(at, source.choice(f)) for at, f in zip(places, fitting, strict=True))


def play(hits: tuple[Hit, ...], *, concurrency: int = 1) -> None:
    """One schedule: a run with these faults, then a clean one. Raises BrokenPromise."""
    world = World()
    run = world.process("run", hits=hits, concurrency=concurrency)
    run.run()
    world.store.clear_faults()
    world.let_all_arrive(Fault.LATE_AFTER_RUN, Fault.LATE_IN_RUN)
    try:
        for process in (*world.others, run):
            world.check_result(process)
        clean = 2 if any(hit.fault in _ONCE_MORE for hit in hits) else 1
        for number in range(clean):
            _mend(world, number)
            world.let_all_arrive(*Fault)
        world.check_converged()
    except BrokenPromise as broken:
        told = ", ".join(str(hit) + f" ({effects()[hit.at].value})" for hit in hits)
        ended = run.error or run.outcome or ("killed" if run.is_dead else "")
        raise BrokenPromise(f"{told}\n{broken}\nthe run: {ended}") from None
    finally:
        world.store.close()


def _mend(world: World, number: int) -> None:
    mending = world.process(f"mending {number}")
    mending.run()
    if mending.error:
        raise BrokenPromise(f"the clean apply failed: {mending.error!r}")
    world.check_result(mending)
