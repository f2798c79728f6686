"""`reconciler probe`: how the service behaves, found out with a throw-away persona."""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.carrying_out import stopping
from reconciler.cli.exits import Exit
from reconciler.cli.origin import ci_run
from reconciler.cli.progress import bar
from reconciler.cli.recordings import require_empty, write_recording
from reconciler.cli.session import open_session
from reconciler.cli.wiring import emulator, live_settings
from reconciler.core.errors import RefusedError
from reconciler.core.service.mark import Mark
from reconciler.core.service.profile import SHIPPED
from reconciler.report.machine import to_text
from reconciler.report.phrasing import count
from reconciler.report.probe import experiments_text, probe_document, probe_text
from reconciler.state.probe_journal import ProbeJournal
from reconciler.workflow.clock import SystemClock
from reconciler.workflow.probing.bench import Bench
from reconciler.workflow.probing.cleaning import clean_up
from reconciler.workflow.probing.running import run_probe
from reconciler.workflow.probing.subject import Dummies
from reconciler.workflow.probing.table import chosen, requests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from reconciler.cli.console import Console
    from reconciler.cli.session import Session
    from reconciler.core.service.finding import Probed
    from reconciler.live import TavusPersonas
    from reconciler.live.raw import RawExchange
    from reconciler.workflow.probing.experiment import Experiment

_SMALL_PAGE: Final = 10
"""Rows per page where nothing is known of the service yet: what every service takes."""


@click.command("probe")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the answers as a service profile.",
)
@click.option(
    "--record",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write every exchange, without ids, secrets and prose, to this new directory.",
)
@click.option(
    "--only",
    "ids",
    multiple=True,
    metavar="ID",
    help="Only this experiment; may be repeated. --list tells them.",
)
@click.option("--list", "lists", is_flag=True, help="List the experiments; nothing is sent.")
@click.option("--clean-up", "cleans", is_flag=True, help="Delete what earlier probes left.")
@shared.formats("text", "json")
@shared.in_project
def command(
    place: shared.Place,
    yes: bool,
    out: Path | None,
    record: Path | None,
    ids: tuple[str, ...],
    lists: bool,
    cleans: bool,
    output: str,
) -> int:
    """Find out how the service behaves, with a throw-away persona.

    Creates one persona with a marked, expiring name (and three more for a moment), changes only
    these, and deletes them again, also when interrupted. No conversation is started.
    """
    experiments = chosen(ids)
    if lists:
        rows = [(one.id, one.asks, one.requests) for one in experiments]
        place.console.print(experiments_text(rows))
        return Exit.DONE
    session = open_session(place)
    if cleans:
        return asyncio.run(_clean_up(session))
    if record:
        require_empty(record)
    attempt = _attempt(session, experiments)
    _announce(attempt, place.console)
    if not yes:
        _ask(place.console)
    probed = asyncio.run(_probe(attempt)).without(place.console.secrets)
    return _tell(attempt, probed, out, record, output)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One run of the command."""

    session: Session
    experiments: Sequence[Experiment]
    mark: Mark
    dummies: Dummies

    @property
    def endpoint(self) -> str:
        return self.session.settings.environment.api


def _attempt(session: Session, experiments: Sequence[Experiment]) -> _Attempt:
    dummies = Dummies.new(secrets.token_bytes(36))
    session.place.console.know(dummies)
    mark = Mark.new(secrets.token_bytes(5), datetime.now(UTC).date())
    return _Attempt(session, experiments, mark, dummies)


def _announce(attempt: _Attempt, console: Console) -> None:
    name = attempt.session.settings.name
    where = name if attempt.endpoint == name else f"{name} ({attempt.endpoint})"
    console.say_lines(
        [
            f"Probing {where} with {count(len(attempt.experiments), 'experiment')}:",
            f"  at most {requests(attempt.experiments)} requests, one after another",
            f"  one throw-away persona «{attempt.mark}», three more for a moment; all are deleted",
            "  nothing else is changed, no conversation is started",
            "  whatever happens, `reconciler probe --clean-up` finds what may be left",
        ]
    )


def _ask(console: Console) -> None:
    """Ask a person. Raises RefusedError where there is none, or the answer is not yes."""
    if ci_run(os.environ) or os.environ.get("CI") or not console.is_terminal:
        raise RefusedError(
            "Nobody is here to agree to the probe",
            hint="Nothing was sent. Without a terminal, and in CI, give --yes.",
        )
    if not console.confirm("Probe? Type yes to go on."):
        raise RefusedError("Not agreed to", hint="Nothing was sent.")


@asynccontextmanager
async def _open(session: Session) -> AsyncIterator[tuple[RawExchange, TavusPersonas]]:
    """The wire, and a client for what is left over, both in persona words."""
    from reconciler.live import TavusPersonas
    from reconciler.live.raw import RawExchange

    settings = live_settings(session, SHIPPED)
    settings = replace(settings, dialect="personas", page_size=_SMALL_PAGE)
    async with AsyncExitStack() as stack:
        app = stack.enter_context(emulator(session))
        wire = await stack.enter_async_context(RawExchange(settings, app=app))
        yield wire, await stack.enter_async_context(TavusPersonas(settings, app=app))


async def _probe(attempt: _Attempt) -> Probed:
    session, stop = attempt.session, asyncio.Event()
    console = session.place.console
    with bar(console, "Probing", len(attempt.experiments)) as progress:
        async with _open(session) as (wire, looker):
            bench = Bench(
                wire,
                ProbeJournal(session.own / "probe", attempt.mark.run),
                attempt.endpoint,
                attempt.mark,
                attempt.dummies,
                SystemClock(),
                stop.is_set,
            )
            with stopping(stop, console, "what was made is deleted"):
                return await run_probe(
                    bench,
                    looker,
                    attempt.experiments,
                    session.settings.name,
                    progress.step,
                )


def _tell(
    attempt: _Attempt, probed: Probed, out: Path | None, record: Path | None, output: str
) -> int:
    console = attempt.session.place.console
    if output == "json":
        console.print(to_text(dict(probe_document(probed))))
    elif probed.answered or not probed.problem:
        console.print(probe_text(probed, console.width, console.paint))
    if record:
        write_recording(record, probed, attempt.dummies, console.secrets)
        console.say(f"Recorded {count(len(probed.exchanges), 'exchange')} in {record}.")
    if out and probed.answered:
        _write_profile(out, probed, console)
    if probed.problem:
        console.say(f"{console.paint_err('error', 'error')}: {probed.problem}")
    if probed.stopped:
        return Exit.INTERRUPTED
    return Exit.ERROR if probed.problem or probed.left else Exit.DONE


def _write_profile(out: Path, probed: Probed, console: Console) -> None:
    from reconciler.desired.profile_file import profile_text

    out.parent.mkdir(parents=True, exist_ok=True)
    text = console.mask.text(profile_text(probed.profile(out.stem)))
    out.write_text(text, encoding="utf-8", newline="\n")
    console.say(f"Wrote {out}. To use it: `profile: {out}` in reconciler.yaml.")


async def _clean_up(session: Session) -> int:
    console = session.place.console
    journal = ProbeJournal(session.own / "probe")
    endpoint = session.settings.environment.api
    async with _open(session) as (_, looker):
        cleaned = await clean_up(looker, journal, endpoint, datetime.now(UTC).date())
    for name, persona_id in cleaned.deleted:
        console.say(f"Deleted {persona_id} «{name}».")
    for name, persona_id in cleaned.kept:
        console.say(f"Left alone {persona_id} «{name}»: another probe may still be running.")
    for name in cleaned.unseen:
        console.say(f"Not seen «{name}»: its create may never have arrived, or arrive late.")
    if not (cleaned.deleted or cleaned.kept or cleaned.unseen):
        console.say("No probe has left anything.")
    return Exit.DONE
