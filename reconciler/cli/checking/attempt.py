"""A look that may fail in any way without keeping the others from being taken."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from reconciler.core.checkup import failed, of_error
from reconciler.core.errors import DefinitionError, ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.console import Console
    from reconciler.core.checkup import Check


def attempt(name: str, look: Callable[[], Check], console: Console) -> Check:
    """What a look found; a failed check where it raises, whatever that is."""
    try:
        return look()
    except Exception as raised:  # noqa: BLE001 - what one check breaks on must not hide the others
        return of_raised(name, raised, console)


def of_raised(name: str, raised: Exception, console: Console) -> Check:
    """What an exception says, as a failed check."""
    match raised:
        case DefinitionError():
            return failed(name, first_of(raised), "See all: reconciler validate")
        case ReconcilerError():
            return of_error(name, raised)
        case OSError():
            where = f"{raised.filename}: " if raised.filename else ""
            return failed(name, f"{where}{raised.strerror or type(raised).__name__}")
    if console.debug:
        console.say("".join(traceback.format_exception(raised)))
    # Only the kind: what a bug says may hold anything.
    said = f"a bug of reconciler ({type(raised).__name__})"
    return failed(name, said, "See it with --debug, and report it")


def first_of(wrong: DefinitionError) -> str:
    """The first problem and how many there are; no particulars, which may quote anything."""
    errors = [d for d in wrong.diagnostics if d.is_error]
    first = errors[0]
    place = f"{first.place}: " if first.place else ""
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{place}{first.summary}{more}"
