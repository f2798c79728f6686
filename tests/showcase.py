"""A plan as a busy team has it: every action, a long prompt edited and rearranged, odd texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from builders import a_desired, a_live, a_plan, bound
from scenarios import BOOK, CANCEL, WAKE, placed, tool

from reconciler.core.diagnostics import Place, warning
from reconciler.core.resource import How, Reserved, Use
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Desired

_TOPICS: Final = (
    *("Opening hours", "Check-in", "Check-out", "Breakfast", "Parking", "Pets", "Pool and garden"),
    *("Meeting rooms", "Airport transfer", "Children", "Accessibility", "Payment", "Deposits"),
    *("Late arrival", "Lost property", "Quiet hours", "Laundry", "Room service", "Excursions"),
    *("Weather", "Complaints", "Emergencies", "Privacy", "Groups", "Long stays", "Vouchers"),
    *("Housekeeping", "Internet", "Bicycles", "Restaurants nearby", "Public transport", "Museums"),
    *("Weddings", "Invoices", "Allergies", "Smoking", "Keys and cards", "Upgrades", "Feedback"),
)
_SENTENCES: Final = (
    "Guests ask about {topic} at any time of the day, often in a hurry and rarely in full words.",
    "Answer the question first and in one sentence, then offer one detail that helps.",
    "If you are not certain, say so, and offer to have the front desk call back within the hour.",
    "Never read out more than three options; people on a call do not remember a fourth one.",
    "When a guest is upset about {topic}, let them finish, name what went wrong, and apologise.",
    "Prices are per night and include the city tax unless a page of the handbook says otherwise.",
    "Do not promise anything about {topic} that is not written in this section.",
    "Use the guest's name once when you answer, not in every sentence.",
    "Spell times as people say them: half past seven, not nineteen thirty.",
    "Numbers, dates and names are repeated back before anything about {topic} is booked.",
)


def long_prompt() -> dict[str, str]:
    """Title of a section → its text; together about 10,000 words."""
    return {topic: _section(topic, number) for number, topic in enumerate(_TOPICS)}


def _section(topic: str, number: int) -> str:
    paragraphs = []
    for part in range(4):
        picked = [_SENTENCES[(number * 3 + part * 2 + k) % len(_SENTENCES)] for k in range(4)]
        opening = f"Rule {number + 1}.{part + 1} on {topic.lower()}: keep to what the guest asked."
        paragraphs.append(" ".join([opening, *picked]).format(topic=topic.lower()))
    return "\n\n".join(paragraphs)


def as_prompt(sections: dict[str, str]) -> str:
    """The sections as Markdown."""
    head = "# Role\n\nYou are Nora, the front desk of a small hotel in Lisbon.\n"
    return head + "".join(f"\n## {title}\n\n{text}\n" for title, text in sections.items())


def edited_prompt() -> str:
    """The long prompt after an afternoon's work on it."""
    sections = long_prompt()
    sections["Breakfast"] = sections["Breakfast"].replace("one detail", "one useful detail", 1)
    sections["Pets"] = sections["Pets"].replace(
        "Answer the question first and in one sentence", "Answer first, in one short sentence", 1
    )
    sections["Payment"] = sections["Payment"].replace(". ", ".\n", 3)
    sections["Weather"] = sections["Weather"].replace("a hurry", "a\u00a0hurry", 1)
    sections["Upgrades"] += "\n\nNever promise an upgrade. Offer to ask the manager on duty."
    del sections["Smoking"]
    parking = sections.pop("Parking")
    ordered = {}
    for title, text in sections.items():
        ordered[title] = text
        if title == "Bicycles":
            ordered["Parking"] = parking
    ordered["Feedback"] += "\n\n" + sections["Emergencies"].split("\n\n")[0]
    return as_prompt(ordered)


def _nora(prompt: str, **more: Any) -> Desired:
    members = {
        "greeting": "Bom dia! How can I help?",
        "default_replica_id": "r90bbd427f71",
        "layers__llm": {"model": "tavus-gpt-oss", "tools": [BOOK, CANCEL]},
        "layers__conversational_flow__turn_taking_patience": "high",
        **more,
    }
    made = a_desired("nora", system_prompt=prompt, **members)
    lines = {"greeting": 3, "system_prompt": 14, "layers__llm__tools": 7}
    return placed(made, **lines)


def showcase() -> Plan:
    """The plan; its persona with the long prompt is persona/nora."""
    before = _nora(as_prompt(long_prompt()))
    longer = tool("book_room", "Books a room.", nights={"type": "number"}, beds={"type": "integer"})
    after = replace(
        _nora(
            edited_prompt(),
            greeting="Bem-vindo! How can I help?",
            layers__llm={"model": "tavus-gpt-oss", "tools": [WAKE, longer]},
        ),
        reserved=Reserved(labels={"team": "hotels", "tier": "critical"}),
        uses=(
            Use("personas/nora.yaml", How.EXTENDS, "personas/bases/hotel.yaml"),
            Use("personas/nora.yaml", How.INCLUDES, "personas/prompts/safety.md"),
        ),
    )
    keyed = a_desired("concierge", layers__llm={"model": "own", "api_key": Secret("old-key-0001")})
    rekeyed = replace(
        a_desired("concierge", layers__llm={"model": "own", "api_key": Secret("new-key-0002")}),
        reserved=Reserved(labels={"team": "hotels"}),
    )
    night = a_desired("night-desk", greeting="Boa noite!")
    guide = a_desired("guide", greeting="Hello", context="City walks.")
    bare = a_desired("guide", context="City walks.")
    newcomer = a_desired(
        "spa-host",
        system_prompt="You look after the spa.\n\nBook treatments; never give medical advice.",
        greeting="Welcome to the spa.",
        layers__llm__extra_body={"temperature": 0.4},
        reserved=Reserved(labels={"team": "spa"}),
    )
    same = [a_desired(f"room-{number}") for number in range(101, 113)]
    retired = a_desired("summer-desk")
    live = [
        a_live("p5a7c0d1e2f3", before, greeting="Good morning!"),
        a_live("pb0b1b2b3b4b", keyed),
        a_live("pc1c2c3c4c5c", night, greeting="Good evening!"),
        a_live("pd9d8d7d6d5d", guide, greeting="Hi there"),
        a_live("pe1e1e1e1e1e", retired),
        *(a_live(f"p-{one.address.key}", one) for one in same),
    ]
    pairs = zip([before, keyed, night, guide, retired], live, strict=False)
    state = bound(
        *((desired, row.id) for desired, row in pairs),
        *((one, f"p-{one.address.key}") for one in same),
    )
    warned = warning(
        "The prompt is longer than models follow well",
        "about 16,500 tokens; answers get worse from 15,000 on",
        Place("personas/nora.yaml", 14, 1),
        "Move reference material into documents",
    )
    plan = a_plan(
        [after, rekeyed, night, bare, newcomer, *same], live, state, environment="prod", prune=True
    )
    active = {"nora": 12, "concierge": 0, "night-desk": 2}
    return replace(plan, changes=_with_conversations(plan, active), diagnostics=(warned,))


def _with_conversations(plan: Plan, active: dict[str, int]) -> tuple[Change, ...]:
    return tuple(
        replace(change, conversations=active.get(change.address.key)) for change in plan.changes
    )
