"""`reconciler sandbox …`: the emulator on a port, and out-of-band edits for demos and tests."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import open_session
from reconciler.cli.wiring import state_documents, to_write
from reconciler.core.document import parse_pointer, pointer
from reconciler.core.errors import RefusedError, SettingsError, UsageError
from reconciler.core.project import SANDBOX
from reconciler.core.resource import Address
from reconciler.core.service.profile import switch_texts
from reconciler.workflow.leasing import free

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.sandbox.store import Store
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger


@click.group("sandbox")
def command() -> None:
    """The built-in Tavus emulator: no account, no network, no cost."""


def _open_store(session: Session) -> Store:
    from reconciler.sandbox.store import Store

    return Store(session.sandbox_file)


_profile = click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Behave as this service profile says; --switch goes before it.",
)


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Set a behaviour; repeatable."
)
@_profile
@shared.in_project
def serve(
    place: shared.Place, port: int, host: str, switches: tuple[str, ...], profile: Path | None
) -> int:
    """Serve the emulator over HTTP until interrupted. Any API key is accepted.

    The same data as the sandbox environment uses: .reconciler/sandbox.db.
    """
    from reconciler.sandbox.serve import serve as serve_app

    def ready(actual_host: str, actual_port: int) -> None:
        url = f"http://{actual_host}:{actual_port}"
        place.console.say(f"The sandbox listens on {url} (Ctrl-C ends it)")
        place.console.say(f"  curl -H 'x-api-key: any' {url}/v2/personas")

    chosen = [*_switches_of(profile), *_parse_switches(switches)]
    with _open_store(open_session(place)) as store:
        for switch, value in chosen:
            store.set_switch(switch, value)
        try:
            serve_app(store, host=host, port=port, on_ready=ready)
        except OSError as failed:
            raise SettingsError(
                "The sandbox cannot listen", f"{host}:{port}: {failed.strerror}", "Try --port 0."
            ) from None
    return Exit.DONE


@command.command("replay")
@click.argument(
    "directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Set a behaviour; repeatable."
)
@_profile
@shared.in_project
def replay(
    place: shared.Place, directory: Path, switches: tuple[str, ...], profile: Path | None
) -> int:
    """Does the emulator answer as a recorded service did? Exit 1 where not.

    DIR was written by `reconciler probe --record`. A new emulator in memory is asked the same, and
    each difference is told with the line of the service profile that settles it.
    """
    from reconciler.cli.commands.sandbox_replay import replay as put_again

    chosen = dict([*_switches_of(profile), *_parse_switches(switches)])
    return put_again(place.console, directory, chosen)


@command.command("reset")
@click.option(
    "--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Set a behaviour; repeatable."
)
@_profile
@shared.in_project
def reset(place: shared.Place, switches: tuple[str, ...], profile: Path | None) -> int:
    """Empty the emulator, and forget the bindings of the embedded sandbox environments."""
    session = open_session(place)
    chosen = [*_switches_of(profile), *_parse_switches(switches)]
    with _open_store(session) as store:
        store.reset()
        for switch, value in chosen:
            store.set_switch(switch, value)
    for name, environment in session.project.environments.items():
        if environment.api == SANDBOX:
            _forget_all(shared.Place(place.console, place.directory, name))
    place.console.say("The sandbox is empty.")
    return Exit.DONE


def _forget_all(place: shared.Place) -> None:
    with to_write(open_session(place)) as (ledger, terms):
        asyncio.run(_unbind(ledger, terms))


async def _unbind(ledger: Ledger, terms: Terms) -> None:
    await free(ledger, terms)
    ledger.become(replace(ledger.document, bindings={}, intents={}, nonces={}))
    await ledger.flush()


def _switches_of(profile: Path | None) -> list[tuple[str, str]]:
    """Every switch as the profile has it; none without a profile."""
    if profile is None:
        return []
    from reconciler.desired.profile_file import read_profile

    return list(switch_texts(read_profile(profile)).items())


def _parse_switches(switches: tuple[str, ...]) -> list[tuple[str, str]]:
    from reconciler.sandbox.switches import parse

    found = []
    for text in switches:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError("A switch is NAME=VALUE", text)
        try:
            parse(name, value)
        except ValueError as wrong:
            raise UsageError("The sandbox has no such switch", str(wrong)) from None
        found.append((name, value))
    return found


@command.command("edit")
@click.argument("persona", metavar="PERSONA")
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="POINTER=VALUE",
    help="Set a member, e.g. /layers/llm/model=tavus-gpt-oss. VALUE is JSON, or else text.",
)
@click.option("--remove", "removes", multiple=True, metavar="POINTER", help="Remove a member.")
@click.option("--patch", metavar="JSON", help="Apply this JSON Patch.")
@click.option("--delete", is_flag=True, help="Delete the persona.")
@click.option("--maker-draft", is_flag=True, help="Pretend that PAL Maker holds unpublished edits.")
@shared.in_project
def edit(
    place: shared.Place,
    persona: str,
    sets: tuple[str, ...],
    removes: tuple[str, ...],
    patch: str | None,
    delete: bool,
    maker_draft: bool,
) -> int:
    """Change a persona behind the reconciler's back, through no API.

    PERSONA is an address, an id, or a name. Paths are in persona words.
    """
    session = open_session(place)
    operations = [_setting(text) for text in sets]
    operations += [{"op": "remove", "path": path} for path in removes]
    operations += _parse_patch(patch) if patch else []
    if not (operations or delete or maker_draft):
        hint = "Give --set, --remove, --patch, --delete or --maker-draft."
        raise UsageError("Nothing to change", hint=hint)
    with _open_store(session) as store:
        persona_id = _find(session, store, persona)
        try:
            if operations:
                store.edit(persona_id, operations)
            if maker_draft:
                store.maker_draft(persona_id)
            if delete:
                store.delete(persona_id)
        except (KeyError, ValueError) as wrong:
            raise RefusedError("The sandbox refuses the edit", str(wrong.args[0])) from None
    place.console.say(f"Edited {persona_id} in the sandbox.")
    return Exit.DONE


@command.command("talk")
@click.argument("persona", metavar="PERSONA")
@click.option(
    "--for",
    "seconds",
    type=click.FloatRange(min=0),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it lasts.",
)
@click.option("--end", "ends", is_flag=True, help="End every conversation with it instead.")
@shared.in_project
def talk(place: shared.Place, persona: str, seconds: float, ends: bool) -> int:
    """Begin a conversation with a persona, or end them all.

    PERSONA is an address, an id, or a name.
    """
    session = open_session(place)
    with _open_store(session) as store:
        persona_id = _find(session, store, persona)
        if ends:
            place.console.say(f"Ended: {store.hang_up(persona_id)} with {persona_id}.")
        else:
            made = store.talk(persona_id, seconds)
            place.console.say(f"Began {made} with {persona_id}.")
    return Exit.DONE


def _setting(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    if not equals:
        raise UsageError("--set takes POINTER=VALUE", text)
    try:
        path = pointer(parse_pointer(path))
    except ValueError as wrong:
        raise UsageError("--set takes POINTER=VALUE", str(wrong)) from None
    try:
        return {"op": "add", "path": path, "value": json.loads(value)}
    except ValueError:
        return {"op": "add", "path": path, "value": value}


def _parse_patch(text: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(text)
    except ValueError as wrong:
        raise UsageError("--patch is no JSON", str(wrong)) from None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise UsageError("--patch is no list of operations")
    return value


def _find(session: Session, store: Store, persona: str) -> str:
    documents = state_documents(session).load()
    bindings = documents[0].bindings if documents else {}
    try:
        binding = bindings.get(Address.parse(persona))
    except ValueError:
        binding = None
    found = [binding.id] if binding else store.find(persona)
    if len(found) != 1:
        many = f"{len(found)} have this name: {', '.join(found)}" if found else "none found"
        raise SettingsError("Not one persona of the sandbox", f"{persona}: {many}")
    return found[0]
