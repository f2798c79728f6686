"""What the runs that are remembered did to one address, and which version was live when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.errors import RefusedError
from reconciler.workflow.rolling_back import images_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Object
    from reconciler.core.resource import Address
    from reconciler.core.rollback import Image
    from reconciler.core.run import RunRecord
    from reconciler.workflow.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Version:
    """What one run made of a persona."""

    run: RunRecord
    image: Image

    @property
    def when(self) -> str:
        """When the run was over, as far as that is known; ISO 8601 in UTC."""
        return self.run.ended or self.run.started


def versions(ledger: Ledger, address: Address) -> tuple[Version, ...]:
    """The versions of an address, oldest first. Raises StateError."""
    found = []
    for run in ledger.document.runs:
        try:
            images = images_of(ledger, run.id)
        except RefusedError:
            continue
        found += [Version(run, image) for image in images if image.address == address]
    return tuple(found)


def live_at(known: Sequence[Version], moment: str) -> tuple[Object | None, str]:
    """The document that was live at a moment, as far as runs know it, and where it is from.

    moment is ISO 8601 in UTC; None is returned for «did not exist». When an edit was made outside,
    between two runs, nobody knows; it is told. Raises RefusedError where no run tells.
    """
    earlier = [one for one in known if one.when <= moment]
    later = [one for one in known if one.when > moment]
    if not earlier and not later:
        raise RefusedError(
            "No remembered run touched it", hint="reconciler history lists the runs."
        )
    if not earlier:
        return later[0].image.before, f"as run {later[0].run.id} found it later"
    document, source = earlier[-1].image.after, f"as run {earlier[-1].run.id} left it"
    if later and document is not None and later[0].image.before != document:
        source += f"; it was changed outside before run {later[0].run.id}"
    return document, source
