"""A probe of the emulator in process, and what may happen to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from reconciler.core.secret import Secret
from reconciler.core.service.mark import Mark
from reconciler.live import LiveSettings, TavusPersonas
from reconciler.live.raw import RawExchange
from reconciler.sandbox.app import create_app
from reconciler.state.probe_journal import ProbeJournal
from reconciler.workflow.probing.bench import Bench
from reconciler.workflow.probing.cleaning import Cleaned, clean_up
from reconciler.workflow.probing.running import run_probe
from reconciler.workflow.probing.subject import Dummies
from reconciler.workflow.probing.table import EXPERIMENTS, chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reconciler.core.service.exchange import Asking, Reply
    from reconciler.core.service.finding import Probed
    from reconciler.live.transport import AsgiApp
    from reconciler.sandbox.store import Store

KEY = Secret("probe-test-key-5521")
SETTINGS = LiveSettings("http://sandbox", KEY, "personas", page_size=10, retries=0)
TODAY = date(2026, 11, 26)
DUMMIES = Dummies.new(bytes(range(100, 148)))
# Far from the numbers that a recording puts in the place of ids.
_RUNS = count(0xA0B0C0D0E1)


class KilledError(BaseException):
    """Stands for the end of the process: nothing of it runs any more."""


@dataclass
class DeadlyWire:
    """Dies at one request, before or after the service got it, and stays dead."""

    wire: RawExchange
    at: int
    arrives: bool
    asked: int = 0

    async def ask(self, asking: Asking) -> Reply:
        self.asked += 1
        if self.asked > self.at or (self.asked == self.at and not self.arrives):
            raise KilledError
        reply = await self.wire.ask(asking)
        if self.asked == self.at:
            raise KilledError
        return reply


@dataclass
class QuickClock:
    """Always the same day; nobody waits."""

    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> str:
        return f"{TODAY}T12:00:00+00:00"

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def mark() -> Mark:
    """One that no other run of this test has."""
    return Mark.new(next(_RUNS).to_bytes(5, "big"), TODAY)


def probe(
    store: Store,
    *ids: str,
    directory: Path,
    resources: bool = False,
    app: AsgiApp | None = None,
    killed_at: int = 0,
    arrives: bool = True,
    stopped: Callable[[], bool] = lambda: False,
    clock: QuickClock | None = None,
) -> Probed:
    """Probe the emulator. Raises KilledError at the request with that number."""

    async def run() -> Probed:
        served = app or create_app(store)
        async with (
            RawExchange(SETTINGS, app=served) as wire,
            TavusPersonas(SETTINGS, app=served) as looker,
        ):
            own = mark()
            bench = Bench(
                DeadlyWire(wire, killed_at, arrives) if killed_at else wire,
                ProbeJournal(directory, own.run),
                "sandbox",
                own,
                DUMMIES,
                clock or QuickClock(),
                stopped,
            )
            experiments = chosen(ids, resources=resources)
            return await run_probe(bench, looker, experiments, "sandbox")

    return asyncio.run(run())


def cleaned(store: Store, directory: Path, today: date = TODAY) -> Cleaned:
    """What a clean-up does."""

    async def run() -> Cleaned:
        app = create_app(store)
        async with (
            RawExchange(SETTINGS, app=app) as wire,
            TavusPersonas(SETTINGS, app=app) as looker,
        ):
            return await clean_up(looker, wire.ask, ProbeJournal(directory), "sandbox", today)

    return asyncio.run(run())


OF_RESOURCES = tuple(one.id for one in EXPERIMENTS if one.needs)
"""The experiments for --resources."""


def own_things(store: Store) -> Sequence[str]:
    """The names of everything of the account: personas, objectives, guardrails, tools."""
    with store.transaction() as session:
        others = [
            str(record.get("guardrail_name") or record["name"])
            for kind in ("objectives", "guardrail", "tool")
            for _, record in session.resources.all(kind)
        ]
    return [*own_personas(store), *others]


def own_personas(store: Store) -> Sequence[str]:
    """The names of the personas of the account."""
    return [str(row.record["persona_name"]) for row in store.personas() if row.owner == "user"]
