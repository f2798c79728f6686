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
    except DefinitionError as wrong:
        return failed(name, first_of(wrong), "See all: reconciler validate")
    except ReconcilerError as wrong:
        return of_error(name, wrong)
    except OSError as wrong:
        where = f"{wrong.filename}: " if wrong.filename else ""
        return failed(name, f"{where}{wrong.strerror or type(wrong).__name__}")
    except Exception as bug:  # noqa: BLE001 - what one check breaks on must not hide the others
        if console.debug:
            console.say(traceback.format_exc())
        # Only the kind: what a bug says may hold anything.
        return failed(
            name, f"a bug of reconciler ({type(bug).__name__})", "See it with --debug; report it"
        )


def first_of(wrong: DefinitionError) -> str:
    """The first problem and how many there are; no particulars, which may quote anything."""
    errors = [d for d in wrong.diagnostics if d.is_error]
    first = errors[0]
    place = f"{first.place}: " if first.place else ""
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{place}{first.summary}{more}"
