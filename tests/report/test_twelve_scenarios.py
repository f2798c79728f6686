"""Twelve situations in every form: what a machine and a browser get, as golden files.

The screens and the comments of the same situations are looked at beside this, in their own tests.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import scenarios
from builders import DIGESTS
from golden_files import GOLDEN, assert_golden

from reconciler.core.fingerprint import approval_digests
from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.project import GuardSettings
from reconciler.report.html import drift_html, outcome_html, plan_html
from reconciler.report.machine import drift_document, outcome_document, plan_document, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.core.guards import Refusal
    from reconciler.core.plan import Plan

MASK: Final = Mask()
NONE_ALLOWED: Final = Guards(GuardSettings(max_updates=Limit(0), max_deletes=Limit(0)))

PLANS: Final[dict[str, Callable[[], Plan]]] = {
    "first-plan": scenarios.first_plan,
    "mixed-plan": scenarios.mixed_plan,
    "conflict": scenarios.conflict,
    "prompt-edit": scenarios.prompt_edit,
    "long-line-edit": scenarios.long_line_edit,
    "tool-edit": scenarios.tool_edit,
    "secret-rotation": scenarios.secret_rotation,
    "orphan": scenarios.orphan,
    "delete-refused": scenarios.delete,
    "shared-base": scenarios.shared_base,
}
SCENARIOS: Final = [*PLANS, "drift", "outcome"]


def refused(name: str, plan: Plan) -> Sequence[Refusal]:
    return refusals(plan, NONE_ALLOWED) if name == "delete-refused" else ()


def document(name: str) -> str:
    """The JSON document."""
    if name == "drift":
        return to_text(dict(drift_document(MASK.plan(scenarios.drift()))))
    if name == "outcome":
        return to_text(dict(outcome_document(scenarios.outcome(), scenarios.empty_plan())))
    plan = PLANS[name]()
    digests = {
        str(change.address): sorted(approval_digests(change, DIGESTS))
        for change in plan.changes
        if change.action.writes
    }
    return to_text(dict(plan_document(MASK.plan(plan), digests, refused(name, plan))))


def page(name: str) -> str:
    """The page, without the style and the script, which are files of their own."""
    if name == "drift":
        text = drift_html(MASK.plan(scenarios.drift()))
    elif name == "outcome":
        text = outcome_html(scenarios.outcome(), scenarios.empty_plan())
    else:
        plan = PLANS[name]()
        text = plan_html(MASK.plan(plan), refused(name, plan))
    text = re.sub(r"(<(style|script)>).*?(</\2>)", r"\1\3", text, flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/=]+", "sha256-…", text)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_document(name: str) -> None:
    assert_golden(f"documents/{name}.json", document(name))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page(name: str) -> None:
    assert_golden(f"pages/{name}.html", page(name))


@pytest.mark.parametrize("folder", ["documents", "pages", "screens", "comments"])
def test_every_form_has_all_twelve(folder: str) -> None:
    assert set(SCENARIOS) <= {Path(file).stem for file in (GOLDEN / folder).iterdir()}
    assert len(SCENARIOS) == 12
