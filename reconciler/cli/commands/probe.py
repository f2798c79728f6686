"""`reconciler probe`: how the service behaves, found out with throw-away things."""

from __future__ import annotations

import asyncio
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.carrying_out import stopping
from reconciler.cli.commands.probe_clean_up import clean_up, open_service
from reconciler.cli.exits import Exit
from reconciler.cli.origin import ci_run
from reconciler.cli.progress import bar
from reconciler.cli.recordings import require_empty, write_recording
from reconciler.cli.session import open_session
from reconciler.core.errors import RefusedError
from reconciler.core.service.made import Kind
from reconciler.core.service.mark import Mark
from reconciler.report.machine import to_text
from reconciler.report.phrasing import count
from reconciler.report.probe import experiments_text, probe_document, probe_text
from reconciler.state.probe_journal import ProbeJournal
from reconciler.workflow.clock import SystemClock
from reconciler.workflow.probing.bench import Bench
from reconciler.workflow.probing.running import run_probe
from reconciler.workflow.probing.subject import Dummies
from reconciler.workflow.probing.table import chosen, kinds, requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.cli.console import Console
    from reconciler.cli.session import Session
    from reconciler.core.service.finding import Probed
    from reconciler.workflow.probing.experiment import Experiment


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
@click.option(
    "--resources", is_flag=True, help="Make a set of objectives, a guardrail and a tool as well."
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
    resources: bool,
    lists: bool,
    cleans: bool,
    output: str,
) -> int:
    """Find out how the service behaves, with a throw-away persona.

    Creates one persona with a marked, expiring name (and three more for a moment), changes only
    these, and deletes them again, also when interrupted. No conversation is started. With
    --resources the same for a set of objectives, a guardrail and a tool.
    """
    if lists:
        rows = [(one.id, one.asks, bool(one.needs)) for one in chosen(ids, resources=True)]
        place.console.print(experiments_text(rows))
        return Exit.DONE
    experiments = chosen(ids, resources=resources)
    session = open_session(place)
    if cleans:
        return asyncio.run(clean_up(session))
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
    dummies = Dummies.new(secrets.token_bytes(48))
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
            *_to_be_made(attempt),
            "  nothing else is changed, no conversation is started",
            "  whatever happens, `reconciler probe --clean-up` finds what may be left",
        ]
    )


def _to_be_made(attempt: _Attempt) -> Iterator[str]:
    others = kinds(attempt.experiments)
    more = "five" if others else "three"
    yield f"  one throw-away persona «{attempt.mark}», {more} more for a moment; all are deleted"
    if others:
        nouns = ", ".join(f"one {kind.noun}" for kind in others)
        again = ", a second tool for a moment" if Kind.TOOL in others else ""
        yield f"  {nouns} «{attempt.mark.word}»{again}; deleted, too"


def _ask(console: Console) -> None:
    """Ask a person. Raises RefusedError where there is none, or the answer is not yes."""
    if ci_run(os.environ) or os.environ.get("CI") or not console.is_terminal:
        raise RefusedError(
            "Nobody is here to agree to the probe",
            hint="Nothing was sent. Without a terminal, and in CI, give --yes.",
        )
    if not console.confirm("Probe? Type yes to go on."):
        raise RefusedError("Not agreed to", hint="Nothing was sent.")


async def _probe(attempt: _Attempt) -> Probed:
    session, stop = attempt.session, asyncio.Event()
    console = session.place.console
    with bar(console, "Probing", len(attempt.experiments)) as progress:
        async with open_service(session) as (wire, looker):
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
