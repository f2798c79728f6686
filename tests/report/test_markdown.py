"""The comment on a pull request: readable, bounded, and inert whatever a plan holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
import scenarios
from builders import a_desired, a_live, a_plan, bound
from golden_files import GOLDEN, assert_golden
from hostile import hostile_plans
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from scenarios import edited

from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.project import GuardSettings
from reconciler.report.fence import fenced
from reconciler.report.markdown import LIMIT, drift_markdown, outcome_markdown, plan_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.plan import Plan

MASK: Final = Mask()
OURS: Final = re.compile(
    r"</?details( open)?>(<summary>[^<>]*(<code>[A-Za-z0-9./_-]*</code>[^<>]*)?</summary>)?"
)
"""The only HTML that a report may hold: folding, and an address as code."""


def comment(plan: Plan, **options: Any) -> str:
    return plan_markdown(MASK.plan(plan), **options)


def refused(plan: Plan) -> str:
    limits = GuardSettings(max_updates=Limit(0), max_deletes=Limit(0))
    return comment(plan, refusals=refusals(plan, Guards(limits)))


COMMENTS: Final[dict[str, Callable[[], str]]] = {
    "first-plan": lambda: comment(scenarios.first_plan()),
    "empty-plan": lambda: comment(scenarios.empty_plan()),
    "mixed-plan": lambda: comment(scenarios.mixed_plan()),
    "conflict": lambda: comment(scenarios.conflict()),
    "prompt-edit": lambda: comment(scenarios.prompt_edit()),
    "long-line-edit": lambda: comment(scenarios.long_line_edit()),
    "tool-edit": lambda: comment(scenarios.tool_edit()),
    "secret-rotation": lambda: comment(scenarios.secret_rotation()),
    "orphan": lambda: comment(scenarios.orphan()),
    "delete-refused": lambda: refused(scenarios.delete()),
    "drift": lambda: drift_markdown(MASK.plan(scenarios.drift())),
    "no-drift": lambda: drift_markdown(scenarios.empty_plan()),
    "shared-base": lambda: comment(scenarios.shared_base()),
    "outcome": lambda: outcome_markdown(scenarios.outcome(), scenarios.empty_plan()),
    "shortened": lambda: comment(scenarios.mixed_plan(), limit=1_500),
    "addresses-only": lambda: comment(scenarios.mixed_plan(), limit=800),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_the_comment(name: str) -> None:
    assert_golden(f"comments/{name}.md", COMMENTS[name]())


def test_every_golden_comment_is_looked_at() -> None:
    assert {file.stem for file in (GOLDEN / "comments").iterdir()} == set(COMMENTS)


@pytest.mark.parametrize("name", COMMENTS)
def test_no_secret_stands_in_a_comment(name: str) -> None:
    for secret in ("key-of-yesterday", "key-of-today", "header-of-yesterday", "header-of-today"):
        assert secret not in COMMENTS[name]()


# ------------------------------------------------------------------ nothing from outside is obeyed


def assert_inert(markdown: str) -> None:
    """Outside of fences there is nothing but our own words and our own HTML."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    flat = [inner for token in tokens for inner in (token, *(token.children or ()))]
    kinds = {token.type for token in flat}
    assert not kinds & {"image", "link_open", "blockquote_open", "hr", "code_block"}
    for token in flat:
        if token.type in {"html_block", "html_inline"}:
            for line in filter(None, map(str.strip, token.content.split("\n"))):
                assert OURS.fullmatch(line), line
        if token.type == "text":
            assert not re.search(r"@|#\d|https?:|<|\]\(", token.content), token.content
        odd = {c for c in token.content if not c.isprintable() and c != "\n"}
        assert not odd


HOSTILE: Final = [
    "```\n</details>\n<script>alert(1)</script>\n```",
    "~~~~~~~~~~",
    "`````````````````",
    "<!-- persona-reconciler:plan:prod -->",
    "@everyone ![x](https://evil.example/x.png) [y](javascript:alert(1))",
    "| a | b |\n|---|---|\n# Heading\n> quote\n* * *",
    "\u202e\x1b[2J\x00\r\x85\u2028",
    "</code></summary></details><img src=x onerror=alert(1)>",
    "&lt;b&gt; &#64;everyone \\`",
]
TEXT: Final = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12), st.sampled_from(["\n", "\n\n", " "])),
    max_size=6,
).map("".join)


def plan_of(before: str, after: str, name: str) -> Plan:
    """A plan whose every free text is one of these."""

    def persona(text: str) -> Any:
        tools = [scenarios.tool(f"t{name}", text, **{f"p{name}": text})]
        return a_desired(
            "coach",
            persona_name=f"n{name}",
            system_prompt=f"One.\n{text}",
            greeting=f"g{text}",
            document_ids=[f"d{text}"],
            layers__llm__tools=tools,
            layers__llm__extra_body={f"k{name}": text},
        )

    had, has = persona(before), persona(after)
    moved = a_desired("moved", greeting="Hi", persona_name=f"m{name}")
    return a_plan(
        [has, moved],
        [a_live(f"id{name}", had), a_live("twin", moved), a_live(f"twin{name}", moved)],
        bound((had, f"id{name}")),
    )


@given(TEXT, TEXT, TEXT)
def test_no_text_makes_a_node_outside_its_fence(before: str, after: str, name: str) -> None:
    plan = plan_of(before, after, name)
    assert_inert(comment(plan))
    assert_inert(drift_markdown(MASK.plan(plan)))


@pytest.mark.parametrize("plan", hostile_plans().values(), ids=hostile_plans())
def test_what_a_terminal_would_obey_is_inert_here_too(plan: Plan) -> None:
    assert_inert(comment(plan))
    assert_inert(drift_markdown(MASK.plan(plan)))


@given(st.lists(TEXT, max_size=4))
def test_a_fence_is_longer_than_any_in_it(lines: list[str]) -> None:
    tokens = MarkdownIt("commonmark").parse(fenced(lines))
    assert [token.type for token in tokens] == ["fence"]


# ------------------------------------------------------------------ bounded


def many(number: int, prompt: str) -> Plan:
    """So many personas, a word changed in the prompt of each."""
    had = [a_desired(f"guide-{n:04}", system_prompt=prompt) for n in range(number)]
    has = [edited(item, system_prompt=prompt.replace("river", "sea", 1)) for item in had]
    live = [a_live(f"p{n}", item) for n, item in enumerate(had)]
    return a_plan(has, live, bound(*((item, f"p{n}") for n, item in enumerate(had))))


WORDS: Final = (
    "Speak of the river, the old town and of the trams that climb the hills of the city. "
)
LONG: Final = "\n\n".join(f"# Part {n}\n\n{WORDS * 8}" for n in range(20))


@pytest.mark.parametrize("number", [1, 60, 300, 1_000])
def test_a_comment_stays_under_the_limit_and_names_every_address(number: int) -> None:
    text = comment(many(number, LONG))
    assert len(text.encode()) <= LIMIT
    for n in range(number):
        assert f"persona/guide-{n:04}" in text
    assert ("Too long for a comment" in text) == (number > 60)


def test_what_cannot_even_be_named_is_counted() -> None:
    text = comment(many(5_000, "One river.\nTwo."))
    assert len(text.encode()) <= LIMIT
    assert re.search(r"\d,\d{3} of the addresses not even named", text)


def test_a_word_changed_in_ten_thousand_takes_a_few_lines() -> None:
    prompt = "\n\n".join(f"# Part {n}\n\n{WORDS * 30}" for n in range(20))
    assert len(prompt.split()) > 10_000
    before = a_desired("guide", system_prompt=prompt)
    after = edited(
        before, system_prompt=prompt[:30_000] + prompt[30_000:].replace("hills", "peaks", 1)
    )
    text = comment(a_plan([after], [a_live("p1", before)], bound((before, "p1"))))
    assert "{+peaks+}" in text
    assert len(text) < 1_500


@given(st.integers(0, 4_000))
def test_any_limit_is_kept_where_head_and_names_fit(limit: int) -> None:
    text = comment(scenarios.mixed_plan(), limit=700 + limit)
    assert len(text.encode()) <= 700 + limit
    assert_inert(text)


def test_drift_of_many_is_bounded() -> None:
    had = [a_desired(f"guide-{n:04}", greeting="Hi", context=LONG) for n in range(400)]
    live = [
        a_live(f"p{n}", item, context=LONG.replace("trams", "buses")) for n, item in enumerate(had)
    ]
    plan = a_plan(had, live, bound(*((item, f"p{n}") for n, item in enumerate(had))))
    assert len(drift_markdown(MASK.plan(plan)).encode()) <= LIMIT
