"""Plans without Tavus, and the recording they are made against."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.revision import Revision
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import (
    DIGEST_KEY,
    digest_key,
    open_client,
    open_ledger,
    require_known,
    service_profile,
    target,
)
from reconciler.core.against import Against, Side
from reconciler.core.diagnostics import warning
from reconciler.core.digest import digests_for, key_check
from reconciler.core.errors import DefinitionError, SettingsError
from reconciler.core.offline import Snapshot, between, recorded, world_of
from reconciler.core.planning import build_plan
from reconciler.core.rulebook import Rule
from reconciler.core.settling import settle
from reconciler.desired.overlays import DIRECTORY
from reconciler.desired.project import PROJECT_FILE
from reconciler.report.phrasing import count
from reconciler.state.snapshot import LARGEST, decode_snapshot
from reconciler.workflow.planning import Planned
from reconciler.workflow.reading import check_target, read_live

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.options import Place
    from reconciler.cli.session import Session
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.planning import Options, World
    from reconciler.core.resource import Desired
    from reconciler.desired.loader import Loaded


async def record(session: Session, on_page: Callable[[int, int], None]) -> Snapshot:
    """What is live in the environment now, without secrets. Raises TavusError, WrongTargetError."""
    # The definitions tell which rows of the list may be short, and the console their secrets.
    desired = load(session, require_env=False).desired
    ledger = open_ledger(session)
    async with open_client(session, on_page) as client:
        live = await read_live(client, ledger.document, desired)
    check_target(ledger.document, target(session, ledger), live)
    settlement = settle(ledger.document, live, ledger.digests)
    state, kept = recorded(settlement.state, live)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    settings = session.settings
    return Snapshot(settings.name, settings.environment.api, now, state, tuple(kept))


def plan_against(session: Session, file: Path, options: Options) -> Planned:
    """Plan against a snapshot. Raises SettingsError, DefinitionError, UsageError."""
    if file.stat().st_size > LARGEST:
        raise SettingsError("The snapshot cannot be used", f"{file}: it is far too large")
    snapshot = decode_snapshot(file.read_bytes(), str(file))
    _require_same(session, snapshot, file)
    digests = digests_for(snapshot.state.lineage, digest_key(session))
    if snapshot.state.key_check not in {"", key_check(digests)}:
        hint = f"Set {DIGEST_KEY} to the value it was recorded with, or unset it."
        raise SettingsError("The snapshot was recorded with another digest key", str(file), hint)
    loaded = load(session, require_env=False).require()
    world = world_of(snapshot, loaded.desired, digests, service_profile(session))
    against = Against(Side.SNAPSHOT, str(file), snapshot.recorded)
    told = warning(
        "Planned without Tavus",
        f"against {file}, recorded {snapshot.recorded}, {age(snapshot.recorded)}",
        hint="What moved since then is not seen; secrets are not compared.",
    )
    return _planned(world, options, against, [told, *_without_unset(loaded)])


def _require_same(session: Session, snapshot: Snapshot, file: Path) -> None:
    settings = session.settings
    here = (settings.name, settings.environment.api)
    there = (snapshot.environment, snapshot.endpoint)
    if here != there:
        raise SettingsError(
            "The snapshot is of another environment",
            f"{file}: {there[0]} at {there[1]}, here {here[0]} at {here[1]}",
            "Choose the environment with --env, or record this one.",
        )


def age(moment: str) -> str:
    """How long ago that was, in words."""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    if seconds < 0:
        return "in the future by this machine's clock"
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{count(int(seconds // length), unit)} ago"
    return "just now"


def plan_between(session: Session, name: str, options: Options) -> Planned:
    """Plan from the definitions of a revision to those that are here. Never asks for a variable.

    Raises SettingsError, DefinitionError, UsageError.
    """
    revision = Revision.of(session.directory, name)
    with tempfile.TemporaryDirectory(prefix="reconciler-") as scratch:
        base, broken = _definitions_at(session, revision, Path(scratch))
    loaded = load(session, require_env=False, variables={}).require()
    world = between(base, loaded.desired, name, service_profile(session))
    against = Against(Side.REVISION, name, revision.commit)
    told = warning(
        "Planned without Tavus",
        f"against the definitions of {name} ({revision.commit[:9]})",
        hint="What is live was not looked at: neither edits made outside nor what is not applied.",
    )
    return _planned(world, options, against, [told, *broken, *_without_unset(loaded)])


def _definitions_at(
    session: Session, revision: Revision, scratch: Path
) -> tuple[Sequence[Desired], list[Diagnostic]]:
    """The definitions of a revision, and a warning for what cannot be read there."""
    revision.lay_out(scratch, PROJECT_FILE)
    if not (scratch / PROJECT_FILE).is_file():
        return (), [warning("The revision has no project file", revision.name)]
    try:
        there = open_session(_elsewhere(session.place, scratch))
    except DefinitionError:
        hint = "Everything that is defined here looks new."
        return (), [
            warning("The project file of the revision has errors", revision.name, hint=hint)
        ]
    if session.settings.name not in there.project.environments:
        return (), [warning("The revision has no such environment", session.settings.name)]
    there = replace(there, settings=there.project.settings(session.settings.name))
    revision.lay_out(scratch, there.project.definitions, DIRECTORY)
    loaded = load(there, require_env=False, variables={})
    wrong = sorted({d.place.file for d in loaded.diagnostics if d.is_error and d.place})
    return loaded.desired, [
        warning(
            "A definition of the revision has errors",
            f"{file} at {revision.name}",
            hint="It counts as not there, so that what it defines looks new.",
        )
        for file in wrong
    ]


def _elsewhere(place: Place, directory: Path) -> Place:
    """The same console in another directory."""
    return type(place)(place.console, directory, "")


def _without_unset(loaded: Loaded) -> list[Diagnostic]:
    """What is said about the definitions, but for variables, which are not needed here."""
    return [one for one in loaded.diagnostics if one.rule is not Rule.UNSET_VARIABLE]


def _planned(
    world: World, options: Options, against: Against, diagnostics: Sequence[Diagnostic]
) -> Planned:
    known = {desired.address for desired in world.desired} | world.state.bindings.keys()
    require_known(options.targets, known)
    plan = build_plan(world, options, diagnostics=diagnostics)
    return Planned(replace(plan, against=against), world)
