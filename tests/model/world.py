"""The values a state is made of: what is live, what is recorded, what each run knows."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

FINAL: Final = "final"
"""The name in the definition."""
THEIRS: Final = "theirs"
"""A name that a person gave to a persona that carried a nonce."""
EDITED: Final = "edited"
"""Content a person wrote."""
DROPPED: Final = ""
"""Wanted content where the definition is gone."""

CREATE, UPDATE, DELETE = "create", "update", "delete"

# Where a run is: before its lease, under it, after it.
READ, WAIT, TAKE = "read", "wait", "take"
LIST, LOOK, LOOK_AGAIN, RECORD = "list", "look", "look again", "record"
CALL, BIND, SEARCH, VERIFY, COMPARE, REMOVE, RELEASE = (
    "call", "bind", "search", "verify", "compare", "remove", "release",
)  # fmt: skip
OVER: Final = "over"

Owner: TypeAlias = tuple[int, int]
"""A run: its slot, and how often the slot was restarted."""


class Persona(NamedTuple):
    """A live persona."""

    id: int
    name: str
    content: str


class Binding(NamedTuple):
    """The id of the address, and which content of it is ours."""

    id: int
    nonce: str
    applied: str
    maybe: tuple[str, ...] = ()
    """What was sent with unknown outcome: it may land at any time."""


class Intent(NamedTuple):
    """A call that is recorded before it is sent."""

    kind: str
    id: int = 0
    nonce: str = ""
    content: str = ""


class Document(NamedTuple):
    """The state document. Its version is not here: see `Run.is_fresh`."""

    lease: Owner | None = None
    binding: Binding | None = None
    intents: tuple[Intent, ...] = ()
    tombstones: tuple[str, ...] = ()


class Run(NamedTuple):
    """A process: what its definition wants, where it is and what it knows."""

    want: str
    life: int = 0
    at: str = READ
    own: Document = Document()
    """The document as last read or replaced, with what was learnt since."""
    is_fresh: bool = False
    """Whether nobody replaced the document since: what a version tells a compare-and-swap."""
    has_waited: bool = False
    """Whether a whole lease time passed while it waited and nothing changed."""
    is_expired: bool = False
    """Whether its own clock says that its lease time is over."""
    todo: tuple[Intent, ...] = ()
    view: tuple[Persona, ...] = ()
    """What it saw of the live side, while it plans."""
    created: Persona | None = None
    """What it created and has not bound yet."""
    is_blind: bool = False
    """Whether it wrote to a persona and has not read since."""


class Call(NamedTuple):
    """A mutating request."""

    verb: str
    id: int
    name: str = ""
    content: str = ""


class Budget(NamedTuple):
    """How many misfortunes a state may still meet."""

    crashes: int = 0
    faults: int = 0
    """Answers lost, requests delayed, patches ignored."""
    expiries: int = 0
    """Times that every run is paused for a whole lease time."""
    stale: int = 0
    """Lists that are old or lack a persona, direct reads that miss one."""
    edits: int = 0
    """Changes by a person."""


class State(NamedTuple):
    """Everything, at one moment."""

    runs: tuple[Run, ...]
    budget: Budget
    personas: tuple[Persona, ...] = ()
    document: Document = Document()
    wire: tuple[Call, ...] = ()
    """Requests under way that nobody waits for."""
    last_id: int = 1
    before: tuple[Persona, ...] = ()
    """What was live before the last change, as long as a list may be stale."""


class Move(NamedTuple):
    """One step: who does what, the state after it, and the promise it breaks, if any."""

    what: str
    state: State
    broken: str = ""


def with_run(state: State, slot: int, run: Run) -> State:
    """The state in which the slot's run is this one."""
    return state._replace(runs=(*state.runs[:slot], run, *state.runs[slot + 1 :]))


def spend(state: State, misfortune: str) -> State:
    """The state with one misfortune of the kind less to come."""
    left = getattr(state.budget, misfortune) - 1
    budget = state.budget._replace(**{misfortune: left})
    return state._replace(budget=budget, before=state.before if budget.stale else ())


def persona_of(personas: tuple[Persona, ...], identifier: int) -> Persona | None:
    """The persona of an id."""
    return next((persona for persona in personas if persona.id == identifier), None)


def provisional(nonce: str) -> str:
    """The name that carries a nonce."""
    return f"new-{nonce}"
