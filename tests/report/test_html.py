"""The page as a file: what stands in it, and what cannot."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import scenarios
import showcase
from builders import a_desired, a_live, a_plan, bound
from hostile import HOSTILE, XSS, hostile_outcome, hostile_plans, hostile_refusal
from hypothesis import given
from hypothesis import strategies as st
from pages import read, squeezed

from reconciler.core.action import Action
from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.project import GuardSettings
from reconciler.report.html import drift_html, outcome_html, plan_html
from reconciler.report.phrasing import printable, summary_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages import Read
    from project import ProjectDir

    from reconciler.core.plan import Plan

ROOT: Final = Path(__file__).parents[2]
PLANS: Final[dict[str, Callable[[], Plan]]] = {
    made.__name__: made
    for made in (
        scenarios.first_plan,
        scenarios.empty_plan,
        scenarios.mixed_plan,
        scenarios.conflict,
        scenarios.prompt_edit,
        scenarios.long_line_edit,
        scenarios.tool_edit,
        scenarios.secret_rotation,
        scenarios.orphan,
        scenarios.delete,
        scenarios.drift,
        showcase.showcase,
    )
}
EVERY_PLAN: Final = pytest.mark.parametrize("make", PLANS.values(), ids=PLANS)


def page(plan: Plan) -> str:
    return plan_html(Mask().plan(plan))


# ------------------------------------------------------------------ what stands in it


@EVERY_PLAN
def test_every_address_and_the_summary_are_in_the_page(make: Callable[[], Plan]) -> None:
    plan = make()
    found = read(page(plan))
    assert summary_line(plan) in found.text
    for change in plan.changes:
        assert str(change.address) in found.text
        assert change.id in found.text or change.action is Action.NO_OP
    told = [str(c.address) for c in plan.changes if c.action is not Action.NO_OP]
    assert sorted(found.values("data-address")) == told


@EVERY_PLAN
def test_equal_plans_are_equal_bytes(make: Callable[[], Plan]) -> None:
    assert page(make()) == page(make())


@EVERY_PLAN
def test_links_lead_somewhere_and_names_are_given_once(make: Callable[[], Plan]) -> None:
    found = read(page(make()))
    names = found.values("id")
    assert len(names) == len(set(names))
    assert {link.removeprefix("#") for link in found.values("href")} <= set(names)


def test_cards_can_be_chosen_by_action_label_and_attribution() -> None:
    cards = {
        card.attributes["data-address"]: card.attributes
        for card in read(page(showcase.showcase())).having("data-address")
    }
    nora = cards["persona/nora"]
    assert (nora["data-kind"], nora["data-attribution"]) == ("update", "both git")
    assert json.loads(nora["data-labels"]) == ["team=hotels", "tier=critical"]
    assert cards["persona/night-desk"]["data-attribution"] == "outside"
    assert [card["data-kind"] for card in cards.values()] == [
        *("delete", "conflict", "create", "update", "update", "update")
    ]


def test_a_card_says_whom_the_change_touches_and_who_moved() -> None:
    text = squeezed(read(page(showcase.showcase())).text)
    for said in (
        "12 active conversations",
        "active conversations: not known",
        "overwrites an outside change",
        "changed outside",
        "made of: personas/bases/hotel.yaml, personas/prompts/safety.md",
        "definition: personas/nora.yaml",
        "live id: p5a7c0d1e2f3",
        'removed in git, changed outside to "Hi there"',
    ):
        assert said in text


def test_a_prompt_is_told_in_sections_passages_and_words() -> None:
    found = read(page(showcase.showcase()))
    text = squeezed(found.text)
    assert re.search(r"\d of \d+ sections changed, .* words, about -\d+ tokens \(\d+ % of", text)
    for said in (
        "moved here from line",
        "moved to line",
        "copied from line",
        "wrapped anew, the words stay",
    ):
        assert said in text
    assert "only what nobody sees: \\xa0" in text
    assert re.search(r"\d+ unchanged passages, lines 1 to \d+", text)
    assert "one <ins>useful </ins>detail" in page(showcase.showcase())
    fates = {one.attributes["class"] for one in found.having("class")}
    assert {"block changed", "block moved", "block moved-away", "block duplicated"} <= fates


def test_of_a_secret_only_that_it_changes_is_said() -> None:
    text = page(scenarios.secret_rotation())
    assert "(sensitive, changed)" in text
    assert "(sensitive, new)" in text
    for made in (text, page(showcase.showcase())):
        for secret in ("key-of", "header-of", "old-key", "new-key"):
            assert secret not in made


def test_what_apply_would_refuse_and_what_is_wrong_stand_above_the_changes() -> None:
    plan = replace(scenarios.delete(), diagnostics=tuple(scenarios.problems()))
    found = refusals(plan, Guards(GuardSettings(max_deletes=Limit(0))))
    text = squeezed(read(plan_html(plan, found)).text)
    first_card = text.index("persona/nora delete")
    for said in ("more than max_deletes (0) allows", "--allow-deletes 1", "Quote it", "through "):
        assert text.index(said) < first_card


def test_a_list_is_told_by_members_with_both_values_below() -> None:
    found = read(page(scenarios.tool_edit()))
    assert "+ wake_up_call" in found.text
    assert "- cancel" in found.text
    assert len([one for one in found.having("class") if "whole" in one.attributes["class"]]) == 2


def test_the_patch_is_there_to_be_copied() -> None:
    plan = scenarios.mixed_plan()
    nora = next(change for change in plan.changes if change.address.key == "nora")
    found = read(page(plan)).text
    assert json.dumps(list(nora.patches[0]), indent=2, ensure_ascii=False) in found


def test_a_copied_patch_is_json_whatever_stands_in_it() -> None:
    had = a_desired("coach", greeting="Hi")
    odd = HOSTILE.replace("\r", "")
    has = a_desired("coach", greeting=odd)
    found = read(page(a_plan([has], [a_live("p1", had)], bound((had, "p1"))))).text
    (patch,) = json.loads(found[found.index("[\n  {") : found.index("\n]") + 2])
    assert patch["value"] == odd


def test_what_needs_no_card_is_listed() -> None:
    text = squeezed(read(page(scenarios.orphan())).text)
    assert "Unchanged: 1 persona/quiet" in text
    assert "forgotten: 1 persona/keyed" in text
    assert "Moved in git: 1 persona/silent, from persona/quiet" in squeezed(
        read(page(scenarios.mixed_plan())).text
    )


def test_few_cards_are_open_and_many_are_not() -> None:
    def is_open(number: int) -> set[bool]:
        plan = a_plan([a_desired(f"p{index}") for index in range(number)])
        return {"open" in card.attributes for card in read(page(plan)).having("data-address")}

    assert is_open(30) == {True}
    assert is_open(31) == {False}


def test_a_page_that_would_be_too_large_leaves_out_what_did_not_change_and_says_so() -> None:
    plan = Mask().plan(showcase.showcase())
    full, short = plan_html(plan), plan_html(plan, largest=10_000)
    assert len(short) < len(full) / 3
    assert read(short).values("data-address") == read(full).values("data-address")
    assert "unchanged passages, lines 1 to 33; left out" in short
    assert "JSON Patch: 1 request, 3 operations" in short
    assert "useful" in short


def test_drift_has_a_page() -> None:
    found = read(drift_html(Mask().plan(scenarios.drift())))
    text = squeezed(found.text)
    assert "Drift: 2 personas moved outside since the last apply." in text
    assert found.values("data-address") == ["persona/keyed", "persona/nora"]
    assert '"Bom dia!" → "Ahoy!"' in text
    assert "Git is ahead of live: 1 persona/quiet" in text
    assert "No drift." in drift_html(scenarios.empty_plan())


def test_an_outcome_has_a_page() -> None:
    outcome = scenarios.outcome()
    text = squeezed(read(outcome_html(outcome, scenarios.first_plan())).text)
    assert "Interrupted: 2 done, 1 unchanged" in text
    assert "No space left on device" in text
    for result in outcome.results:
        assert f"{result.address} {result.status.value}" in text
        assert squeezed(result.detail) in text


# ------------------------------------------------------------------ what cannot


def assert_closed(found: Read) -> None:
    """Nothing is run but the script, nothing is loaded, and the policy says exactly that."""
    (script,), (style,) = found.tagged("script"), found.tagged("style")
    policy = next(v for v in found.values("content") if v.startswith("default-src"))
    for one, rule in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(one.raw.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
        assert one.attributes == {}
    assert "unsafe" not in policy
    assert "http" not in policy
    attributes = {name for one in found.elements for name in one.attributes}
    assert not {n for n in attributes if n.startswith("on") or n in {"style", "src", "action"}}
    assert all(link.startswith("#") for link in found.values("href"))
    assert [one.tag for one in found.elements[:4]] == ["html", "head", "meta", "meta"]
    assert found.elements[3].attributes["content"] == policy


@EVERY_PLAN
def test_the_policy_allows_the_script_and_the_style_and_nothing_else(
    make: Callable[[], Plan],
) -> None:
    assert_closed(read(page(make())))


CORPUS: Final = "\n".join(XSS)


def made_of(found: Read) -> tuple[set[str], set[str]]:
    """The tags and the attributes that occur."""
    return (
        {one.tag for one in found.elements},
        {name for one in found.elements for name in one.attributes},
    )


def test_no_text_makes_an_element_or_an_attribute() -> None:
    every = [read(page(plan)) for plan in hostile_plans("Plain.\n\nWords.").values()]
    tags, attributes = (set.union(*found) for found in zip(*map(made_of, every), strict=True))
    for text in (CORPUS, CORPUS.replace("\n", " ")):
        for what, plan in hostile_plans(text).items():
            found = read(page(plan))
            assert_closed(found)
            made, named = made_of(found)
            assert made <= tags | {"span", "del"}, what
            assert named <= attributes | {"id"}, what


FORBIDDEN: Final = ("img", "svg", "iframe", "base", "link", "template", "math", "noscript", "a")
COUNTED: Final = ("script", "style", "meta", "form", "input", "button", "title", "dialog")


def test_each_text_alone_makes_nothing_either() -> None:
    def counts(text: str) -> list[int]:
        plan = a_plan([a_desired("coach", system_prompt=text, greeting=text)], environment=text)
        found = read(page(plan))
        assert_closed(found)
        return [len(found.tagged(tag)) for tag in (*FORBIDDEN, *COUNTED)]

    calm = counts("x")
    assert sum(calm[: len(FORBIDDEN)]) == 0
    assert [text for text in XSS if counts(text) != calm] == []


@pytest.mark.parametrize("text", [CORPUS, HOSTILE], ids=["markup", "no shape"])
def test_refusals_outcomes_and_drift_are_as_harmless(text: str) -> None:
    for plan in hostile_plans(text).values():
        masked = Mask().plan(plan)
        for made in (
            plan_html(masked, [hostile_refusal(text)]),
            drift_html(masked),
            outcome_html(hostile_outcome(masked, text), masked),
        ):
            assert_closed(read(made))
            assert_shaped(made)


def assert_shaped(made: str) -> None:
    odd = {c for c in made if not c.isprintable() and c != "\n"}
    assert not odd, f"a reader could not see {odd!r}"
    made.encode()


def test_what_has_no_shape_is_shown_as_escapes() -> None:
    for what, plan in hostile_plans(HOSTILE).items():
        made = page(plan)
        assert_shaped(made)
        if what.endswith(("created", "in git", "changed", "diagnostic", "id", "twins")):
            assert "\\u202e" in read(made).text, what
    assert_shaped(page(a_plan([a_desired("coach")], environment=HOSTILE, endpoint=HOSTILE)))


def test_an_escape_is_told_from_the_same_letters_in_a_text() -> None:
    found = page(a_plan([a_desired("coach", system_prompt="One\n\\u202e and \u202e")]))
    assert 'One\n\\u202e and <span class="escape">\\u202e</span>' in found


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_shown_and_makes_nothing(before: str, after: str) -> None:
    had, has = (
        a_desired("coach", system_prompt=f"Begin.\n\n{text}\n\nThe end.", context=f"{text}\n.")
        for text in (before, after)
    )
    made = page(a_plan([has], [a_live("p1", had)], bound((had, "p1"))))
    found = read(made)
    assert_closed(found)
    assert_shaped(made)
    shown = re.sub(r"\s", "", found.text)
    if before != after:
        assert all(re.sub(r"\s", "", printable(c)) in shown for c in after if c.isprintable())


# ------------------------------------------------------------------ how it is got


def test_plan_prints_a_page(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", "persona_name: Coach\nsystem_prompt: You coach.\n")
    ran = project.run("plan", "--format", "html", "--detailed-exitcode")
    assert ran.code == 2
    found = read(ran.out)
    assert_closed(found)
    assert found.values("data-address") == ["persona/coach"]
    assert ran.out.endswith("</html>\n")


def test_apply_and_drift_write_pages(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "canary-secret-0001")
    llm = "{model: own, base_url: 'https://llm.example', api_key: {$env: MODEL_KEY}}"
    text = f"persona_name: Coach\nsystem_prompt: You coach.\nlayers: {{llm: {llm}}}\n"
    project.write("personas/coach.yaml", text)
    files = [str(project.directory / name) for name in ("plan.html", "apply.html", "drift.html")]
    project.ok("plan", "--report", files[0])
    project.ok("apply", "--auto-approve", "--report", files[1])
    project.edit("coach", [{"op": "add", "path": "/greeting", "value": "Ahoy!"}])
    project.run("drift", "--report", files[2])
    for file in files:
        found = read(Path(file).read_text("utf-8"))
        assert_closed(found)
        assert "canary" not in found.text
    assert "Apply: 1 done." in Path(files[1]).read_text("utf-8")
    assert "(sensitive, new)" in Path(files[1]).read_text("utf-8")


def test_without_a_page_no_template_is_loaded(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", "persona_name: Coach\nsystem_prompt: You coach.\n")
    code = (
        "import sys; from reconciler.cli.main import main; main(sys.argv[1:]);"
        "sys.exit('jinja2' in sys.modules)"
    )
    words = [sys.executable, "-c", code, "plan", "--chdir", str(project.directory)]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    assert (
        subprocess.run([*words, "--format", "html"], capture_output=True, check=False).returncode
        == 1
    )


def test_templates_style_and_script_are_in_the_wheel(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.iterdir()
    packed = set(zipfile.ZipFile(wheel).namelist())
    html = ROOT / "reconciler/report/html"
    files = [file for file in html.rglob("*") if file.suffix in {".j2", ".css", ".js"}]
    assert len(files) == 6
    assert {file.relative_to(ROOT).as_posix() for file in files} <= packed
