"""Send a plan in waves: each is an apply of its own, and the next one waits for its proof.

The lease is free between two waves, so others may come in between. Therefore live is read anew
before each wave, and no wave sends anything but what was planned for it at the beginning, or less.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.core.errors import ReconcilerError
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.waves import in_words, part_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from reconciler.core.plan import Plan
    from reconciler.core.waves import Stage
    from reconciler.workflow.planning import Planned


@dataclass(frozen=True, slots=True)
class Steps:
    """What a roll-out is made of."""

    send: Callable[[Planned, Stage], Awaitable[Outcome]]
    """Apply the part of a stage."""
    replan: Callable[[Stage], Awaitable[Planned]]
    """The part of a stage, planned anew; raises RefusedError where it is not what was approved."""
    bake: Callable[[float], Awaitable[None]]
    """Let so many seconds pass, or fewer where the run is stopped."""
    left_to_bake: Callable[[Stage], float]
    """What is left of the bake time of a stage that an earlier run has sent."""
    check: Callable[[Stage], Awaitable[str]]
    """Run the command of a stage: why it does not hold, or nothing."""
    stopped: Callable[[], bool]
    say: Callable[[str], None]


@dataclass(slots=True)
class _Progress:
    outcomes: list[Outcome] = field(default_factory=list)
    halted: str = ""
    interrupted: bool = False
    """Whether it was stopped before the last stage had held."""
    done: set[str] = field(default_factory=set)
    """The stages that were sent, whole or in part."""


async def roll_out(planned: Planned, stages: Sequence[Stage], steps: Steps) -> Outcome:
    """Send the stages in order, until one does not succeed or does not hold.

    Raises what a step raises as long as nothing was sent.
    """
    progress = _Progress()
    plan = planned.plan
    for number, stage in enumerate(stages):
        later = stages[number + 1 :]
        if not (stage.addresses or _any_work(later, plan)):
            continue
        if stage.addresses or (stage.is_last and plan.leftovers):
            first = None
            if not progress.done:
                first = replace(planned, plan=part_of(plan, stage, is_first=True))
            if not await _send(stage, first, steps, progress):
                break
        if not await _prove(stage, steps, progress, is_end=not _any_work(later, plan)):
            break
    return _together(plan, stages, progress)


def _any_work(stages: Sequence[Stage], plan: Plan) -> bool:
    return bool(plan.leftovers) or any(stage.addresses for stage in stages)


async def _send(stage: Stage, part: Planned | None, steps: Steps, progress: _Progress) -> bool:
    """Send a stage; whether all of it is live."""
    steps.say(f"Wave {stage.name}: {len(stage.addresses)} to change.")
    try:
        outcome = await steps.send(part or await steps.replan(stage), stage)
    except ReconcilerError as failed:
        if not progress.outcomes:
            raise
        progress.halted = f"wave {stage.name} was not begun: {failed}"
        return False
    progress.done.add(stage.name)
    results = tuple(replace(result, wave=stage.name) for result in outcome.results)
    progress.outcomes.append(replace(outcome, results=results))
    if not (outcome.succeeded or outcome.interrupted):
        progress.halted = f"wave {stage.name} is not live as a whole"
    return outcome.succeeded


async def _prove(stage: Stage, steps: Steps, progress: _Progress, *, is_end: bool) -> bool:
    """Bake and check a stage; whether it holds.

    Also where an earlier run has sent it: what halted that one must not be passed by running again.
    """
    bake = stage.bake if stage.name in progress.done else steps.left_to_bake(stage)
    if bake:
        steps.say(f"Wave {stage.name}: to hold for {in_words(bake)}.")
        await steps.bake(bake)
    why = await steps.check(stage) if stage.check and not steps.stopped() else ""
    if steps.stopped() and (bake or stage.check or not is_end):
        progress.interrupted = True
    elif why:
        progress.halted = f"the check of wave {stage.name} {why}"
    return not (progress.interrupted or progress.halted)


def _together(plan: Plan, stages: Sequence[Stage], progress: _Progress) -> Outcome:
    """One Outcome of all waves; what was not begun says why."""
    waves = {address: stage.name for stage in stages for address in stage.addresses}
    results = {result.address: result for one in progress.outcomes for result in one.results}
    for change in plan.changes:
        wave = waves.get(change.address)
        if wave is not None and wave not in progress.done:
            results[change.address] = Result(
                change.address,
                change.action,
                Status.NOT_STARTED,
                change.id,
                progress.halted,
                wave=wave,
            )
    return Outcome(
        tuple(results[address] for address in sorted(results)),
        interrupted=progress.interrupted or any(one.interrupted for one in progress.outcomes),
        problem=next((one.problem for one in progress.outcomes if one.problem), ""),
        leftovers=tuple(left for one in progress.outcomes for left in one.leftovers),
        halted=progress.halted,
    )
