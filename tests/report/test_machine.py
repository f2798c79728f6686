"""The JSON documents: exactly the documented members, strictly of the documented types."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
import scenarios
from builders import DIGESTS, a_desired, a_live, a_plan, bound
from hypothesis import given
from pydantic import TypeAdapter, ValidationError
from strategies import PERSONAS

from reconciler import __version__
from reconciler.core.canonical import VERSION, canonical
from reconciler.core.diagnostics import Place, error
from reconciler.core.fingerprint import approval_digests
from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.outcome import Outcome
from reconciler.core.project import GuardSettings
from reconciler.core.resource import Address, Desired, Reserved
from reconciler.core.secret import MASK
from reconciler.report.diagnostics import diagnostics_json
from reconciler.report.formats import (
    FORMAT_VERSION,
    DriftReportDocument,
    OutcomeDocument,
    PlanDocument,
)
from reconciler.report.machine import drift_document, outcome_document, plan_document, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.plan import Plan

SHAPES: Final[dict[str, TypeAdapter[Any]]] = {
    "plan": TypeAdapter(PlanDocument),
    "drift": TypeAdapter(DriftReportDocument),
    "outcome": TypeAdapter(OutcomeDocument),
}

PLANS: Final[dict[str, Plan]] = {
    "first plan": scenarios.first_plan(),
    "empty plan": scenarios.empty_plan(),
    "mixed plan": scenarios.mixed_plan(),
    "conflict": scenarios.conflict(),
    "tool edit": scenarios.tool_edit(),
    "secret rotation": scenarios.secret_rotation(),
    "orphan": scenarios.orphan(),
    "delete": scenarios.delete(),
    "drift": scenarios.drift(),
    "nothing at all": a_plan([]),
    "with problems": replace(scenarios.first_plan(), diagnostics=tuple(scenarios.problems())),
}


def documented(plan: Plan) -> dict[str, Any]:
    """The plan as JSON, as `plan --format json` makes it."""
    digests = {
        str(change.address): sorted(approval_digests(change, DIGESTS))
        for change in plan.changes
        if change.action.writes
    }
    limits = GuardSettings(max_updates=Limit(0), max_deletes=Limit(0))
    found = refusals(plan, Guards(limits))
    return dict(plan_document(Mask().plan(plan), digests, found))


def assert_documented(kind: str, document: Mapping[str, Any]) -> None:
    """The document survives as JSON, and has the members of its shape, all of them, no other."""
    read = json.loads(to_text(document))
    assert read == document
    assert SHAPES[kind].validate_python(read, strict=True) == read
    assert read["kind"] == f"persona-reconciler/{kind}"
    assert (read["format_version"], read["tool_version"]) == (FORMAT_VERSION, __version__)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_has_exactly_the_documented_members(plan: Plan) -> None:
    assert_documented("plan", documented(plan))


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_drift_report_has_exactly_the_documented_members(plan: Plan) -> None:
    assert_documented("drift", drift_document(Mask().plan(plan)))


@pytest.mark.parametrize("outcome", [scenarios.outcome(), Outcome()], ids=["full", "empty"])
def test_an_outcome_has_exactly_the_documented_members(outcome: Outcome) -> None:
    assert_documented("outcome", outcome_document(outcome, scenarios.first_plan()))


@pytest.mark.parametrize("kind", SHAPES)
def test_a_member_less_or_of_another_type_is_noticed(kind: str) -> None:
    with pytest.raises(ValidationError):
        SHAPES[kind].validate_python({"kind": f"persona-reconciler/{kind}"}, strict=True)


@given(PERSONAS, PERSONAS)
def test_the_plan_of_any_definition_against_any_live_has_the_documented_members(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    item = Desired(Address("persona", "p"), canonical(desired), Place("p.yaml"))
    before = Desired(item.address, canonical(live), item.place)
    document = documented(a_plan([item], [a_live("p1", before)], bound((before, "p1"))))
    assert SHAPES["plan"].validate_python(document, strict=True) == document


def test_equal_plans_are_equal_bytes_with_one_final_newline() -> None:
    text = to_text(documented(scenarios.mixed_plan()))
    assert text == to_text(documented(scenarios.mixed_plan()))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


# ------------------------------------------------------------------ what the members say


def test_the_head_says_what_the_plan_is_for() -> None:
    plan = scenarios.mixed_plan()
    document = documented(plan)
    assert (document["environment"], document["endpoint"]) == ("test", "sandbox")
    assert (document["lineage"], document["serial"]) == (plan.lineage, 7)
    assert (document["canonicaliser"], document["fingerprint"]) == (VERSION, plan.fingerprint)
    assert document["summary"] == {
        "create": 1,
        "adopt": 1,
        "update": 1,
        "delete": 0,
        "orphan": 0,
        "conflict": 0,
        "no-op": 1,
    }


def test_every_address_is_a_change_the_unchanged_ones_too() -> None:
    found = {
        change["address"]: change["actions"]
        for change in documented(scenarios.mixed_plan())["changes"]
    }
    assert found == {
        "persona/adopted": ["adopt"],
        "persona/newcomer": ["create"],
        "persona/nora": ["update"],
        "persona/silent": ["no-op"],
    }


def change_of(plan: Plan, key: str) -> dict[str, Any]:
    return next(c for c in documented(plan)["changes"] if c["address"] == f"persona/{key}")


def test_an_update_has_before_after_and_the_exact_patch() -> None:
    change = change_of(scenarios.mixed_plan(), "nora")
    assert change["id"] == "p1"
    assert change["before"] == {"greeting": "Ahoy!", "layers": {"llm": {"model": "tavus-gpt-4.1"}}}
    assert change["after"] == {
        "greeting": "Bem-vindo!",
        "layers": {"llm": {"model": "tavus-gpt-oss"}, "stt": {"hotwords": "Lisboa"}},
    }
    assert [[o["op"] for o in patch] for patch in change["patches"]] == [
        ["replace", "replace", "add"]
    ]
    assert {f["path"]: f["attribution"] for f in change["fields"]} == {
        "/greeting": "both",
        "/layers/llm/model": "outside",
        "/layers/stt/hotwords": "git",
    }
    assert change["place"] == {"file": "personas/nora.yaml", "line": 0, "column": 0}


def test_a_create_has_a_body_and_an_id_that_is_not_known_yet() -> None:
    change = change_of(scenarios.mixed_plan(), "newcomer")
    assert (change["id"], change["after_unknown"]) == (None, {"persona_id": True})
    assert change["body"]["layers"] == {"llm": {"extra_body": {"temperature": 0.4}}}
    assert (change["before"], change["patches"]) == ({}, [])


def test_a_secret_is_marked_and_masked() -> None:
    """after_sensitive has true for each sensitive value of after, and nothing else."""
    change = change_of(scenarios.secret_rotation(), "keyed")
    llm = {"api_key": True, "headers": {"X-Crew": True}}
    assert change["after_sensitive"] == {"layers": {"llm": llm}}
    assert change["after"] == {"layers": {"llm": {"api_key": MASK, "headers": {"X-Crew": MASK}}}}
    text = json.dumps(documented(scenarios.secret_rotation()))
    for secret in ("key-of", "header-of"):
        assert secret not in text


def test_a_move_names_the_address_before() -> None:
    change = change_of(scenarios.mixed_plan(), "silent")
    assert (change["previous_address"], change["actions"]) == ("persona/quiet", ["no-op"])


def test_conflicts_are_listed_and_their_live_value_told() -> None:
    document = documented(scenarios.conflict())
    assert document["conflicts"] == ["persona/nora", "persona/quiet"]
    assert change_of(scenarios.conflict(), "nora")["conflicts"] == [
        {"path": "/greeting", "live": "Ahoy!", "sensitive": False}
    ]


def test_what_apply_would_refuse_is_told() -> None:
    (refusal,) = documented(scenarios.delete())["refusals"]
    assert refusal["guard"] == "max_deletes"
    assert "--allow-deletes 1" in refusal["way_round"]


def test_drift_tells_moved_fields_and_deleted_personas() -> None:
    document = drift_document(scenarios.drift())
    assert [(d["address"], d["deleted"]) for d in document["drift"]] == [
        ("persona/keyed", True),
        ("persona/nora", False),
    ]
    assert [f["path"] for f in document["drift"][1]["fields"]] == ["/greeting", "/layers/llm/tools"]
    assert document["drift"][1]["fields"][0]["before"] == "Bom dia!"
    assert document["drift"][1]["fields"][0]["after"] == "Ahoy!"
    assert document["git_ahead"] == ["persona/quiet"]


def test_every_action_and_every_field_has_a_digest_to_approve_it_by() -> None:
    document = documented(scenarios.mixed_plan())
    assert list(document["approval_digests"]) == [
        change["address"] for change in document["changes"] if change["actions"] != ["no-op"]
    ]
    for at, digests in document["approval_digests"].items():
        change = next(c for c in document["changes"] if c["address"] == at)
        assert len(digests) == 1 + len(change["fields"])


def test_targets_are_listed_in_order() -> None:
    targets = frozenset({Address("persona", "b"), Address("persona", "a")})
    assert documented(a_plan([], targets=targets))["targets"] == ["persona/a", "persona/b"]
    assert documented(a_plan([]))["targets"] == []


def test_an_outcome_counts_statuses_and_keeps_the_plans_fingerprint() -> None:
    plan = scenarios.first_plan()
    document = outcome_document(scenarios.outcome(), plan)
    assert document["fingerprint"] == plan.fingerprint
    assert document["summary"]["done"] == 2
    assert sum(document["summary"].values()) == len(document["results"]) == 8
    assert document["results"][3]["residual"] == ["/greeting"]
    assert document["results"][1]["normalised"] == ["/layers/llm/base_url", "/greeting"]
    assert document["interrupted"]
    assert "No space left" in document["problem"]


def test_diagnostics_as_json() -> None:
    document = json.loads(diagnostics_json(scenarios.problems(), 4))
    assert (document["valid"], document["definitions"]) == (False, 4)
    assert document["diagnostics"][1]["via"] == [
        {"file": "personas/nora.yaml", "line": 9, "column": 12}
    ]
    assert document["diagnostics"][3]["place"] is None
    assert json.loads(diagnostics_json([], 1))["valid"]
    assert not json.loads(diagnostics_json([error("x")], 1))["valid"]


def test_protection_and_reservations_are_told() -> None:
    vip = a_desired("vip", reserved=Reserved(protect=True))
    assert change_of(a_plan([vip]), "vip")["protected"]
