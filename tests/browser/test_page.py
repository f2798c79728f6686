"""The page in a headless Chromium: inert, readable, and of use with keys, filters and views."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import scenarios
import showcase
from builders import a_desired, a_plan
from chromium import allow_scripts, chromium, emulate, requests
from hostile import XSS, hostile_plans, hostile_refusal
from npm_packages import installed

from reconciler.core.action import Action
from reconciler.core.diff import FieldChange
from reconciler.core.guards import Refusal
from reconciler.core.masking import Mask
from reconciler.core.plan import Change
from reconciler.core.resource import Address
from reconciler.report.html import plan_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from selenium.webdriver import Chrome

    from reconciler.core.plan import Plan

    Open = Callable[[str], None]

HERE: Final = Path(__file__).parent
NORA: Final = '[data-address="persona/nora"]'
REFUSAL: Final = Refusal("max_deletes", "1 delete is more than allowed", "--allow-deletes 1")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def show(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    """Opens a page as it is at first: light, wide, with scripts."""
    file = tmp_path / "page.html"

    def opened(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        browser.get(file.as_uri())

    emulate(browser, prefers_color_scheme="light")
    yield opened
    allow_scripts(browser, True)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def page(plan: Plan, refusals: Sequence[Refusal] = ()) -> str:
    return plan_html(Mask().plan(plan), refusals)


@cache
def busy() -> str:
    """The page of the plan of a busy team, with every kind of problem."""
    plan = replace(showcase.showcase(), diagnostics=tuple(scenarios.problems()))
    return page(plan, [REFUSAL])


def run(browser: Chrome, script: str, *arguments: Any) -> Any:
    return browser.execute_script(script, *arguments)


def press(browser: Chrome, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def visible(browser: Chrome) -> list[str]:
    """The addresses of the cards that are shown."""
    found: list[str] = run(
        browser,
        "return [...document.querySelectorAll('.card')].filter(c => c.checkVisibility())"
        ".map(c => c.dataset.address.replace('persona/', ''))",
    )
    return found


def complaints(browser: Chrome) -> list[str]:
    """What the browser said on its console since the last call."""
    rows = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [row["message"] for row in rows]


def colour(browser: Chrome) -> str:
    found: str = run(browser, "return getComputedStyle(document.body).backgroundColor")
    return found


def text(browser: Chrome) -> str:
    """What can be read, without opening anything."""
    found: str = run(browser, "return document.body.innerText")
    return found


LIGHT: Final = "rgb(255, 255, 255)"

# ------------------------------------------------------------------ inert


def hostile_plan() -> Plan:
    """Each hostile text alone, and all of them in every place at once."""
    alone = a_plan([a_desired(f"x{n}", greeting=x, system_prompt=x) for n, x in enumerate(XSS)])
    everywhere = hostile_plans("\n".join(XSS))
    changes = [
        replace(change, address=Address("persona", f"y{number}"))
        for number, plan in enumerate(everywhere.values())
        for change in plan.changes
    ]
    found = everywhere["a diagnostic"].diagnostics
    every = (*alone.changes, *changes)
    return replace(alone, changes=every, diagnostics=found, environment=XSS[0], endpoint=XSS[1])


STRANGERS: Final = (
    "img, svg, iframe, object, embed, base, link, math, template, noscript, audio, video, table,"
    " [onload], [onerror], [onclick], [autofocus], [style], [src], body > :not(header):not(form)"
    ":not(main):not(dialog):not(script)"
)


def test_content_runs_nothing_makes_nothing_and_asks_for_nothing(
    browser: Chrome, show: Open
) -> None:
    requests(browser)
    complaints(browser)
    show(page(hostile_plan(), [hostile_refusal(x) for x in XSS]))
    run(browser, "document.querySelectorAll('details').forEach(d => d.open = true)")
    run(browser, "document.querySelector('[data-view=side]').click()")
    run(
        browser,
        "document.querySelectorAll('*').forEach(e => e.dispatchEvent(new Event('mouseover')))",
    )
    assert run(browser, "return window.hit") is None
    assert run(browser, "return document.querySelectorAll(arguments[0]).length", STRANGERS) == 0
    assert run(browser, "return document.scripts.length") == 1
    assert run(browser, "return document.styleSheets.length") == 1
    assert complaints(browser) == []
    assert [address[:8] for address in requests(browser)] == ["file:///"]
    assert "<script>window.hit = 1</script>" in text(browser)


def test_even_an_element_that_got_in_could_do_nothing(browser: Chrome, show: Open) -> None:
    show(page(scenarios.mixed_plan()))
    refused = run(
        browser,
        "const img = document.createElement('img'); img.src = 'http://127.0.0.1:9/x.png';"
        "const p = document.createElement('p'); p.setAttribute('style', 'color: red');"
        "document.body.append(img, p);"
        "return [() => p.setAttribute('onclick', 'window.hit = 1'), () => p.innerHTML = '<b>']"
        ".map(attempt => { try { attempt() } catch (e) { return e.message } })",
    )
    assert ["Trusted" in message for message in refused] == [True, True]
    assert run(browser, "return window.hit") is None
    said = " ".join(complaints(browser))
    for refusal in ("Loading the image", "inline style", "TrustedScript"):
        assert refusal in said


# ------------------------------------------------------------------ filters


def test_cards_are_chosen_by_kind(browser: Chrome, show: Open) -> None:
    show(busy())
    every = ["summer-desk", "guide", "spa-host", "nora", "night-desk", "concierge"]
    assert visible(browser) == every
    chip = "document.querySelector('.chip[data-kind={}]').click()".format
    run(browser, chip("delete"))
    assert visible(browser) == ["summer-desk"]
    run(browser, chip("create"))
    assert visible(browser) == ["summer-desk", "spa-host"]
    assert "2 of 6 shown" in text(browser)
    run(browser, chip("delete") + ";" + chip("create"))
    assert visible(browser) == every
    assert "of 6 shown" not in text(browser)


def choose(browser: Chrome, name: str, value: str) -> None:
    run(
        browser,
        "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
        "e.dispatchEvent(new Event('input', {bubbles: true}))",
        name,
        value,
    )


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("find", "DESK", ["summer-desk", "night-desk"]),
        ("find", "pb0b1b2", ["concierge"]),
        ("find", "hotel.yaml", ["nora"]),
        ("find", "nothing like it", []),
        ("label", "team=hotels", ["nora", "concierge"]),
        ("label", "team=spa", ["spa-host"]),
        ("attribution", "both", ["nora"]),
        ("attribution", "outside", ["night-desk"]),
    ],
)
def test_cards_are_chosen_by_words_label_and_who_moved(
    browser: Chrome, show: Open, name: str, value: str, left: list[str]
) -> None:
    show(busy())
    choose(browser, name, value)
    assert visible(browser) == left
    choose(browser, name, "")
    assert len(visible(browser)) == 6


# ------------------------------------------------------------------ keys


def focused(browser: Chrome) -> str:
    found: str = run(
        browser, "return document.activeElement.closest('.card')?.dataset.address ?? ''"
    )
    return found.removeprefix("persona/")


def is_open(browser: Chrome, key: str) -> bool:
    found: bool = run(
        browser,
        "return document.querySelector(arguments[0]).open",
        f'[data-address="persona/{key}"]',
    )
    return found


def test_keys_go_from_change_to_change_and_open_and_close(browser: Chrome, show: Open) -> None:
    show(busy())
    walked = []
    for key in "jjjkk":
        press(browser, key)
        walked.append(focused(browser))
    assert walked == ["summer-desk", "guide", "spa-host", "guide", "summer-desk"]
    press(browser, "\ue007")
    assert not is_open(browser, "summer-desk")
    press(browser, "\ue007")
    assert is_open(browser, "summer-desk")
    press(browser, "o")
    assert not is_open(browser, "nora")
    press(browser, "o")
    assert is_open(browser, "nora")


def test_keys_pass_over_what_is_filtered_out(browser: Chrome, show: Open) -> None:
    show(busy())
    press(browser, "/", *"desk")
    assert visible(browser) == ["summer-desk", "night-desk"]
    run(browser, "document.activeElement.blur()")
    press(browser, "j", "j")
    assert focused(browser) == "night-desk"
    press(browser, "/", "\ue00c")
    assert len(visible(browser)) == 6
    assert run(browser, "return document.activeElement === document.body")


def test_the_keys_are_listed(browser: Chrome, show: Open) -> None:
    show(busy())
    press(browser, "?")
    assert "next and previous change" in text(browser)
    press(browser, "j", "\ue00c")
    assert "next and previous change" not in text(browser)
    assert focused(browser) == ""


# ------------------------------------------------------------------ views

COLUMNS: Final = """
const row = [...document.querySelectorAll(arguments[0] + ' .block.changed .row')]
  .find(r => r.innerText.includes('useful'));
return ['old', 'new'].map(name => row.querySelector('.' + name)).map(
  cell => cell && cell.checkVisibility() ? [cell.innerText, cell.getBoundingClientRect().x] : null);
"""


def test_prompts_are_shown_inline_or_side_by_side(browser: Chrome, show: Open) -> None:
    show(busy())
    old, new = run(browser, COLUMNS, NORA)
    assert old is None
    assert "offer one useful detail" in new[0]
    press(browser, "v")
    old, new = run(browser, COLUMNS, NORA)
    assert "offer one detail" in old[0]
    assert "offer one useful detail" in new[0]
    assert old[1] + 300 < new[1]
    press(browser, "v")
    assert run(browser, COLUMNS, NORA)[0] is None


def test_a_card_that_is_opened_later_has_both_sides_too(browser: Chrome, show: Open) -> None:
    show(busy())
    olds = f"return document.querySelectorAll('{NORA} .old').length"
    before = run(browser, olds)
    press(browser, "o", "v")
    assert run(browser, olds) == before
    press(browser, "o")
    assert run(browser, COLUMNS, NORA)[0] is not None


def test_a_moved_passage_leads_to_where_it_stood(browser: Chrome, show: Open) -> None:
    show(busy())
    there = run(
        browser,
        "const a = document.querySelector('.block.moved a'); a.click();"
        "const row = document.getElementById(a.hash.slice(1));"
        "return [row.closest('.block').className, row.checkVisibility()]",
    )
    assert there[0] == "block moved-away"


def test_the_page_is_light_or_dark_as_the_reader_has_it_and_can_be_switched(
    browser: Chrome, show: Open
) -> None:
    show(busy())
    assert colour(browser) == LIGHT
    emulate(browser, prefers_color_scheme="dark")
    dark = colour(browser)
    assert dark != LIGHT
    run(browser, "document.getElementById('theme').click()")
    assert colour(browser) == LIGHT
    run(browser, "document.getElementById('theme').click()")
    assert colour(browser) == dark


def test_on_paper_everything_is_open_and_nothing_is_a_button(browser: Chrome, show: Open) -> None:
    show(busy())
    press(browser, "o")
    emulate(browser, "print", prefers_color_scheme="dark")
    printed = text(browser)
    for said in ('"op": "replace"', "Rule 2.1 on check-in", "persona/room-101", "its definition"):
        assert said in printed
    assert colour(browser) == LIGHT
    assert not run(browser, "return document.querySelector('form').checkVisibility()")
    assert not run(browser, "return document.querySelector('dialog').checkVisibility()")


def test_without_scripts_all_is_readable_and_no_control_is_shown(
    browser: Chrome, show: Open
) -> None:
    allow_scripts(browser, False)
    show(busy())
    shown = text(browser)
    for said in ("useful", "Bem-vindo!", "apply will refuse", "12 active", "wake_up_call"):
        assert said in shown
    assert not run(browser, "return document.querySelector('form').checkVisibility()")
    assert "Rule 2.1 on check-in" not in shown
    from selenium.webdriver.common.by import By

    browser.find_element(By.CSS_SELECTOR, f"{NORA} details.same > summary").click()
    assert "Rule 2.1 on check-in" in text(browser)


@pytest.mark.parametrize("width", [360, 700])
def test_a_narrow_screen_needs_no_scrolling_sideways(
    browser: Chrome, show: Open, width: int
) -> None:
    narrow = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    show(busy())
    press(browser, "v")
    assert run(browser, "return document.documentElement.scrollWidth") == width
    old, new = run(browser, COLUMNS, NORA)
    assert old[1] == new[1], "one below the other"


# ------------------------------------------------------------------ everybody, and many changes


@pytest.fixture(scope="module")
def axe() -> str:
    return (installed(HERE) / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def faults(browser: Chrome, axe: str, within: str = "html") -> list[str]:
    """What axe finds wrong, each with the first element it concerns."""
    run(browser, axe)
    found = browser.execute_async_script(
        "const done = arguments[1]; axe.run(arguments[0]).then(r => done(r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120) + ' ' + n.failureSummary)[0])))",
        within,
    )
    return list(found)


def test_the_page_is_accessible_in_both_colours_views_and_with_its_list_of_keys(
    browser: Chrome, show: Open, axe: str
) -> None:
    show(busy())
    run(browser, "document.querySelectorAll('details').forEach(d => d.open = true)")
    assert faults(browser, axe) == []
    emulate(browser, prefers_color_scheme="dark")
    press(browser, "v")
    assert faults(browser, axe) == []
    press(browser, "?")
    assert faults(browser, axe, "dialog") == []


def test_a_thousand_changes_are_all_there_and_can_be_filtered(browser: Chrome, show: Open) -> None:
    greeting = FieldChange(("greeting",), "Hi", "Hello")
    changes = tuple(
        Change(
            Address("persona", f"p{number:03}"), Action.UPDATE, f"id{number}", fields=(greeting,)
        )
        for number in range(1_000)
    )
    show(page(replace(scenarios.empty_plan(), changes=changes)))
    assert len(visible(browser)) == 1_000
    press(browser, "/", *"p777")
    assert visible(browser) == ["p777"]
    assert "1 of 1,000 shown" in text(browser)
