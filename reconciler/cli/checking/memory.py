"""The state document: readable, one writer at a time, and of this account."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

from reconciler.cli.wiring import api_key, open_client, open_ledger, state_store, target
from reconciler.core.checkup import ok, skipped, warning
from reconciler.core.errors import SettingsError
from reconciler.core.state import FORMAT
from reconciler.report.phrasing import count
from reconciler.state.codec import decode
from reconciler.workflow.reading import Target, check_target, sampled

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.checkup import Check
    from reconciler.core.state import StateDocument
    from reconciler.workflow.ledger import Ledger

_NOT_BOUND: Final = "nothing is bound yet, so any account is right"


def is_elsewhere(session: Session) -> bool:
    """Whether looking at the state needs the network."""
    return session.settings.environment.state != "local"


def state(session: Session) -> Check:
    """Whether the document can be read, and what it says of other runs."""
    name, store = "state", state_store(session)
    found = store.read()
    if found is None:
        return ok(name, f"{_shown(session, str(store))}: nothing is stored yet")
    document = decode(found[0])
    said = f"{_shown(session, str(store))}: serial {document.serial}, "
    said += f"{count(len(document.bindings), 'persona')} bound"
    if document.lease is not None:
        lease = document.lease
        return warning(
            name,
            f"{said}; locked by {lease.origin} since {lease.since}, run {lease.run}",
            f"Wait; or, if that run is dead: reconciler state unlock {lease.run}",
        )
    if document.intents:
        open_ones = count(len(document.intents), "change")
        return warning(
            name,
            f"{said}; what became of {open_ones} of an earlier run is not known",
            "The next apply finds out before it sends anything",
        )
    current = "{}.{}".format(*FORMAT)
    form = json.loads(found[0]).get("format_version", "")
    if form != current:
        return ok(name, f"{said}; of format {form}, which the next write makes {current}")
    return ok(name, said)


def _shown(session: Session, store: str) -> str:
    """Where the state is, from the project's directory."""
    root = str(session.directory)
    return store.removeprefix(root).lstrip("/\\") if root != "." else store


def self_check(session: Session) -> Check:
    """Whether the place lets one of two writers win."""
    state_store(session).self_check()
    return ok("state self-check", "a stale replace is refused")


def account(session: Session, *, online: bool) -> Check:
    """Whether state, key and endpoint belong together; read only."""
    name, ledger = "account", open_ledger(session)
    document = ledger.document
    if not document.bindings:
        check_target(document, Target(session.settings.environment.api), {})
        return ok(name, _NOT_BOUND)
    try:
        api_key(session)
    except SettingsError:
        return skipped(name, "without a key it is not known whose account would be asked")
    if not online:
        return _by_key(session, ledger)
    sample, live = asyncio.run(_sampled(session, document))
    check_target(sample, target(session, ledger), live)
    asked = len(sample.bindings)
    if len(live) < asked:
        return warning(
            name,
            f"{asked - len(live)} of {asked} bound personas that were asked for do not exist",
            "They were deleted outside, or the state is an older copy: reconciler plan",
        )
    return ok(name, f"{_key_words(session, ledger)}; {asked} of {asked} bound personas exist")


def _by_key(session: Session, ledger: Ledger) -> Check:
    document = ledger.document
    check_target(document, target(session, ledger), document.bound_ids())
    words = _key_words(session, ledger)
    if target(session, ledger).account == document.account:
        return ok("account", words)
    return skipped("account", f"{words}; only the service can tell whether that is the same one")


def _key_words(session: Session, ledger: Ledger) -> str:
    if target(session, ledger).account == ledger.document.account:
        return "the state was made with this key"
    return "the state was made with another key"


async def _sampled(
    session: Session, document: StateDocument
) -> tuple[StateDocument, frozenset[str]]:
    async with open_client(session) as client:
        return await sampled(client, document)
