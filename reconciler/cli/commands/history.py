"""`reconciler history`: which runs there were, and which version of a persona was live when."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import open_session
from reconciler.cli.wiring import open_ledger
from reconciler.core.document import ABSENT, get
from reconciler.core.errors import RefusedError, UsageError
from reconciler.core.resource import Address
from reconciler.report.history import run_document, runs_text, version_document, versions_text
from reconciler.workflow.history import live_at, versions

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.workflow.ledger import Ledger


@click.command("history")
@click.argument("address", required=False, type=shared.AddressType())
@click.option(
    "--at",
    metavar="TIME",
    default="",
    help="Print what was live then: 14:05 (today), or 2026-11-25T14:05+01:00.",
)
@click.option(
    "--field",
    metavar="NAME",
    default="",
    help="With --at: just this field, such as system_prompt or layers.llm.model.",
)
@shared.formats("text", "json")
@shared.in_project
def command(place: shared.Place, address: Address | None, at: str, field: str, output: str) -> int:
    """List the last runs; with ADDRESS, what each made of that persona.

    The fifty last runs that changed something are remembered, with how each persona looked before
    and after; secrets are not.
    """
    if (at and address is None) or (field and not at):
        raise UsageError("--at goes with an address, and --field with --at")
    ledger = open_ledger(open_session(place))
    if address is None:
        runs = ledger.document.runs
        text = _json([run_document(run) for run in reversed(runs)])
        place.console.print(text if output == "json" else runs_text(runs, place.console.paint))
        if not runs:
            place.console.say("Nothing has been applied yet.")
        return Exit.DONE
    if at:
        _print_version(place, ledger, address, _moment(at), field)
        return Exit.DONE
    found = [(one.run, one.image) for one in versions(ledger, address)]
    text = _json([version_document(*one) for one in reversed(found)])
    place.console.print(text if output == "json" else versions_text(found, place.console.paint))
    if not found:
        place.console.say(f"No remembered run touched {address}.")
    return Exit.DONE


def _print_version(
    place: shared.Place, ledger: Ledger, address: Address, moment: str, field: str
) -> None:
    document, source = live_at(versions(ledger, address), moment)
    place.console.say(f"{address} at {moment}: {source}")
    if document is None:
        raise RefusedError("It did not exist then", f"{address} at {moment}")
    if not field:
        place.console.print(_json(document))
        return
    value = get(document, tuple(field.split(".")))
    if value is ABSENT:
        raise UsageError("It had no such field then", field, "Without --field all are printed.")
    place.console.print(f"{value}\n" if isinstance(value, str) else _json(value))


def _moment(text: str) -> str:
    """A moment as ISO 8601 in UTC; without an offset the time here is meant."""
    now = datetime.now().astimezone()
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text):
        text = f"{now.date().isoformat()}T{text:0>5}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "That is no time", text, "Such as 14:05 or 2026-11-25T14:05+01:00."
        ) from None
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
