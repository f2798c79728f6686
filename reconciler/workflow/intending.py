"""Write down what is about to be sent: all intents of a plan, and how everything looks before."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.action import Action
from reconciler.core.binding import PathRecord
from reconciler.core.canonical import canonical
from reconciler.core.document import get
from reconciler.core.journal import Intent, Nonce, new_nonce
from reconciler.workflow.deleting import doomed_leftover

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.diff import FieldChange
    from reconciler.core.plan import Change
    from reconciler.core.resource import Address
    from reconciler.core.state import StateDocument
    from reconciler.workflow.planning import Planned
    from reconciler.workflow.work import Work


def intend(planned: Planned, work: Work, run: str, *, with_nonce: bool) -> None:
    """Put the intents of a plan into the document, in memory: the next flush makes them durable.

    Args:
        planned: the plan.
        work: its run; the ledger's document has to be the one the plan was made from.
        run: id of the run.
        with_nonce: whether creates carry a nonce in their provisional name.
    """
    changes = [change for change in planned.plan.changes if change.action.writes]
    intents = {str(change.address): _intent(change, work, run) for change in changes}
    document = work.ledger.document
    if with_nonce:
        creates = [change.address for change in changes if change.action is Action.CREATE]
        nonces = {address: _nonce(address, document) for address in creates}
        for address, nonce in nonces.items():
            intents[str(address)] = replace(intents[str(address)], nonce=nonce)
        given = {nonce: Nonce(address, run) for address, nonce in nonces.items()}
        document = replace(document, nonces={**document.nonces, **given})
    for doomed in map(doomed_leftover, planned.plan.leftovers):
        at = doomed.change
        intents[doomed.operation] = Intent(at.address, Action.DELETE, run, at.id)
    work.ledger.become(replace(document, intents=intents))
    _picture(changes, work)


def _intent(change: Change, work: Work, run: str) -> Intent:
    paths = {}
    if change.action in {Action.UPDATE, Action.ADOPT}:
        wanted = canonical(work.desired[change.address].document)
        paths = {
            field.path: _record(field, work, get(wanted, field.path)) for field in change.fields
        }
    return Intent(change.address, change.action, run, change.id, paths=paths)


def _record(field: FieldChange, work: Work, wanted: object) -> PathRecord:
    of = work.ledger.digests.of
    return PathRecord(of(field.path, wanted), of(field.path, field.after), field.sensitive)


def _nonce(address: Address, document: StateDocument) -> str:
    """The nonce of an earlier create of this address that came to nothing, or a new one.

    Sent with the same nonce, a create that arrives late is recognised beside the one that counts.
    """
    known = [nonce for nonce, given in document.nonces.items() if given.address == address]
    return known[-1] if known else new_nonce(secrets.token_bytes(8))


def _picture(changes: Iterable[Change], work: Work) -> None:
    for change in changes:
        live = work.world.live.get(change.id)
        work.images.before(change, live, work.records(change.address))
