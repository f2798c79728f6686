"""`reconciler state …`: care for the state document."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.wiring import (
    load,
    open_client,
    open_session,
    state_documents,
    target,
    to_write,
)
from reconciler.core.errors import RefusedError, UsageError
from reconciler.core.resource import Address
from reconciler.core.state import Binding
from reconciler.report.phrasing import count
from reconciler.state.codec import encode
from reconciler.workflow.leasing import free
from reconciler.workflow.reading import require_target

if TYPE_CHECKING:
    from reconciler.cli.wiring import Session
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger


@click.group("state")
def command() -> None:
    """Care for the state document: which address is which live persona."""


@command.command("show")
@shared.in_project
def show(place: shared.Place) -> int:
    """Print the whole document as JSON. It holds digests, no values."""
    found = state_documents(open_session(place)).load()
    place.console.print(encode(found[0]).decode() if found else "{}\n")
    return Exit.DONE


@command.command("list")
@shared.in_project
def list_(place: shared.Place) -> int:
    """Print one line per binding: address, live id, managed paths, definition."""
    found = state_documents(open_session(place)).load()
    bindings = found[0].bindings if found else {}
    width = max((len(str(address)) for address in bindings), default=0)
    for address, binding in sorted(bindings.items()):
        kept = "  protected" if binding.protect else ""
        size = count(len(binding.paths), "path")
        row = f"{address!s:<{width}}  {binding.id}  {size}  {binding.source}{kept}"
        place.console.print(f"{row.rstrip()}\n")
    if not bindings:
        place.console.say("Nothing is bound yet.")
    return Exit.DONE


@command.command("bind")
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


@command.command("forget")
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
