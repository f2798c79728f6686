"""Ten situations a person meets, as plans and outcomes; the golden screens show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from builders import a_desired, a_live, a_plan, bound

from reconciler.core.action import Action
from reconciler.core.diagnostics import Place, error, warning
from reconciler.core.document import parse_pointer
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.resource import Address, How, Reserved, Use
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Desired

PROMPT: Final = """\
# Role
You are Nora, the front desk of a small hotel in Lisbon.
You greet guests by name when you know it.

# Tone
Warm, brief, never pushy.
Answer in the language the guest speaks.

# Rooms
Standard rooms look onto the courtyard and cost 90 euros.
Superior rooms look onto the river and cost 140 euros.
Breakfast is served from seven to ten.

# Never
Never promise an upgrade.
Never quote a price that is not on this page.
"""

EDITED_PROMPT: Final = (
    PROMPT.replace("Warm, brief, never pushy.", "Warm, brief and calm, never pushy.")
    .replace("Breakfast is served from seven to ten.\n", "")
    .replace("# Never\n", "# Never\nNever speak about other guests.\n")
)


def tool(name: str, description: str, **parameters: Any) -> dict[str, Any]:
    """An inline tool."""
    function = {"name": name, "description": description}
    shape = {"type": "object", "properties": parameters}
    return {"type": "function", "function": {**function, "parameters": shape}}


BOOK: Final = tool("book_room", "Books a room.", nights={"type": "integer"})
CANCEL: Final = tool("cancel", "Cancels a booking.")
WAKE: Final = tool("wake_up_call", "Orders a call.", time={"type": "string"})


def placed(desired: Desired, **lines: int) -> Desired:
    """The definition with members at these lines; names with __ for a slash."""
    places = {
        parse_pointer("/" + name.replace("__", "/")): Place(desired.place.file, line, 1)
        for name, line in lines.items()
    }
    return replace(desired, places=places)


NORA: Final = placed(
    a_desired(
        "nora",
        system_prompt=PROMPT,
        greeting="Bom dia!",
        default_replica_id="r90bbd427f71",
        layers__llm={"model": "tavus-gpt-oss", "tools": [BOOK, CANCEL]},
        layers__conversational_flow__turn_taking_patience="high",
    ),
    greeting=3,
    system_prompt=12,
    layers__llm__model=6,
    layers__llm__tools=7,
    layers__conversational_flow__turn_taking_patience=10,
)
KEYED: Final = a_desired(
    "keyed",
    layers__llm={
        "model": "mine",
        "base_url": "https://llm.example/v1",
        "api_key": Secret("key-of-yesterday"),
        "headers": {"X-Team": Secret("header-of-yesterday")},
    },
)
QUIET: Final = a_desired("quiet")


def edited(desired: Desired, **members: Any) -> Desired:
    """The definition with other members."""
    return replace(
        a_desired(desired.address.key, **{**_flat(desired), **members}), places=desired.places
    )


def _flat(desired: Desired) -> dict[str, Any]:
    return dict(desired.document)


def first_plan() -> Plan:
    """Nothing is live yet."""
    return a_plan([NORA, KEYED, QUIET])


def empty_plan() -> Plan:
    """Everything is as it should be."""
    return a_plan(
        [NORA, QUIET],
        [a_live("p1", NORA), a_live("p3", QUIET)],
        bound((NORA, "p1"), (QUIET, "p3")),
    )


def mixed_plan() -> Plan:
    """A change in git, an outside change undone and one overwritten, an adoption, a move."""
    before = edited(NORA, greeting="Olá!")
    live = a_live("p1", before, greeting="Ahoy!", layers__llm__model="tavus-gpt-4.1")
    moved = a_desired("silent", persona_name="Quiet", reserved=Reserved(moved_from="quiet"))
    adopted = a_desired("adopted", greeting="Hello")
    return a_plan(
        [
            edited(
                NORA,
                greeting="Bem-vindo!",
                layers={**NORA.document["layers"], "stt": {"hotwords": "Lisboa"}},
            ),
            moved,
            adopted,
            a_desired("newcomer", layers__llm__extra_body={"temperature": 0.4}),
        ],
        [live, a_live("p3", QUIET), a_live("p4", adopted, greeting="Hi", persona_name="adopted!")],
        bound((before, "p1"), (QUIET, "p3")),
    )


def conflict() -> Plan:
    """Removed in git, changed outside; and two live personas of one name."""
    without = a_desired("nora", **{k: v for k, v in _flat(NORA).items() if k != "greeting"})
    return a_plan(
        [without, QUIET],
        [a_live("p1", NORA, greeting="Ahoy!"), a_live("p3", QUIET), a_live("p5", QUIET)],
        bound((NORA, "p1")),
    )


def prompt_edit() -> Plan:
    """Three edits in a long prompt."""
    return a_plan(
        [edited(NORA, system_prompt=EDITED_PROMPT)], [a_live("p1", NORA)], bound((NORA, "p1"))
    )


def long_line_edit() -> Plan:
    """A word in one very long line, and white space only."""
    line = "Guests may ask about the pool, the bar and the garden at any time of the day. " * 12
    before = edited(NORA, system_prompt=f"{line}\nEnd.", context="One.\n\nTwo.")
    after = edited(
        NORA,
        system_prompt=f"{line.replace('bar', 'rooftop bar', 1)}\nEnd.",
        context="One.\nTwo.",
    )
    return a_plan([after], [a_live("p1", before)], bound((before, "p1")))


def tool_edit() -> Plan:
    """One tool more, one less, one changed."""
    more = tool("book_room", "Books a room.", nights={"type": "number"}, beds={"type": "integer"})
    layers = {**NORA.document["layers"], "llm": {"model": "tavus-gpt-oss", "tools": [WAKE, more]}}
    return a_plan([edited(NORA, layers=layers)], [a_live("p1", NORA)], bound((NORA, "p1")))


def secret_rotation() -> Plan:
    """A new key, a header less, a header more."""
    llm = {**KEYED.document["layers"]["llm"], "api_key": Secret("key-of-today")}
    llm["headers"] = {"X-Crew": Secret("header-of-today")}
    return a_plan([edited(KEYED, layers={"llm": llm})], [a_live("p2", KEYED)], bound((KEYED, "p2")))


def orphan() -> Plan:
    """A definition is gone; its persona is kept. Another one is gone on both sides."""
    return a_plan(
        [QUIET],
        [a_live("p1", NORA), a_live("p3", QUIET)],
        bound((NORA, "p1"), (QUIET, "p3"), (KEYED, "p2")),
    )


def delete() -> Plan:
    """The same with --prune."""
    return a_plan(
        [QUIET],
        [a_live("p1", NORA), a_live("p3", QUIET)],
        bound((NORA, "p1"), (QUIET, "p3")),
        prune=True,
    )


def drift() -> Plan:
    """Two fields moved outside, one persona was deleted, and git is ahead elsewhere."""
    layers = {**NORA.document["layers"]["llm"], "tools": [BOOK]}
    return a_plan(
        [NORA, KEYED, edited(QUIET, greeting="Hi")],
        [
            a_live("p1", NORA, greeting="Ahoy!", layers__llm=layers),
            a_live("p3", QUIET),
        ],
        bound((NORA, "p1"), (KEYED, "p2"), (QUIET, "p3")),
    )


def shared_base() -> Plan:
    """A line of a base changed, which two personas are built on; people talk with one of them."""
    base = Place("personas/bases/coach.yaml", 3, 3)
    patience = ("layers", "conversational_flow", "turn_taking_patience")
    before, after = [], []
    for key in ("anna", "ben"):
        item = replace(
            a_desired(key, layers__conversational_flow__turn_taking_patience="low"),
            places={patience: base},
            uses=(Use(f"personas/{key}.yaml", How.EXTENDS, base.file),),
            reserved=Reserved(labels={"team": "coaches"}),
        )
        before.append(item)
        after.append(edited(item, layers={"conversational_flow": {"turn_taking_patience": "high"}}))
    plan = a_plan(
        [*after, QUIET],
        [a_live("p1", before[0]), a_live("p2", before[1]), a_live("p3", QUIET)],
        bound((before[0], "p1"), (before[1], "p2"), (QUIET, "p3")),
    )
    talking = {"p1": 3, "p2": 0}
    changes = tuple(replace(c, conversations=talking.get(c.id)) for c in plan.changes)
    return replace(plan, changes=changes)


def outcome() -> Outcome:
    """Every status once."""

    def result(key: str, action: Action, status: Status, **more: Any) -> Result:
        return Result(Address("persona", key), action, status, f"p-{key}", **more)

    return Outcome(
        (
            result("a-done", Action.CREATE, Status.DONE),
            result(
                "b-stored",
                Action.UPDATE,
                Status.DONE,
                normalised=(("layers", "llm", "base_url"), ("greeting",)),
            ),
            result("c-same", Action.ADOPT, Status.UNCHANGED),
            result(
                "d-residual",
                Action.UPDATE,
                Status.NOT_CONVERGED,
                detail="accepted, but reads as before: greeting",
                residual=(("greeting",),),
            ),
            result(
                "e-draft",
                Action.UPDATE,
                Status.NOT_LIVE,
                detail="the change went to a draft; conversations still use the old version",
                hint="Publish it in the PAL Builder.",
            ),
            result(
                "f-failed",
                Action.UPDATE,
                Status.FAILED,
                detail="Tavus refused: PATCH /v2/personas/p-f answered 400: greeting: Too long.",
                hint="Correct the definition.",
            ),
            result(
                "g-lost",
                Action.CREATE,
                Status.UNKNOWN,
                detail="it may have been created",
                hint="Run plan again.",
            ),
            result("h-waiting", Action.DELETE, Status.NOT_STARTED),
        ),
        interrupted=True,
        problem="The state file cannot be written: state.json: No space left on device",
    )


def problems() -> list[Diagnostic]:
    """Errors and warnings with and without a place, with a hint, through an included file."""
    included = replace(
        error("Unknown field", "«temprature»", Place("personas/prompts/voice.yaml", 2, 1)),
        via=(Place("personas/nora.yaml", 9, 12),),
    )
    return [
        error("Wrong type", "a text is expected", Place("personas/nora.yaml", 4, 11), "Quote it"),
        included,
        warning("Two definitions have the same persona name", "«Nora»", Place("personas/b.yaml")),
        warning("The variable is not set", "TEAM_KEY"),
    ]
