"""The key and the service: what one request tells, and nothing that writes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.cli.checking.attempt import of_raised
from reconciler.cli.wiring import api_key
from reconciler.core.checkup import failed, of_error, ok, skipped, warning
from reconciler.core.errors import ReconcilerError, TavusAuthError
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.session import Session
    from reconciler.core.checkup import Check
    from reconciler.live.contact import Contact

SLOWEST: Final = 10.0
"""Seconds to wait for an answer."""

FARTHEST: Final = 60
"""Seconds that two clocks may differ without a word."""

_NO_KEY: Final = Secret("no-key")
"""Sent where there is none: whether somebody answers does not depend on it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What was found, and whether more may be asked."""

    checks: tuple[Check, ...]
    accepted: bool = False


def service(session: Session, *, offline: bool) -> Reached:
    """Key, endpoint, clock, and whether the key is taken."""
    if session.settings.is_sandbox:
        return Reached(_of_the_emulator(), accepted=True)
    there, key = _key(session)
    if offline:
        names = ("endpoint", "clock", "key accepted")
        return Reached((there, *(skipped(name, "offline") for name in names)))
    try:
        found = _contact(session, key or _NO_KEY)
    except Exception as raised:  # noqa: BLE001 - as in attempt()
        nobody = of_raised("endpoint", raised, session.place.console)
        return Reached((there, nobody, *_unknown("clock", "key accepted")))
    taken = skipped("key accepted", "there is none that could be") if key is None else _taken(found)
    checks = (there, _endpoint(session, found), _clock(found), taken)
    return Reached(checks, accepted=key is not None and found.accepted)


def _of_the_emulator() -> tuple[Check, ...]:
    inside = "the emulator in this program"
    return (
        ok("API key", "not needed"),
        ok("endpoint", inside),
        skipped("clock", f"{inside} has no clock of its own"),
        ok("key accepted", f"{inside} takes any"),
    )


def _key(session: Session) -> tuple[Check, Secret | None]:
    """The check, and the key where it can be sent. Nothing is told but that it is there."""
    from reconciler.live.transport import check_key

    name = "API key"
    try:
        key = api_key(session)
        check_key(key)
    except ReconcilerError as wrong:
        return of_error(name, wrong), None
    return ok(name, f"{session.settings.environment.api_key} is set"), key


def _contact(session: Session, key: Secret) -> Contact:
    from reconciler.live import LiveSettings
    from reconciler.live.contact import contact

    client = session.settings.client
    settings = LiveSettings(
        session.settings.environment.api,
        key,
        client.dialect,
        timeout=min(client.timeout, SLOWEST),
    )
    return asyncio.run(contact(settings))


def _unknown(*names: str) -> Iterator[Check]:
    yield from (skipped(name, "nobody answered who could tell") for name in names)


def _endpoint(session: Session, found: Contact) -> Check:
    if found.unreachable is not None:
        return of_error("endpoint", found.unreachable)
    return ok("endpoint", f"{session.settings.environment.api} answers")


def _clock(found: Contact) -> Check:
    name, ahead = "clock", found.ahead
    if ahead is None:
        why = "nobody answered" if found.unreachable else "the answer has no date"
        return skipped(name, why)
    seconds = round(abs(ahead))
    if seconds <= FARTHEST:
        return ok(name, "agrees with the server's")
    side = "ahead of" if ahead > 0 else "behind"
    return warning(
        name,
        f"ours is {seconds:,} seconds {side} the server's",
        "Set the clock of this machine; times in state, history and audit log come from it",
    )


def _taken(found: Contact) -> Check:
    name = "key accepted"
    if found.unreachable is not None:
        return next(_unknown(name))
    if found.refused is None:
        return ok(name, "yes")
    refused, hint = found.refused, found.refused.hint
    if isinstance(refused, TavusAuthError) and not hint:
        hint = "Copy the key again from the developer portal of the right account."
    return failed(name, str(refused), hint)
