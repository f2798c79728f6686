"""Whether edited files say what was pulled and nothing else, before any of them is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.canonical import canonical, owned
from reconciler.core.document import dotted, get, touches
from reconciler.core.same import equal_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.core.document import Path
    from reconciler.core.resource import Address, Desired
    from reconciler.desired.loader import Loaded
    from reconciler.desired.pulling import Pulled

_HINT = "choose another --into, or edit by hand"


def objections(pulled: Pulled, before: Sequence[Desired], after: Loaded) -> list[str]:
    """What the edited files say that was not meant: in pulled definitions and in all others.

    Args:
        pulled: what was to be written.
        before: the definitions as they are.
        after: the definitions as the edited files make them.
    """
    told = {one.address: one for one in after.desired}
    found = [f"{one.place}: {one.summary}" for one in after.diagnostics if one.is_error]
    if found:
        return found
    for known in before:
        now = told.get(known.address)
        if now is None:
            found.append(f"{known.address}: would be gone; {_HINT}")
        else:
            found += _unmeant(pulled, known, now)
    return found


def _unmeant(pulled: Pulled, before: Desired, after: Desired) -> Iterator[str]:
    address, taken = before.address, pulled.taken.get(before.address, {})
    known, now = canonical(before.document), canonical(after.document)
    for path, wanted in taken.items():
        if not equal_as(path, get(now, path), wanted):
            yield (
                f"{address} {dotted(path)}: the files would not say what is live"
                f" ({_edited(pulled, after)}); {_HINT}"
            )
    for path in dict.fromkeys(path for side in (known, now) for path, _value in owned(side)):
        is_meant = any(touches(path, at) for at in (*taken, *_chosen(pulled, address)))
        if not is_meant and not equal_as(path, get(known, path), get(now, path)):
            where = _edited(pulled, after)
            yield f"{address} {dotted(path)}: would change, too ({where}); {_HINT}"


def _chosen(pulled: Pulled, address: Address) -> list[Path]:
    return [path for path, sharers in pulled.shared.items() if address in sharers]


def _edited(pulled: Pulled, desired: Desired) -> str:
    return ", ".join(file.file for file in pulled.files if file.file in desired.sources)
