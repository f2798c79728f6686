"""Plans in which text from outside tries to be more than text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import scenarios
from builders import a_desired, a_live, a_plan, bound

if TYPE_CHECKING:
    from reconciler.core.plan import Plan

HOSTILE: Final = "\x1b[2Jboo\x07\x9b31m\u202eevil\u2028\x85\x7f\r"
"""What a terminal would obey, or draw in another place."""


def hostile_plans() -> dict[str, Plan]:
    """Plans in which every place that takes text from outside holds a hostile one."""
    calm = a_desired("coach", greeting="Hi", system_prompt="One.\nTwo.", context="x")
    tools = [scenarios.tool(f"t{HOSTILE}", f"d{HOSTILE}", **{f"p{HOSTILE}": HOSTILE})]
    other = [scenarios.tool(f"t{HOSTILE}", "d", **{f"p{HOSTILE}": 1, f"q{HOSTILE}": 2})]
    desired = {
        "a value": a_desired("coach", greeting=HOSTILE),
        "prose": a_desired("coach", system_prompt=f"One.\n{HOSTILE}\nTwo.", context=HOSTILE * 9),
        "a name": a_desired("coach", persona_name=HOSTILE),
        "a header": a_desired("coach", layers__llm__headers={HOSTILE: "x"}),
        "a list": a_desired("coach", document_ids=[HOSTILE]),
        "a tool": a_desired("coach", layers__llm__tools=tools),
        "free JSON": a_desired("coach", layers__sts={HOSTILE: [HOSTILE]}),
    }
    plans = {}
    for what, item in desired.items():
        plans[f"{what} created"] = a_plan([item])
        plans[f"{what} in git"] = a_plan([item], [a_live("p1", calm)], bound((calm, "p1")))
        plans[f"{what} on live"] = a_plan([calm], [a_live("p1", item)], bound((calm, "p1")))
        plans[f"{what} dropped"] = a_plan([calm], [a_live("p1", item)], bound((item, "p1")))
        plans[f"{what} in conflict"] = a_plan(
            [calm], [a_live("p1", item, greeting=f"{HOSTILE}!")], bound((item, "p1"))
        )
    had, has = (a_desired("coach", layers__llm__tools=some) for some in (other, tools))
    plans["a tool changed"] = a_plan([has], [a_live("p1", had)], bound((had, "p1")))
    plans["an id"] = a_plan([calm], [a_live(HOSTILE, calm, greeting="x")], bound((calm, HOSTILE)))
    plans["twins"] = a_plan([calm], [a_live(f"1{HOSTILE}", calm), a_live(f"2{HOSTILE}", calm)])
    return plans
