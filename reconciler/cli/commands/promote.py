"""`reconciler promote`: the files that make one environment equal another. Never a request."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.file_changes import file_diff
from reconciler.cli.session import load, open_session
from reconciler.core.errors import SettingsError, UsageError
from reconciler.desired.promoting import promotion
from reconciler.report.phrasing import count, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.cli.session import Session
    from reconciler.core.document import Json
    from reconciler.core.resource import Address, Desired
    from reconciler.desired.promoting import Promotion


@click.command("promote")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.argument("addresses", nargs=-1, type=shared.AddressType(), metavar="[ADDRESS]…")
@click.option("--dry-run", "only_show", is_flag=True, help="Show the changes; write no file.")
@shared.in_whole_project
def command(
    place: shared.Place,
    source: str,
    target: str,
    addresses: tuple[Address, ...],
    only_show: bool,
) -> int:
    """Make the definitions of environment TO equal those of FROM.

    Only files are written: the overlays of TO, and for an ADDRESS that is not meant for TO its
    definition. Nothing is sent; review the change, then plan and apply as ever. Variables and
    secrets stay what they are in each environment, and so does the `reconcile` block.
    """
    session = open_session(place)
    if source == target:
        raise UsageError("FROM and TO are the same environment", source)
    here, there = _definitions(session, source), _definitions(session, target)
    if strange := sorted(str(address) for address in addresses if address not in here):
        raise UsageError("There is no such persona", f"{', '.join(strange)} in {source}")
    chosen = addresses or tuple(address for address in here if address in there)
    found = [
        promotion(place.directory, here[one], there.get(one), ends=(source, target))
        for one in dict.fromkeys(chosen)
    ]
    _require_variables(session, target, found)
    files = [file for one in found for file in one.files]
    place.console.print("".join(file_diff(place.console, file) for file in files))
    if not only_show:
        for file in files:
            file.write(place.directory)
    left_out = [] if addresses else [one for one in here if one not in there]
    place.console.say_lines(_said(found, here, (source, target), left_out, only_show=only_show))
    return Exit.DONE


def _definitions(session: Session, environment: str) -> Mapping[Address, Desired]:
    settings = session.project.settings(environment)
    loaded = load(replace(session, settings=settings), require_env=False).require()
    return {desired.address: desired for desired in loaded.desired}


def _require_variables(session: Session, target: str, found: list[Promotion]) -> None:
    """Raises SettingsError where TO lacks a variable that it is about to need."""
    known = session.project.environments[target].vars
    wanted = {name for one in found for edit in one.edits for name in _variables(edit.value)}
    if missing := sorted(wanted - known.keys()):
        raise SettingsError(
            "An environment lacks variables that it would need",
            f"{', '.join(missing)} in {target}",
            f"Add them to environments.{target}.vars in reconciler.yaml; nothing was written",
        )


def _variables(value: Json) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("$var"), str):
        yield value["$var"]
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _variables(member)


def _said(
    found: list[Promotion],
    here: Mapping[Address, Desired],
    ends: tuple[str, str],
    left_out: list[Address],
    *,
    only_show: bool,
) -> Iterator[str]:
    source, target = ends
    meant = Counter(
        spelled(path, here[one.address].spellings) for one in found for path in one.meant
    )
    for name, number in meant.items():
        yield f"stays different, by a variable: {name} of {count(number, 'persona')}"
    for address in left_out:
        yield f"not meant for {target}: {address}; name it to promote it"
    files = sum(len(one.files) for one in found)
    if not files:
        yield f"Nothing to promote: {target} has what {source} has."
    elif only_show:
        yield f"{count(files, 'file')} would change; nothing was written."
    else:
        yield f"{count(files, 'file')} changed. Next: reconciler plan --env {target}"
