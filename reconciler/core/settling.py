"""What became of the intents that an earlier run left: bound, done, or not done. Pure.

Nothing of it needs a person. What was sent is recognised by the nonce in a name or by the digests
of values; what was not is planned again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.binding import Binding, PathRecord
from reconciler.core.canonical import canonical
from reconciler.core.digest import UNSET_DIGEST
from reconciler.core.document import get
from reconciler.core.journal import Tombstone, nonce_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.digest import Digests
    from reconciler.core.document import Path
    from reconciler.core.journal import Intent
    from reconciler.core.resource import Address, Live
    from reconciler.core.state import StateDocument


LEFTOVER: Final = "leftover/"
"""What the name of an operation that deletes a leftover starts with."""


class Verdict(StrEnum):
    """What became of one intent."""

    DONE = "done"
    NOT_DONE = "not done"
    PARTLY = "done in part"


@dataclass(frozen=True, slots=True)
class Settled:
    """An intent of an earlier run and what became of it."""

    intent: Intent
    verdict: Verdict
    id: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A live persona that a create of ours left, beside the one that is bound."""

    id: str
    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class Settlement:
    """The state in which no intent is open, and how it came to be."""

    state: StateDocument
    settled: tuple[Settled, ...] = ()
    leftovers: tuple[Leftover, ...] = ()


def settle(state: StateDocument, live: Mapping[str, Live], digests: Digests) -> Settlement:
    """Settle every open intent.

    Args:
        state: the document as stored.
        live: by id, every user-owned persona and every bound one that exists.
        digests: the digests of that document.
    """
    found: list[Settled] = []
    for operation, intent in sorted(state.intents.items()):
        state, verdict = _settled(state, intent, live, digests)
        bound = state.bindings.get(intent.address)
        if not operation.startswith(LEFTOVER):
            found.append(Settled(intent, verdict, bound.id if bound else intent.id))
    state = with_ours(replace(state, intents={}), live)
    found = [_bound_after_all(one, state) for one in found]
    return Settlement(state, tuple(found), _leftovers(state, live))


def _settled(
    state: StateDocument, intent: Intent, live: Mapping[str, Live], digests: Digests
) -> tuple[StateDocument, Verdict]:
    match intent.action:
        case Action.DELETE if intent.id in live:
            return state, Verdict.NOT_DONE
        case Action.DELETE:
            bound = state.bindings.get(intent.address)
            if bound is not None and bound.id == intent.id:
                state = state.without_binding(intent.address)
            tombstone = Tombstone(intent.address, intent.id, intent.run)
            return replace(state, tombstones=(*state.tombstones, tombstone)), Verdict.DONE
        case Action.UPDATE | Action.ADOPT if intent.id in live:
            return _compared(state, intent, live[intent.id], digests)
        case _:
            return state, Verdict.NOT_DONE


def _compared(
    state: StateDocument, intent: Intent, live: Live, digests: Digests
) -> tuple[StateDocument, Verdict]:
    """Fields that read as they were sent are ours, whatever the definition says by now."""
    document = canonical(live.document)
    known = state.bindings.get(intent.address) or Binding(intent.id)
    if known.id != intent.id:
        return state, Verdict.NOT_DONE
    records = dict(known.paths)
    took = [
        path for path, sent in intent.paths.items() if _take(records, path, sent, document, digests)
    ]
    if intent.paths and not took:
        return state, Verdict.NOT_DONE
    verdict = Verdict.DONE if len(took) == len(intent.paths) else Verdict.PARTLY
    return state.with_binding(intent.address, replace(known, paths=records)), verdict


def _take(
    records: dict[Path, PathRecord],
    path: Path,
    sent: PathRecord,
    document: dict[str, object],
    digests: Digests,
) -> bool:
    """Record a field that reads as it was sent; whether it does."""
    now = digests.of(path, get(document, path))
    if now not in {sent.applied, sent.observed}:
        return False
    if sent.applied == UNSET_DIGEST:
        records.pop(path, None)
    else:
        records[path] = replace(sent, observed=now)
    return True


def with_ours(state: StateDocument, live: Mapping[str, Live]) -> StateDocument:
    """Bind what carries a nonce of ours and belongs to an address that has no persona."""
    for persona_id, persona in sorted(live.items()):
        given = state.nonces.get(nonce_in(persona.name))
        if given is None or persona_id in state.bound_ids():
            continue
        if given.address not in state.bindings:
            state = state.with_binding(given.address, Binding(persona_id))
    return state


def _bound_after_all(one: Settled, state: StateDocument) -> Settled:
    if one.intent.action is not Action.CREATE:
        return one
    bound = state.bindings.get(one.intent.address)
    return replace(one, verdict=Verdict.DONE, id=bound.id) if bound else one


def _leftovers(state: StateDocument, live: Mapping[str, Live]) -> tuple[Leftover, ...]:
    bound = state.bound_ids()
    return tuple(
        Leftover(persona_id, persona.name, state.nonces[nonce].address)
        for persona_id, persona in sorted(live.items())
        if persona_id not in bound and (nonce := nonce_in(persona.name)) in state.nonces
    )
