"""`reconciler apply`: plan, guard, approve, send, read back, record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.approval import read_plan_file
from reconciler.cli.audit import audit_to
from reconciler.cli.carrying_out import Wish, carry_out
from reconciler.cli.in_waves import waves_of
from reconciler.cli.notifying import notifying
from reconciler.cli.session import open_session
from reconciler.cli.wiring import options, plan_now, to_write
from reconciler.core.approval import all_targets
from reconciler.core.errors import UsageError
from reconciler.core.guards import Guards
from reconciler.core.resource import Address
from reconciler.workflow.idling import Patience

if TYPE_CHECKING:
    from reconciler.live import TavusPersonas
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned


@click.command("apply")
@click.argument(
    "planfiles",
    nargs=-1,
    metavar="[PLANFILE]…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@shared.auto_approve
@shared.expect
@shared.targets
@shared.prune
@shared.overwrite
@shared.allow_updates
@shared.allow_deletes
@click.option(
    "--discard-maker-changes",
    "force",
    type=shared.AddressType(),
    multiple=True,
    metavar="ADDRESS",
    help="Throw away the unpublished edits that PAL Maker holds for this persona.",
)
@click.option(
    "--waves", "in_waves", is_flag=True, help="Send the waves of reconciler.yaml one after another."
)
@shared.when_idle
@shared.idle_timeout
@shared.lock_timeout
@shared.audit_log
@shared.reports
@shared.formats("text", "json", "markdown", "html")
@shared.in_project
def command(
    place: shared.Place,
    planfiles: tuple[Path, ...],
    auto_approve: bool,
    expect: str,
    targets: tuple[Address, ...],
    prune: bool | None,
    overwrite: bool,
    allow_updates: int | None,
    allow_deletes: int | None,
    force: tuple[Address, ...],
    in_waves: bool,
    when_idle: bool,
    idle_timeout: float,
    lock_timeout: float,
    audit_log: Path | None,
    reports: tuple[Path, ...],
    output: str,
) -> int:
    """Make live equal the definitions.

    With PLANFILE, a plan saved by `plan --out`, only what it approved is sent, or less; several
    approve together.
    """
    session = open_session(place)
    approved = tuple(map(read_plan_file, planfiles))
    if approved and targets:
        raise UsageError("--target goes without a plan file", hint="The plan file has its targets.")
    chosen = options(
        session,
        prune=prune,
        overwrite=overwrite,
        targets=all_targets(approved) if approved else targets,
    )

    async def make(client: TavusPersonas, ledger: Ledger) -> Planned:
        return await plan_now(session, client, ledger, chosen, with_conversations=True)

    wish = Wish(
        session,
        make,
        Guards(session.settings.guards, allow_updates, allow_deletes, when_idle),
        output,
        approved=approved,
        expect=expect,
        auto_approve=auto_approve,
        force=frozenset(force),
        patience=Patience(idle_timeout, when_idle),
        waves=waves_of(session) if in_waves else (),
        reports=reports,
    )
    with notifying(session, "apply") as findings:
        wish = replace(wish, told=findings.take_outcome)
        findings.exit = _carry_out(wish, lock_timeout, audit_log)
    return findings.exit


def _carry_out(wish: Wish, lock_timeout: float, audit_log: Path | None) -> int:
    session = wish.session
    with (
        to_write(session, lock_timeout) as (ledger, terms),
        audit_to(audit_log, session, terms) as audit,
    ):
        return asyncio.run(carry_out(wish, ledger, terms, audit))
