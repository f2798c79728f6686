"""What is on disk: definitions, lines for editors, the service profile."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from reconciler.cli.session import load
from reconciler.core.checkup import failed, ok, warning
from reconciler.report.phrasing import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.cli.session import Session
    from reconciler.core.checkup import Check

OLD: Final = 90
"""Days after which a service profile is worth making anew."""

_RENEW: Final = (
    "Find out how the service behaves now: reconciler probe --out FILE, and `profile: FILE`"
)
_STALE: Final = "Bring the schemas up to date: reconciler schema --write {}"


def definitions(session: Session) -> Check:
    """How many there are, and what `validate` would say."""
    loaded = load(session, require_env=False, thorough=True)
    errors = [found for found in loaded.diagnostics if found.is_error]
    warnings = len(loaded.diagnostics) - len(errors)
    name, there = "definitions", f"{count(len(loaded.desired), 'definition')} can be used"
    also = f", {count(warnings, 'warning')}" if warnings else ""
    if errors:
        first = errors[0]
        place = f"{first.place}: " if first.place else ""
        wrong = f"{there}; {count(len(errors), 'error')}{also}; first {place}{first.summary}"
        return failed(name, wrong, "See all: reconciler validate")
    if warnings:
        return warning(name, f"{there}{also}", "See them: reconciler validate")
    return ok(name, there)


def schema_lines(session: Session) -> Check:
    """Whether the lines for editors lead to schemas, and whether those are current."""
    from reconciler.desired.schema_lines import schema_lines as lines_of

    root = session.directory.resolve()
    lines = lines_of(root, root / session.project.definitions)
    name = "schema lines"
    if lines.astray:
        first = lines.astray[0]
        more = f", and {len(lines.astray) - 1} more" if len(lines.astray) > 1 else ""
        return warning(
            name,
            f"{first.file}:{first.line}: {first.target} does not exist{more}",
            "Write the schemas, or correct the line: reconciler schema --write schemas",
        )
    targets = {one.leads_to.parent for one in lines.found if one.leads_to is not None}
    stale = list(_stale({*targets, root / "schemas"}))
    if stale:
        names = ", ".join(_shown(file, root) for file in stale)
        return warning(
            name, f"not of this version: {names}", _STALE.format(_shown(stale[0].parent, root))
        )
    said = f"{len(lines.found)} of {count(lines.files, 'file')} name a schema"
    return ok(name, f"{said}; the schemas are current" if targets else said)


def _stale(folders: set[Path]) -> Iterator[Path]:
    from reconciler.cli.schemas import all_schemas

    if not any(folder.is_dir() for folder in folders):
        return
    for name, text in all_schemas().items():
        for file in sorted(folder / name for folder in folders):
            if file.is_file() and file.read_text("utf-8", "replace") != text:
                yield file


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def profile(session: Session, today: date) -> Check:
    """Which service profile holds, and how old it is."""
    from reconciler.cli.wiring import service_profile

    found, name = service_profile(session), "profile"
    taken = _day(found.taken)
    if taken is None:
        return failed(
            name, f"{found.name} was taken on {found.taken}, which is no day", "Correct it"
        )
    age = max(0, (today - taken).days)
    said = f"{found.name}, of {found.taken}: {count(age, 'day')} old"
    return warning(name, said, _RENEW) if age > OLD else ok(name, said)


def _day(taken: str) -> date | None:
    """The day of a profile, which may give only its month; None where there is no such day."""
    try:
        return date.fromisoformat(taken if taken.count("-") > 1 else f"{taken}-01")
    except ValueError:
        return None
