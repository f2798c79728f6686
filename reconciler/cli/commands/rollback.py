"""`reconciler rollback RUN`: undo what one run did, where nobody edited since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.audit import audit_to
from reconciler.cli.carrying_out import Wish, carry_out
from reconciler.cli.session import open_session
from reconciler.cli.wiring import options, target, to_write
from reconciler.core.guards import Guards
from reconciler.workflow.rolling_back import plan_way_back

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.core.resource import Address
    from reconciler.live import TavusPersonas
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned


@click.command("rollback")
@click.argument("run")
@shared.auto_approve
@shared.expect
@shared.targets
@click.option("--prune", is_flag=True, help="Delete what the run created; otherwise it is kept.")
@shared.allow_updates
@shared.allow_deletes
@shared.lock_timeout
@shared.audit_log
@shared.formats("text", "json")
@shared.in_project
def command(
    place: shared.Place,
    run: str,
    auto_approve: bool,
    expect: str,
    targets: tuple[Address, ...],
    prune: bool,
    allow_updates: int | None,
    allow_deletes: int | None,
    lock_timeout: float,
    audit_log: Path | None,
    output: str,
) -> int:
    """Set the fields that RUN sent back to what they were before it.

    The smallest patch for it goes through the same guards and the same approval as an apply. It is
    refused where somebody edited such a field since, and for secrets, whose former values are not
    kept. The definitions stay as they are: revert them in git too, or the next apply sends them
    again. RUN is an id that `reconciler history` lists.
    """
    session = open_session(place)
    chosen = options(session, prune=prune, targets=targets)

    async def make(client: TavusPersonas, ledger: Ledger) -> Planned:
        account = target(session, ledger).account
        return await plan_way_back(run, replace(chosen, account=account), client, ledger)

    wish = Wish(
        session,
        make,
        Guards(session.settings.guards, allow_updates, allow_deletes),
        output,
        command="rollback",
        expect=expect,
        auto_approve=auto_approve,
    )
    with (
        to_write(session, lock_timeout) as (ledger, terms),
        audit_to(audit_log, session, terms) as audit,
    ):
        code = asyncio.run(carry_out(wish, ledger, terms, audit))
    if any(run.id == terms.run for run in ledger.document.runs):
        place.console.say(
            "The definitions are as they were: revert them too, or the next apply sends them."
        )
    return code
