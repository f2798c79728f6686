"""Delete last, on evidence: read directly, unchanged since it was recorded, a full copy stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.core.action import Action
from reconciler.core.canonical import canonical
from reconciler.core.document import dotted, get
from reconciler.core.errors import TavusError, TavusNotFoundError
from reconciler.core.hiding import hide_recorded
from reconciler.core.journal import Tombstone, nonce_in
from reconciler.core.outcome import Result, Status
from reconciler.core.plan import Change
from reconciler.core.settling import LEFTOVER
from reconciler.core.sides import has_moved
from reconciler.workflow.work import LOST, failure, result_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.resource import Live
    from reconciler.core.settling import Leftover
    from reconciler.workflow.work import Work


@dataclass(frozen=True, slots=True)
class Doomed:
    """A persona that is to be deleted, as the plan has it or as a create left it."""

    change: Change
    nonce: str = ""
    """For a leftover: what its name has to end with."""

    @property
    def operation(self) -> str:
        """The name of its intent."""
        return f"{LEFTOVER}{self.change.id}" if self.nonce else str(self.change.address)


def doomed_leftover(leftover: Leftover) -> Doomed:
    """The delete of a leftover."""
    change = Change(leftover.address, Action.DELETE, id=leftover.id, name=leftover.name)
    return Doomed(change, nonce_in(leftover.name))


async def examine(work: Work, doomed: Sequence[Doomed]) -> tuple[list[Doomed], list[Result]]:
    """Read each, keep a copy of those that may go; the rest as Results.

    The copies are stored with the next flush, which has to succeed before a delete is sent.
    """
    read = await asyncio.gather(*(_read(work, one) for one in doomed))
    going, results = [], []
    for one, (live, problem) in zip(doomed, read, strict=True):
        if problem is not None:
            results.append(_finish(work, one, failure(one.change, problem)))
        elif live is None:
            results.append(_gone(work, one))
        else:
            _keep_copy(work, one, live)
            going.append(one)
    return going, results


async def _read(work: Work, one: Doomed) -> tuple[Live | None, TavusError | None]:
    try:
        live = await work.client.get(one.change.id)
    except TavusError as failed:
        return None, failed
    moved = _moved(work, one, live) if live is not None else ""
    if not moved:
        return live, None
    return live, TavusError(
        "Not deleted, because someone changed it since the last apply",
        moved,
        "Look at it with `reconciler show`, then delete it by hand or forget it with"
        f" `reconciler state forget {one.change.address}`.",
    )


def _moved(work: Work, one: Doomed, live: Live) -> str:
    """What about a persona is not as it was recorded; empty where nothing is."""
    if one.nonce:
        return "" if nonce_in(live.name) == one.nonce else "its name"
    document = canonical(live.document)
    moved = [
        path
        for path, known in work.records(one.change.address).items()
        if has_moved(path, get(document, path), known, work.ledger.digests)
    ]
    return ", ".join(map(dotted, sorted(moved)))


def _keep_copy(work: Work, one: Doomed, live: Live) -> None:
    copy = hide_recorded(live.document, work.records(one.change.address))
    work.ledger.keep(f"deleted/{one.change.address.key}-{one.change.id}.json", copy)


async def delete(work: Work, one: Doomed) -> Result:
    """Delete one persona. Raises TavusError where nothing can have taken effect."""
    change = one.change
    try:
        await work.client.delete(change.id)
    except TavusNotFoundError:
        pass
    except LOST as lost:
        if not await _is_gone(work, change.id):
            text = f"it may have been deleted: {lost}"
            return _finish(work, one, result_of(change, Status.UNKNOWN, text))
    return _gone(work, one)


async def _is_gone(work: Work, persona_id: str) -> bool:
    """Whether two direct reads say so; False where they cannot be made."""
    try:
        return not (await work.client.get(persona_id) or await work.client.get(persona_id))
    except TavusError:
        return False


def _gone(work: Work, one: Doomed) -> Result:
    change, ledger = one.change, work.ledger
    run = ledger.document.intents[one.operation].run
    if not one.nonce:
        ledger.forget(change.address)
    tombstone = Tombstone(change.address, change.id, run)
    ledger.become(replace(ledger.document, tombstones=(*ledger.document.tombstones, tombstone)))
    return _finish(work, one, result_of(change, Status.DONE))


def _finish(work: Work, one: Doomed, result: Result) -> Result:
    if not one.nonce:
        return work.finish(result)
    if result.status is not Status.UNKNOWN:
        work.ledger.close(one.operation)
    return result
