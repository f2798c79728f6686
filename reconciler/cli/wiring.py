"""The composition root: from a project and its environment to client, state and plan."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reconciler.cli.origin import ci_service, new_run_id, origin_of
from reconciler.cli.session import load
from reconciler.core.errors import DefinitionError, SettingsError, UsageError
from reconciler.core.planning import Options
from reconciler.core.secret import Secret
from reconciler.core.service.behaviour import page_size, reads_each, too_long
from reconciler.core.service.profile import SHIPPED
from reconciler.state.documents import StateDocuments
from reconciler.state.local import LocalStore
from reconciler.workflow.leasing import Terms
from reconciler.workflow.ledger import Ledger
from reconciler.workflow.planning import Planned, Request, make_plan
from reconciler.workflow.reading import Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator

    from reconciler.cli.session import Session
    from reconciler.core.resource import Address
    from reconciler.core.service.profile import Profile
    from reconciler.live import LiveSettings, TavusPersonas
    from reconciler.live.transport import AsgiApp
    from reconciler.state.documents import Store

DIGEST_KEY: Final = "RECONCILER_DIGEST_KEY"
"""The team's own secret for digests in state; optional."""

PATIENCE: Final = 300.0
"""Seconds a run waits for another one, where the caller says nothing: longer than a lease."""

SHORTEST_LEASE: Final = 120.0
"""Seconds. What a run that was killed costs the next one, where nothing tells that it is over."""


def api_key(session: Session) -> Secret:
    """The API key from the variable that the project file names. Raises SettingsError."""
    if session.settings.is_sandbox:
        return Secret("embedded-sandbox-key")
    name = session.settings.environment.api_key
    value = os.environ.get(name, "").strip()
    if not value:
        raise SettingsError(
            "The API key is not set",
            f"environment «{session.settings.name}» takes it from the variable {name}",
            f"export {name}=…  (the key is in the developer portal of your Tavus account)",
        )
    key = Secret(value)
    session.place.console.know([key])
    return key


def live_settings(session: Session, profile: Profile) -> LiveSettings:
    """Where and how the environment is spoken to. Raises SettingsError."""
    from reconciler.live import LiveSettings

    client = session.settings.client
    return LiveSettings(
        base_url="http://sandbox"
        if session.settings.is_sandbox
        else session.settings.environment.api,
        api_key=api_key(session),
        dialect=client.dialect,
        concurrency=client.concurrency,
        timeout=client.timeout,
        retries=client.retries,
        page_size=page_size(profile, client.page_size),
        target_live=client.target_live,
    )


@asynccontextmanager
async def open_client(
    session: Session, on_page: Callable[[int, int], None] | None = None
) -> AsyncIterator[TavusPersonas]:
    """The client of the environment: over HTTP, or into the embedded sandbox."""
    from reconciler.live import TavusPersonas

    settings = live_settings(session, service_profile(session))
    with emulator(session) as app:
        async with TavusPersonas(settings, app=app, on_page=on_page) as personas:
            yield personas


@contextmanager
def emulator(session: Session) -> Iterator[AsgiApp | None]:
    """The embedded sandbox, which answers in place of the network; None for any other service."""
    if not session.settings.is_sandbox:
        yield None
        return
    from reconciler.sandbox.app import create_app
    from reconciler.sandbox.store import Store

    with Store(session.sandbox_file) as store:
        yield create_app(store)


def service_profile(session: Session) -> Profile:
    """How the environment's service behaves: the project's profile, or the shipped one.

    Raises DefinitionError where the file cannot be used.
    """
    name = session.settings.profile
    if not name:
        return SHIPPED
    from reconciler.desired.profile_file import read_profile

    return read_profile(session.directory / name, name)


def state_documents(session: Session) -> StateDocuments:
    """Where the environment's state lives."""
    return StateDocuments(state_store(session), session.place.console.mask_value)


def state_store(session: Session) -> Store:
    """The environment's place for bytes: a local file, a branch, or an object store."""
    name, where = session.settings.name, session.settings.environment.state
    if where == "local":
        return LocalStore(session.own / "state" / name)
    if where == "git":
        from reconciler.state.git import GitStore

        return GitStore(session.directory, name)
    from reconciler.state.objects import ObjectStore

    return ObjectStore(where, name, os.environ)


def open_ledger(session: Session, documents: StateDocuments | None = None) -> Ledger:
    """The environment's state document. Raises StateError, WrongTargetError."""
    documents = documents or state_documents(session)
    return Ledger(documents, digest_key(session), profile=service_profile(session))


def digest_key(session: Session) -> Secret | None:
    """The team's own secret for digests, if there is one; the console learns it."""
    extra = os.environ.get(DIGEST_KEY)
    key = Secret(extra) if extra else None
    session.place.console.know([key] if key else [])
    return key


@contextmanager
def to_write(session: Session, patience: float = PATIENCE) -> Iterator[tuple[Ledger, Terms]]:
    """The environment's state document for a run that writes, and how it takes the lease.

    Raises StateConflictError where another run is known to be alive; and as open_ledger().
    """
    documents = state_documents(session)
    timeout = session.settings.client.timeout
    with documents.alone() as alone:
        yield (
            open_ledger(session, documents),
            Terms(
                run=new_run_id(),
                origin=origin_of(os.environ, session.directory),
                seconds=max(SHORTEST_LEASE, 4 * timeout),
                margin=timeout,
                patience=patience,
                alone=alone,
                ci=ci_service(os.environ),
                say=session.place.console.say,
            ),
        )


def target(session: Session, ledger: Ledger) -> Target:
    """Where requests of this environment go."""
    account = ledger.digests.of_text(api_key(session).reveal())
    return Target(session.settings.environment.api, account)


def options(
    session: Session,
    *,
    prune: bool | None = None,
    overwrite: bool = False,
    targets: Iterable[Address] = (),
) -> Options:
    """Plan options from the environment and the command line."""
    settings = session.settings
    return Options(
        environment=settings.name,
        endpoint=settings.environment.api,
        prune=settings.environment.prune if prune is None else prune,
        overwrite=overwrite,
        targets=frozenset(targets),
    )


def require_known(targets: Iterable[Address], known: Container[Address], hint: str = "") -> None:
    """Raise UsageError for addresses to plan that nobody knows."""
    if strange := sorted(str(address) for address in targets if address not in known):
        raise UsageError("There is no such persona", ", ".join(strange), hint)


async def plan_now(
    session: Session,
    client: TavusPersonas,
    ledger: Ledger,
    chosen: Options,
    *,
    with_conversations: bool = False,
) -> Planned:
    """Load the definitions and plan them against live. Raises DefinitionError first of all."""
    loaded = load(session)
    loaded.require()
    if long := [found for item in loaded.desired for found in too_long(item, ledger.profile)]:
        raise DefinitionError(long)
    known = {desired.address for desired in loaded.desired} | ledger.document.bindings.keys()
    require_known(
        chosen.targets, known, "It has neither a definition for this environment nor a binding."
    )
    request = Request(
        desired=loaded.desired,
        options=replace(chosen, account=target(session, ledger).account),
        diagnostics=loaded.diagnostics,
        read_each=session.settings.client.read_each or reads_each(ledger.profile),
        with_conversations=with_conversations,
    )
    return await make_plan(request, client, ledger)
