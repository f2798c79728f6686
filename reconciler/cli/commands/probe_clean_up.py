"""`reconciler probe --clean-up`: what earlier probes left, found and deleted."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from reconciler.cli.exits import Exit
from reconciler.cli.wiring import emulator, live_settings
from reconciler.core.service.made import Kind
from reconciler.core.service.profile import SHIPPED
from reconciler.state.probe_journal import ProbeJournal
from reconciler.workflow.clock import SystemClock
from reconciler.workflow.probing import cleaning
from reconciler.workflow.probing.patience import patiently

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from reconciler.cli.session import Session
    from reconciler.core.service.exchange import Asking, Reply
    from reconciler.core.service.made import Made
    from reconciler.live import TavusPersonas
    from reconciler.live.raw import RawExchange
    from reconciler.workflow.probing.cleaning import Cleaned

_SMALL_PAGE: Final = 10
"""Rows per page where nothing is known of the service yet: what every service takes."""


@asynccontextmanager
async def open_service(session: Session) -> AsyncIterator[tuple[RawExchange, TavusPersonas]]:
    """The wire, and a client for personas that are left over, both in persona words."""
    from reconciler.live import TavusPersonas
    from reconciler.live.raw import RawExchange

    settings = live_settings(session, SHIPPED)
    settings = replace(settings, dialect="personas", page_size=_SMALL_PAGE)
    async with AsyncExitStack() as stack:
        app = stack.enter_context(emulator(session))
        wire = await stack.enter_async_context(RawExchange(settings, app=app))
        yield wire, await stack.enter_async_context(TavusPersonas(settings, app=app))


async def clean_up(session: Session) -> int:
    """Delete what is left, and say what became of it."""
    journal = ProbeJournal(session.own / "probe")
    endpoint = session.settings.environment.api
    today, clock = datetime.now(UTC).date(), SystemClock()
    async with open_service(session) as (wire, looker):

        async def ask(asking: Asking) -> Reply:
            return await patiently(lambda: wire.ask(asking), clock)

        cleaned = await cleaning.clean_up(looker, ask, journal, endpoint, today)
    session.place.console.say_lines(list(_told(cleaned)))
    return Exit.ERROR if cleaned.problems else Exit.DONE


def _told(cleaned: Cleaned) -> Iterator[str]:
    for made in cleaned.deleted:
        yield f"Deleted {_named(made)}."
    for made in cleaned.kept:
        yield f"Left alone {_named(made)}: another probe may still be running."
    for made in cleaned.unseen:
        yield f"Not seen «{made.name}»: its create may never have arrived, or arrive late."
    for kind, why in cleaned.closed.items():
        yield f"Not looked for a {kind.noun}: {why}."
    for problem in cleaned.problems:
        yield f"There may be more: {problem}. Run --clean-up again."
    if not (cleaned.deleted or cleaned.kept or cleaned.unseen or cleaned.problems):
        yield "No probe has left anything."


def _named(made: Made) -> str:
    noun = "" if made.kind is Kind.PERSONA else f"{made.kind.noun} "
    return f"{noun}{made.id} «{made.name}»"
