"""Live, read so that absence is proved: a list that lacks a bound persona is no evidence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from reconciler.core.document import get, is_unset
from reconciler.core.errors import WrongTargetError
from reconciler.core.fields import SHORTENED_IN_LIST
from reconciler.core.identity import find_binding
from reconciler.core.same import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.core.resource import Desired, Live
    from reconciler.core.state import StateDocument
    from reconciler.workflow.ports import PersonaReader


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
        found += [at for at in ids if at in live and (read_each or _may_be_short(item, live[at]))]
    return list(dict.fromkeys(found))


def _may_be_short(desired: Desired, row: Live) -> bool:
    return any(
        not is_unset(get(desired.document, path)) and is_unset(get(row.document, path))
        for path in SHORTENED_IN_LIST
    )


def check_target(state: StateDocument, endpoint: str, live: Mapping[str, Live]) -> None:
    """Refuse a state that belongs elsewhere.

    Raises:
        WrongTargetError: another endpoint, or not one of the bound personas exists with this key.
    """
    if state.endpoint not in {"", endpoint}:
        raise WrongTargetError(
            "The state belongs to another endpoint",
            f"state: {state.endpoint}, environment: {endpoint}",
            "Give the environment the API address it was applied to, or a state of its own.",
        )
    bound = [binding.id for binding in state.bindings.values()]
    if bound and not any(persona_id in live for persona_id in bound):
        raise WrongTargetError(
            "None of the bound personas exists for this API key",
            f"{len(bound)} are bound, e.g. {min(bound)}",
            "Check that the key is of the right account. If all of them really were deleted:"
            " reconciler state forget --all.",
        )
