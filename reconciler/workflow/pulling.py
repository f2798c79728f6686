"""Record what was pulled as applied: git says it now, and live held it already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.sides import Sides
from reconciler.core.verify import fresh_record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reconciler.core.document import Path
    from reconciler.core.planning import World
    from reconciler.core.resource import Address, Desired
    from reconciler.workflow.ledger import Ledger


def record_pulled(
    ledger: Ledger,
    world: World,
    desired: Sequence[Desired],
    taken: Mapping[Address, Collection[Path]],
) -> None:
    """Bring the records of pulled fields up to date: in memory, stored with the next flush.

    So the next plan is empty also where the server keeps less than git says, and an outside
    change that follows is told from a change in git. A persona that another run has written to
    since the plan keeps the records of that run.

    Args:
        ledger: the state, its lease free.
        world: what the plan was made from.
        desired: the definitions with what was pulled in them.
        taken: the pulled fields of each address.
    """
    for item in desired:
        binding = ledger.document.bindings.get(item.address)
        paths = taken.get(item.address)
        if not paths or binding is None or binding != world.state.bindings.get(item.address):
            continue
        sides = Sides.of(
            item, world.live[binding.id].document, binding.paths, ledger.digests, ledger.profile
        )
        wanted = dict(owned(sides.desired))
        records = {path: known for path, known in binding.paths.items() if path not in paths}
        records |= {
            path: fresh_record(sides, path, wanted[path]) for path in paths if path in wanted
        }
        ledger.bind(item.address, replace(binding, paths=records))
