"""Live, read so that absence is proved: a list that lacks a bound persona is no evidence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get, is_unset
from reconciler.core.errors import WrongTargetError
from reconciler.core.identity import find_binding
from reconciler.core.same import name_key
from reconciler.core.service.behaviour import SHORTENED_IN_LIST

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Path
    from reconciler.core.resource import Desired, Live
    from reconciler.core.state import StateDocument
    from reconciler.workflow.ports import PersonaReader


SAMPLE: Final = 3
"""How many bound personas are read to see whether a state belongs to an account."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go."""

    endpoint: str
    """Base URL, or «sandbox»."""
    account: str = ""
    """Digest of the API key; empty where that is not compared."""


async def read_live(
    reader: PersonaReader,
    state: StateDocument,
    desired: Sequence[Desired],
    *,
    read_each: bool = False,
) -> dict[str, Live]:
    """Every user-owned persona, and every bound one that exists, by id.

    Bound ids that the list lacks are read directly, twice before they are believed gone
    (engines 3.5). Rows that may be shortened where a definition has something are read directly.
    With read_each, every persona a definition means is read directly.
    """
    live = {persona.id: persona for persona in await reader.list()}
    missing = [binding.id for binding in state.bindings.values() if binding.id not in live]
    doubtful = _doubtful_rows(live, state, desired, read_each=read_each)
    for persona in await asyncio.gather(*(reader.get(at) for at in doubtful)):
        if persona is not None:
            live[persona.id] = persona
    for persona in await asyncio.gather(*(_get_twice(reader, at) for at in missing)):
        if persona is not None:
            live[persona.id] = persona
    return live


async def _get_twice(reader: PersonaReader, persona_id: str) -> Live | None:
    return await reader.get(persona_id) or await reader.get(persona_id)


def _doubtful_rows(
    live: Mapping[str, Live],
    state: StateDocument,
    desired: Iterable[Desired],
    *,
    read_each: bool,
) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for persona in live.values():
        by_name.setdefault(name_key(persona.name), []).append(persona.id)
    found = []
    for item in desired:
        binding = find_binding(item, state)[0]
        ids = [binding.id] if binding else by_name.get(name_key(item.name), [])
        records = binding.paths if binding else {}
        found += [
            at for at in ids if at in live and (read_each or _may_be_short(item, records, live[at]))
        ]
    return list(dict.fromkeys(found))


def _may_be_short(desired: Desired, records: Mapping[Path, PathRecord], row: Live) -> bool:
    """Whether the row lacks something that it may lack, and that is managed now or was."""
    return any(
        is_unset(get(row.document, path))
        and (
            not is_unset(get(desired.document, path))
            or any(known[: len(path)] == path for known in records)
        )
        for path in SHORTENED_IN_LIST
    )


def check_target(state: StateDocument, target: Target, live: Container[str]) -> None:
    """Refuse a state that belongs elsewhere.

    Args:
        state: the state document.
        target: where the requests would go.
        live: the ids that exist there.

    Raises:
        WrongTargetError: another endpoint; or not one of the bound personas exists with this key,
            or, where the key is new, not even half of them.
    """
    if state.endpoint not in {"", target.endpoint}:
        raise WrongTargetError(
            "The state belongs to another endpoint",
            f"state: {state.endpoint}, environment: {target.endpoint}",
            "Give the environment the API address it was applied to, or a state of its own.",
        )
    bound = [binding.id for binding in state.bindings.values()]
    found = sum(persona_id in live for persona_id in bound)
    new_key = state.account not in {"", target.account}
    if bound and (not found or (new_key and 2 * found < len(bound))):
        raise WrongTargetError(
            "The bound personas do not exist for this API key",
            f"{found} of {len(bound)} do; one that should is {min(bound)}",
            "Check that the key is of the right account. If they really were deleted:"
            " reconciler state forget ADDRESS…, or --all.",
        )


async def require_target(reader: PersonaReader, state: StateDocument, target: Target) -> None:
    """check_target() for a run that lists nothing: three bound personas are read in its place."""
    sample, live = await sampled(reader, state)
    check_target(sample, target, live)


async def sampled(
    reader: PersonaReader, state: StateDocument
) -> tuple[StateDocument, frozenset[str]]:
    """The state with at most SAMPLE of its bindings, and the ids of those that exist."""
    bindings = dict(sorted(state.bindings.items())[:SAMPLE])
    found = await asyncio.gather(*(reader.get(binding.id) for binding in bindings.values()))
    live = frozenset(persona.id for persona in found if persona is not None)
    return replace(state, bindings=bindings), live
