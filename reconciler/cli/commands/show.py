"""`reconciler show`: one persona, as git wants it, as it is bound, as it is live."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import open_client, open_ledger
from reconciler.core.errors import UsageError
from reconciler.core.hiding import hide_recorded
from reconciler.core.resource import Address
from reconciler.report.resolved import resolved_json, resolved_text

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.resource import Desired, Live


@click.command("show")
@click.argument("address", type=shared.AddressType())
@click.option(
    "--resolved", is_flag=True, help="Only the definition, with the origin of each value."
)
@shared.formats("text", "json")
@shared.in_project
def command(place: shared.Place, address: Address, resolved: bool, output: str) -> int:
    """Look at one persona: definition, binding and live document. Secrets are masked."""
    session = open_session(place)
    loaded = load(session, require_env=False)
    desired = next((item for item in loaded.desired if item.address == address), None)
    if resolved:
        if desired is None:
            loaded.require()
            raise _unknown(address)
        mask = place.console.mask.value
        text = resolved_text(desired, mask, place.console.paint)
        place.console.print(resolved_json(desired, mask) if output == "json" else text)
        return Exit.DONE
    return _show(session, address, desired, output)


def _show(session: Session, address: Address, desired: Desired | None, output: str) -> int:
    place = session.place
    binding = open_ledger(session).document.bindings.get(address)
    live = asyncio.run(_read(session, binding.id)) if binding else None
    if desired is None and binding is None:
        raise _unknown(address)
    document = {
        "address": str(address),
        "definition": str(desired.place) if desired else None,
        "id": binding.id if binding else None,
        "protected": binding.protect if binding else False,
        "managed": sorted("/" + "/".join(path) for path in binding.paths) if binding else [],
        "desired": desired.document if desired else None,
        "live": hide_recorded(live.document, binding.paths) if live and binding else None,
    }
    masked = place.console.mask.value(document)
    place.console.print(_json(masked) if output == "json" else _text(masked))
    return Exit.DONE


async def _read(session: Session, persona_id: str) -> Live | None:
    async with open_client(session) as client:
        return await client.get(persona_id)


def _unknown(address: Address) -> UsageError:
    return UsageError(
        "There is no such persona", str(address), "It has neither a definition nor a binding."
    )


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _text(document: dict[str, Any]) -> str:
    head = [
        document["address"],
        f"  definition  {document['definition'] or '(none)'}",
        f"  id          {document['id'] or '(not bound)'}",
    ]
    if document["protected"]:
        head.append("  protected   yes")
    for side in ("desired", "live"):
        value = document[side]
        head += ["", f"{side}:", _json(value).rstrip() if value is not None else "  (none)"]
    return "\n".join(head) + "\n"
