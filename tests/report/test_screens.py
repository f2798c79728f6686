"""What people read, as whole screens: tests/golden/screens. `BLESS=1 pytest` writes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import scenarios
from builders import a_desired, a_plan
from golden_files import GOLDEN, assert_golden
from hostile import HOSTILE, hostile_plans

from reconciler.core.action import Action
from reconciler.core.diagnostics import Place, error
from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.project import GuardSettings
from reconciler.core.resource import Address
from reconciler.report.diagnostics import diagnostics_text
from reconciler.report.phrasing import printable, short, summary_line
from reconciler.report.terminal import drift_text, outcome_text, plan_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.plan import Plan

MASK: Final = Mask()


def screen(plan: Plan, **options: Any) -> str:
    return plan_text(MASK.plan(plan), **options)


def refused(plan: Plan) -> str:
    """The screen where the environment allows neither updates nor deletes."""
    limits = GuardSettings(max_updates=Limit(0), max_deletes=Limit(0))
    return screen(plan, refusals=refusals(plan, Guards(limits)))


SCREENS: Final[dict[str, Callable[[], str]]] = {
    "first-plan": lambda: screen(scenarios.first_plan()),
    "empty-plan": lambda: screen(scenarios.empty_plan()),
    "mixed-plan": lambda: screen(scenarios.mixed_plan()),
    "mixed-plan-with-patches": lambda: screen(scenarios.mixed_plan(), show_patches=True),
    "conflict": lambda: screen(scenarios.conflict()),
    "prompt-edit": lambda: screen(scenarios.prompt_edit()),
    "long-line-edit": lambda: screen(scenarios.long_line_edit()),
    "tool-edit": lambda: screen(scenarios.tool_edit()),
    "secret-rotation": lambda: screen(scenarios.secret_rotation(), show_patches=True),
    "orphan": lambda: screen(scenarios.orphan()),
    "delete-refused": lambda: refused(scenarios.delete()),
    "drift": lambda: drift_text(MASK.plan(scenarios.drift())),
    "no-drift": lambda: drift_text(scenarios.empty_plan()),
    "shared-base": lambda: screen(scenarios.shared_base()),
    "outcome": lambda: outcome_text(scenarios.outcome()),
    "problems": lambda: diagnostics_text(scenarios.problems(), 4),
    "valid": lambda: diagnostics_text([], 1),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen(name: str) -> None:
    assert_golden(f"screens/{name}.txt", SCREENS[name]())


def test_every_golden_screen_is_looked_at() -> None:
    assert {file.stem for file in (GOLDEN / "screens").iterdir()} == set(SCREENS)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_no_colour_codes_and_one_final_newline(name: str) -> None:
    text = SCREENS[name]()
    assert "\x1b" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", SCREENS)
def test_no_secret_stands_on_a_screen(name: str) -> None:
    text = SCREENS[name]()
    for secret in ("key-of-yesterday", "key-of-today", "header-of-yesterday", "header-of-today"):
        assert secret not in text


def test_colour_only_adds_codes() -> None:
    """The words are the same with and without; the roles are the documented ones."""
    roles = set()

    def paint(text: str, role: str) -> str:
        roles.add(role)
        return f"<{role}>{text}</{role}>" if text else text

    plans = [
        scenarios.mixed_plan(),
        scenarios.conflict(),
        scenarios.delete(),
        scenarios.tool_edit(),
    ]
    for plan in plans:
        painted = plan_text(MASK.plan(plan), paint=paint)
        for role in roles:
            painted = painted.replace(f"<{role}>", "").replace(f"</{role}>", "")
        assert painted == screen(plan)
    outcome_text(scenarios.outcome(), paint)
    drift_text(scenarios.drift(), paint)
    diagnostics_text(scenarios.problems(), 4, paint)
    assert roles == {"add", "remove", "change", "warn", "error", "dim", "strong"}


# ------------------------------------------------------------------ nothing escapes


def assert_printable(text: str) -> None:
    odd = {c for c in text if not c.isprintable() and c != "\n"}
    assert not odd, f"the terminal would obey {odd!r}"


@pytest.mark.parametrize("plan", hostile_plans().values(), ids=hostile_plans())
def test_what_a_terminal_would_obey_is_printed_as_escapes(plan: Plan) -> None:
    assert_printable(screen(plan))
    assert_printable(drift_text(MASK.plan(plan)))


@pytest.mark.parametrize("plan", hostile_plans().values(), ids=hostile_plans())
def test_patches_are_printed_as_escapes_too(plan: Plan) -> None:
    assert_printable(screen(plan, show_patches=True))


def test_the_words_of_a_server_are_printed_as_escapes() -> None:
    result = Result(
        Address("persona", "a"), Action.UPDATE, Status.FAILED, HOSTILE, HOSTILE, f"Try {HOSTILE}"
    )
    assert_printable(outcome_text(Outcome((result,), problem=HOSTILE)))


def test_a_diagnostic_is_printed_as_escapes() -> None:
    found = error(HOSTILE, HOSTILE, Place(f"personas/{HOSTILE}.yaml", 1, 1), HOSTILE)
    assert_printable(diagnostics_text([found], 1))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 漢字 😀", "plain ünïcode 漢字 😀"),
        ("a\tb", "a\\tb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202e", "\\u202e"),
        ("\x9b", "\\x9b"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_printable_text(text: str, shown: str) -> None:
    assert printable(text) == shown


# ------------------------------------------------------------------ phrases


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(not set)"),
        ("", '""'),
        ("Hi", '"Hi"'),
        (1.5, "1.5"),
        (True, "true"),
        ([1, 2], "[1, 2]"),
        ({"a": 1}, '{"a": 1}'),
        ("One.\nTwo.", "“One.” (2 lines, 9 characters)"),
        ("x" * 100, f"“{'x' * 71}…” (100 characters)"),
        (["x" * 50, "y" * 50], "(2 items)"),
        ({"a": "x" * 50, "b": "y" * 50}, "(2 members)"),
        (["x" * 100], "(1 item)"),
    ],
)
def test_a_value_within_a_line(value: Any, shown: str) -> None:
    assert short(value) == shown


def test_the_first_line_counts_what_there_is() -> None:
    assert summary_line(scenarios.empty_plan()) == "Plan: nothing to do, 2 unchanged."
    assert summary_line(a_plan([])) == "Plan: nothing to do."
    assert summary_line(scenarios.first_plan()) == "Plan: 3 to create."
    assert summary_line(scenarios.mixed_plan()) == (
        "Plan: 1 to create, 1 to adopt, 1 to update, 1 unchanged."
    )
    assert summary_line(scenarios.orphan()) == "Plan: nothing to do, 1 unchanged, 1 orphan kept."
    many = [a_desired(f"p{number}") for number in range(1_500)]
    assert summary_line(a_plan(many)) == "Plan: 1,500 to create."
