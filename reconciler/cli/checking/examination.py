"""The whole check-up, in the order of the screen."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from reconciler.cli.checking.attempt import attempt, first_of
from reconciler.cli.checking.job import job
from reconciler.cli.checking.tools import tools
from reconciler.cli.session import open_session
from reconciler.core.checkup import Checkup, Status, failed, of_error, ok, skipped
from reconciler.core.errors import DefinitionError, ReconcilerError
from reconciler.core.project import DEFAULT_KEY_VARIABLE
from reconciler.core.secret import Secret
from reconciler.report.phrasing import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reconciler.cli.options import Place
    from reconciler.cli.session import Session
    from reconciler.core.checkup import Check

_OF_A_PROJECT: Final = (
    *("definitions", "schema lines", "profile", "API key", "endpoint", "clock", "key accepted"),
    *("state", "state self-check", "account"),
)
"""What cannot be looked at without a project."""


def examine(place: Place, today: date, *, offline: bool = False) -> Checkup:
    """Look at everything; nothing is written but the trace of a self-check, which is removed."""
    if key := os.environ.get(DEFAULT_KEY_VARIABLE):
        place.console.know([Secret(key)])
    project, session = _project(place)
    needs_git = session is not None and session.settings.environment.state == "git"
    looks = tools(needs_git=needs_git).items()
    checks = [attempt(name, partial(look, name), place.console) for name, look in looks]
    checks.append(project)
    if session is None:
        checks += [skipped(name, "needs the project") for name in _OF_A_PROJECT]
    else:
        checks += _in_project(session, today, offline=offline)
    checks.append(attempt("CI", lambda: job(os.environ), place.console))
    return Checkup(session.settings.name if session else place.environment, tuple(checks))


def _project(place: Place) -> tuple[Check, Session | None]:
    name = "project"
    try:
        session = open_session(place)
    except DefinitionError as wrong:
        return failed(name, first_of(wrong), "See all: reconciler validate"), None
    except ReconcilerError as wrong:
        return of_error(name, wrong), None
    there = count(len(session.project.environments), "environment")
    return ok(name, f"{there}; this is about {session.settings.name}"), session


def _in_project(session: Session, today: date, *, offline: bool) -> Iterator[Check]:
    from reconciler.cli.checking import files, memory, service

    console = session.place.console
    yield attempt("definitions", lambda: files.definitions(session), console)
    yield attempt("schema lines", lambda: files.schema_lines(session), console)
    yield attempt("profile", lambda: files.profile(session, today), console)
    reached = service.service(session, offline=offline)
    yield from reached.checks
    if offline and memory.is_elsewhere(session):
        yield from (skipped(n, "offline") for n in ("state", "state self-check", "account"))
        return
    state = attempt("state", lambda: memory.state(session), console)
    yield state
    yield attempt("state self-check", lambda: memory.self_check(session), console)
    if state.status is Status.FAILED:
        yield skipped("account", "the state, which names it, cannot be read")
        return
    yield attempt("account", lambda: memory.account(session, online=reached.accepted), console)
