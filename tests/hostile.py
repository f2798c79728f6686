"""Texts that would do harm where a report let them, and plans that hold one wherever they can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from builders import a_desired, a_live, a_plan, bound
from scenarios import tool

from reconciler.core.diagnostics import Place, error
from reconciler.core.guards import Refusal
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.resource import How, Reserved, Use

if TYPE_CHECKING:
    from reconciler.core.plan import Plan

HOSTILE: Final = "\x1b[2Jboo\x07\x9b31m\u202eevil\u2066\u200b\u2028\x85\x7f\r\U000e0001"
"""What a terminal would obey, or what makes a text read otherwise than it is."""

XSS: Final = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    "</style><script>window.hit = 1</script>",
    "</title><script>window.hit = 1</script>",
    "</pre></details></section><img src=x onerror='window.hit = 1'>",
    "--><svg onload=window.hit=1>",
    "]]><img src=x onerror=window.hit=1>",
    '" autofocus onfocus=window.hit=1 x="',
    "' onmouseover='window.hit = 1' x='",
    "` onload=`window.hit=1",
    "<details open ontoggle=window.hit=1>",
    "<iframe srcdoc='<script>top.hit=1</script>'></iframe>",
    "<base href=//elsewhere.example/><link rel=stylesheet href=//elsewhere.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://elsewhere.example/'>",
    "<img src=http://elsewhere.example/x.png><style>@import '//elsewhere.example/y'</style>",
    "<form action=javascript:window.hit=1><button autofocus>go</button></form>",
    "<a href=javascript:window.hit=1 id=controls>x</a><input id=find name=cards>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
    "<template><script>window.hit=1</script></template><noscript><p title='</noscript><img>'>",
    "{{ 7 * 7 }}{% for x in y %}{% endfor %}{# gone #}${7*7}<%= 7 %>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;&#60;img src=x onerror=window.hit=1&#62;",
    "\u2028<scr\u200bipt>window.hit=1</scr\u200bipt>",
    "\x00<\x00script>window.hit=1</\x00script>",
)
"""Markup in the places where pages break; whatever gets to run sets window.hit."""


def hostile_plans(text: str = HOSTILE) -> dict[str, Plan]:
    """Plans in which every place that takes text from outside holds this one."""
    calm = a_desired("coach", greeting="Hi", system_prompt="One.\n\nTwo.", context="x")
    tools = [tool(f"t{text}", f"d{text}", **{f"p{text}": text})]
    other = [tool(f"t{text}", "d", **{f"p{text}": 1, f"q{text}": 2})]
    desired = {
        "a value": a_desired("coach", greeting=text),
        "prose": a_desired("coach", system_prompt=f"One.\n\n{text}\n\nTwo.", context=text * 9),
        "a name": a_desired("coach", persona_name=text),
        "a header": a_desired("coach", layers__llm__headers={text: "x"}),
        "a list": a_desired("coach", document_ids=[text]),
        "a tool": a_desired("coach", layers__llm__tools=tools),
        "free JSON": a_desired("coach", layers__sts={text: [text]}),
        "labels and files": a_desired("coach", greeting="x"),
    }
    desired["labels and files"] = replace(
        desired["labels and files"],
        place=Place(f"personas/{text}.yaml", 1, 1),
        places={("greeting",): Place(f"personas/{text}.md", 2, 1)},
        uses=(Use("a", How.INCLUDES, f"personas/{text}.txt"),),
        reserved=Reserved(labels={f"name{text}": text}),
    )
    plans = {}
    for what, item in desired.items():
        plans[f"{what} created"] = a_plan([item])
        plans[f"{what} in git"] = a_plan([item], [a_live("p1", calm)], bound((calm, "p1")))
        plans[f"{what} on live"] = a_plan([calm], [a_live("p1", item)], bound((calm, "p1")))
        plans[f"{what} dropped"] = a_plan([calm], [a_live("p1", item)], bound((item, "p1")))
        plans[f"{what} in conflict"] = a_plan(
            [calm], [a_live("p1", item, greeting=f"{text}!")], bound((item, "p1"))
        )
    had, has = (a_desired("coach", layers__llm__tools=some) for some in (other, tools))
    plans["a tool changed"] = a_plan([has], [a_live("p1", had)], bound((had, "p1")))
    plans["an id"] = a_plan([calm], [a_live(text, calm, greeting="x")], bound((calm, text)))
    plans["twins"] = a_plan([calm], [a_live(f"1{text}", calm), a_live(f"2{text}", calm)])
    found = error(text, text, Place(f"personas/{text}.yaml", 1, 1), text)
    through = replace(found, via=(Place(f"personas/{text}.txt", 3, 1),))
    plans["a diagnostic"] = replace(a_plan([calm]), diagnostics=(found, through))
    return plans


def hostile_refusal(text: str) -> Refusal:
    """A refusal that says this."""
    return Refusal("protect", text, text)


def hostile_outcome(plan: Plan, text: str) -> Outcome:
    """An outcome of a plan in which the server says this everywhere."""
    results = tuple(
        Result(c.address, c.action, Status.FAILED, text, text, f"Try {text}", ((text,),), (text,))
        for c in plan.changes
    )
    return Outcome(results, problem=text)
