"""Small values for the tests of the core: definitions, live personas, records, sides, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reconciler.core.binding import Binding, PathRecord
from reconciler.core.canonical import canonical
from reconciler.core.diagnostics import Place
from reconciler.core.digest import Digests, digests_for
from reconciler.core.document import ABSENT, get, parse_pointer, with_value
from reconciler.core.planning import Options, World, build_plan
from reconciler.core.resource import Address, Desired, Live, Reserved
from reconciler.core.sides import Sides
from reconciler.core.state import StateDocument
from reconciler.core.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.plan import Change, Plan

LINEAGE: Final = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
DIGESTS: Final = digests_for(LINEAGE)

GREETING: Final = "/greeting"
MODEL: Final = "/layers/llm/model"
PATIENCE: Final = "/layers/conversational_flow/turn_taking_patience"
API_KEY: Final = "/layers/llm/api_key"


def document(members: Mapping[str, Json | Absent]) -> Object:
    """A document from JSON Pointers and values; ABSENT members are left out."""
    made: Object = {}
    for at, value in members.items():
        if value is not ABSENT:
            made = with_value(made, parse_pointer(at), value)
    return made


def record(
    at: str, applied: Json | Absent, observed: Json | Absent = None, *, sensitive: bool = False
) -> dict[Path, PathRecord]:
    """What state remembers of one path: what was sent, and what was read (the same if None)."""
    path = parse_pointer(at)
    read = applied if observed is None else observed
    return {path: PathRecord(DIGESTS.of(path, applied), DIGESTS.of(path, read), sensitive)}


def sides(
    desired: Mapping[str, Json | Absent],
    live: Mapping[str, Json | Absent],
    records: Mapping[Path, PathRecord] | None = None,
) -> Sides:
    """The three sides of a comparison."""
    return Sides(
        canonical(document(desired)), canonical(document(live)), dict(records or {}), DIGESTS
    )


def a_desired(
    key: str = "coach", /, *, reserved: Reserved | None = None, **members: Json
) -> Desired:
    """A definition; members by name with __ for a slash: layers__llm__model."""
    made = document({f"/{name.replace('__', '/')}": value for name, value in members.items()})
    return Desired(
        Address("persona", key),
        canonical({"persona_name": key.title(), "system_prompt": "You are a coach.", **made}),
        Place(f"personas/{key}.yaml"),
        reserved=reserved or Reserved(),
    )


def a_live(persona_id: str, desired: Desired | None = None, /, **members: Json) -> Live:
    """A live persona: what a definition says, with members laid over it."""
    made = dict(desired.document) if desired else {}
    for name, value in members.items():
        made = with_value(made, tuple(name.split("__")), value)
    return Live(persona_id, {**made, "persona_id": persona_id})


def bound(
    *pairs: tuple[Desired, str], protect: Iterable[str] = (), digests: Digests = DIGESTS
) -> StateDocument:
    """The state after each definition was applied to the live persona of that id."""
    bindings = {}
    for desired, persona_id in pairs:
        applied = Sides(desired.document, desired.document, {}, digests)
        bindings[desired.address] = Binding(
            persona_id,
            verify(applied).records,
            desired.address.key in set(protect),
            desired.place.file,
        )
    return StateDocument(LINEAGE, serial=7, endpoint="sandbox", bindings=bindings)


def world(
    desired: Sequence[Desired], live: Sequence[Live], state: StateDocument | None = None
) -> World:
    """The three sides of a plan."""
    return World(desired, {row.id: row for row in live}, state or StateDocument(LINEAGE), DIGESTS)


def a_plan(
    desired: Sequence[Desired],
    live: Sequence[Live] = (),
    state: StateDocument | None = None,
    **chosen: Any,
) -> Plan:
    """The plan for these three, in the environment test; chosen are Options."""
    options = Options(**{"environment": "test", "endpoint": "sandbox", **chosen})
    return build_plan(world(desired, live, state), options)


def the_change(plan: Plan) -> Change:
    """The only change of a plan."""
    (change,) = plan.changes
    return change


def value_at(value: Json, at: str) -> Json | Absent:
    """get() by JSON Pointer."""
    return get(value, parse_pointer(at))
