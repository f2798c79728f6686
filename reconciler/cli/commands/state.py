"""`reconciler state …`: look at the state document. What changes it stands in `state_edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.commands import state_edit
from reconciler.cli.exits import Exit
from reconciler.cli.session import open_session
from reconciler.cli.wiring import state_documents, state_store
from reconciler.report.phrasing import count
from reconciler.state.codec import encode

if TYPE_CHECKING:
    from reconciler.core.state import StateDocument


@click.group("state")
def command() -> None:
    """Care for the state document: which address is which live persona."""


for _command in state_edit.COMMANDS:
    command.add_command(_command)


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
    if found:
        place.console.say_lines(_open(found[0]))
    return Exit.DONE


def _open(document: StateDocument) -> list[str]:
    """What a run holds, or has left open."""
    lease = document.lease
    held = [f"Locked by {lease.origin} since {lease.since}, run {lease.run}."] if lease else []
    left = [f"Not settled yet: {i.action.value} {i.address}" for i in document.intents.values()]
    return [*held, *left]


@command.command("pull")
@shared.in_project
def pull(place: shared.Place) -> int:
    """Print the stored document, byte for byte, for `state push`."""
    found = state_store(open_session(place)).read()
    place.console.print(found[0].decode() if found else "")
    if found is None:
        place.console.say("Nothing is stored yet.")
    return Exit.DONE


@command.command("check")
@shared.in_project
def check(place: shared.Place) -> int:
    """Prove that this place lets one of two writers win. Leaves nothing behind."""
    store = state_store(open_session(place))
    store.self_check()
    place.console.say(f"{store} refuses a stale replace.")
    return Exit.DONE
