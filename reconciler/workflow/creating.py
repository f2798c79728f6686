"""Create in two steps: under a name that carries a nonce, and, once the id is stored, the real one.

So a create whose answer is lost is found by its nonce, and never leaves a second persona behind.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reconciler.core.binding import Binding
from reconciler.core.errors import TavusError
from reconciler.core.journal import provisional_name
from reconciler.core.outcome import Result, Status, Written
from reconciler.core.settling import with_ours
from reconciler.workflow.updating import send
from reconciler.workflow.verifying import Sent, read_back
from reconciler.workflow.work import LOST, result_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.plan import Change
    from reconciler.core.resource import Address
    from reconciler.workflow.work import Work

NAME: Final = ("persona_name",)


async def post(work: Work, change: Change) -> Result | Change:
    """Create; the change with its new id, or the Result where none came back.

    Raises TavusError where nothing can have taken effect.
    """
    try:
        persona_id = await work.client.create(_body(work, change))
    except LOST as lost:
        hint = "Run apply again: if it exists by now, it is found and not created twice."
        return result_of(change, Status.UNKNOWN, f"it may have been created: {lost}", hint)
    _bind(work, change.address, persona_id)
    return replace(change, id=persona_id)


def _body(work: Work, change: Change) -> dict[str, object]:
    body = dict(change.body or {})
    nonce = work.ledger.document.intents[str(change.address)].nonce
    return (
        {**body, "persona_name": provisional_name(body["persona_name"], nonce)} if nonce else body
    )


def _bind(work: Work, address: Address, persona_id: str) -> None:
    item = work.desired[address]
    bound = Binding(persona_id, {}, item.reserved.protect, item.place.file)
    work.ledger.bind(address, bound)


async def found_after_all(work: Work, lost: Sequence[Change]) -> list[Change]:
    """The changes whose answer was lost, but whose persona a new list shows; bound now."""
    if not any(work.ledger.document.intents[str(one.address)].nonce for one in lost):
        return []
    try:
        live = {persona.id: persona for persona in await work.client.list()}
    except TavusError:
        return []
    bindings = with_ours(work.ledger.document, live).bindings
    found = []
    for change in lost:
        if (bound := bindings.get(change.address)) is not None:
            _bind(work, change.address, bound.id)
            found.append(replace(change, id=bound.id))
    return found


async def complete(work: Work, change: Change) -> Result:
    """Give a new persona its real name, now that its id is stored, and read it back."""
    sent = Sent((Written.CHANGED,))
    if nonce := work.ledger.document.intents[str(change.address)].nonce:
        name = (change.body or {})["persona_name"]
        change = _with_name_before(change, provisional_name(name, nonce))
        rename = {"op": "replace", "path": "/persona_name", "value": name}
        sent = await send(work, replace(change, patches=((rename,),)))
    attempt = await read_back(work, change, sent)
    result = attempt.result
    if not result.status.succeeded and sent.failed is not None:
        text = f"created, but it keeps its provisional name: {sent.failed}"
        result = replace(result, status=Status.NOT_CONVERGED, detail=text)
    return work.finish(result, attempt.live)


def _with_name_before(change: Change, provisional: str) -> Change:
    """The change in which the name is an update, so that a rename that did not take is noticed."""
    fields = [
        replace(field, before=provisional) if field.path == NAME else field
        for field in change.fields
    ]
    return replace(change, fields=tuple(fields))
