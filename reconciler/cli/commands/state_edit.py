"""`reconciler state bind|forget|move|push|unlock`: one replace each, while no run is at work."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import open_client, open_ledger, target, to_write
from reconciler.core.binding import Binding
from reconciler.core.errors import RefusedError, StateConflictError, UsageError, WrongTargetError
from reconciler.core.resource import Address
from reconciler.state.codec import decode
from reconciler.workflow.leasing import free
from reconciler.workflow.reading import require_target

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.state import StateDocument
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger


@click.command("bind")
@click.argument("address", type=shared.AddressType())
@click.argument("persona_id", metavar="ID")
@shared.in_project
def bind(place: shared.Place, address: Address, persona_id: str) -> int:
    """Bind ADDRESS to the live persona ID. Nothing is changed in Tavus."""
    session = open_session(place)
    with to_write(session) as (ledger, terms):
        asyncio.run(_bind(session, ledger, terms, address, persona_id))
    place.console.say(f"Bound {address} to {persona_id}. See `reconciler plan`.")
    return Exit.DONE


async def _bind(
    session: Session, ledger: Ledger, terms: Terms, address: Address, persona_id: str
) -> None:
    await free(ledger, terms)
    owner = ledger.document.bound_ids().get(persona_id)
    if owner is not None and owner != address:
        raise RefusedError(
            "The persona is bound already",
            f"{persona_id} is {owner}",
            f"reconciler state forget {owner}",
        )
    async with open_client(session) as client:
        await require_target(client, ledger.document, target(session, ledger))
        if await client.get(persona_id) is None:
            raise RefusedError(
                "There is no such persona", persona_id, "reconciler import lists them."
            )
    known = {desired.address: desired for desired in load(session, require_env=False).desired}
    source = known[address].place.file if address in known else ""
    ledger.begin()
    claimed = target(session, ledger)
    ledger.claim(claimed.endpoint, claimed.account)
    ledger.bind(address, Binding(persona_id, source=source))
    await ledger.flush()


@click.command("forget")
@click.argument("addresses", nargs=-1, type=shared.AddressType(), metavar="ADDRESS…")
@click.option("--all", "everything", is_flag=True, help="Forget every binding.")
@shared.in_project
def forget(place: shared.Place, addresses: tuple[Address, ...], everything: bool) -> int:
    """Drop bindings. The live personas stay; by name they are found and adopted again."""
    if bool(addresses) == everything:
        raise UsageError("Which bindings?", hint="reconciler state forget ADDRESS…, or --all")
    with to_write(open_session(place)) as (ledger, terms):
        number = asyncio.run(_forget(ledger, terms, addresses, everything=everything))
    place.console.say(f"Forgot {number}.")
    return Exit.DONE


async def _forget(
    ledger: Ledger, terms: Terms, addresses: tuple[Address, ...], *, everything: bool
) -> int:
    await free(ledger, terms)
    chosen = tuple(ledger.document.bindings) if everything else addresses
    unknown = [str(address) for address in chosen if address not in ledger.document.bindings]
    if unknown:
        raise UsageError("Not bound", ", ".join(unknown), "reconciler state list")
    for address in chosen:
        ledger.forget(address)
    await ledger.flush()
    return len(chosen)


@click.command("move")
@click.argument("old", type=shared.AddressType())
@click.argument("new", type=shared.AddressType())
@shared.in_project
def move(place: shared.Place, old: Address, new: Address) -> int:
    """Bind NEW to the persona that OLD is bound to. Nothing is changed in Tavus."""
    with to_write(open_session(place)) as (ledger, terms):
        asyncio.run(_move(ledger, terms, old, new))
    place.console.say(f"{old} is {new} now. See `reconciler plan`.")
    return Exit.DONE


async def _move(ledger: Ledger, terms: Terms, old: Address, new: Address) -> None:
    await free(ledger, terms)
    bindings = ledger.document.bindings
    if old not in bindings:
        raise UsageError("Not bound", str(old), "reconciler state list")
    if new in bindings:
        hint = f"reconciler state forget {new}"
        raise RefusedError("The address is bound already", f"{new} is {bindings[new].id}", hint)
    binding = bindings[old]
    ledger.forget(old)
    ledger.bind(new, binding)
    await ledger.flush()


@click.command("push")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Also where it is older, or of another lineage.")
@shared.in_project
def push(place: shared.Place, file: Path, force: bool) -> int:
    """Replace the stored document by FILE, such as `state pull` printed.

    Refused where FILE is of another lineage, or older than what is stored: then bindings that were
    made since would be lost.
    """
    pushed = decode(file.read_bytes())
    with to_write(open_session(place)) as (ledger, terms):
        asyncio.run(_push(ledger, terms, pushed, force=force))
    place.console.say(f"Stored, as number {ledger.document.serial}.")
    return Exit.DONE


async def _push(ledger: Ledger, terms: Terms, pushed: StateDocument, *, force: bool) -> None:
    await free(ledger, terms)
    stored = ledger.document
    if not force and stored.lineage not in {"", pushed.lineage}:
        raise WrongTargetError(
            "The file is of another lineage",
            f"stored {stored.lineage}, file {pushed.lineage}",
            "It describes another history. If you are sure: --force.",
        )
    if not force and pushed.serial < stored.serial:
        raise StateConflictError(
            "The file is older than what is stored",
            f"stored is number {stored.serial}, the file {pushed.serial}",
            "Start from `reconciler state pull`. If you are sure: --force.",
        )
    serial = max(stored.serial, pushed.serial)
    ledger.become(replace(pushed, serial=serial, lease=None))
    ledger.touch()
    await ledger.flush()


@click.command("unlock")
@click.argument("run")
@shared.in_project
def unlock(place: shared.Place, run: str) -> int:
    """Take the lease away from RUN, which has to be the run that holds it.

    Only for a run that is surely dead, where you do not want to wait until its lease runs out. If
    it lives, it stops: it can store nothing any more. What it left open is settled by the next run.
    """
    ledger = open_ledger(open_session(place))
    lease = ledger.document.lease
    if lease is None:
        raise RefusedError("Nobody holds the environment", hint="Nothing is to be done.")
    if lease.run != run:
        raise RefusedError("Another run holds it", f"{lease.run}: {lease.origin}, {lease.since}")
    ledger.become(replace(ledger.document, lease=None))
    asyncio.run(ledger.flush())
    place.console.say(f"Unlocked; run {run} can store nothing any more.")
    return Exit.DONE


COMMANDS: Final = (bind, forget, move, push, unlock)
