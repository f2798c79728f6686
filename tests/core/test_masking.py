"""Secrets are hidden in values, before any text exists: by path, and by value where it is safe."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import a_desired, a_live, a_plan, bound
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.action import Action
from reconciler.core.diagnostics import error
from reconciler.core.document import ABSENT, walk
from reconciler.core.masking import SHORTEST, Mask
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.plan import Change
from reconciler.core.resource import Address
from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG: Final = "canary-7f3a-key"
SHORT: Final = "abc1234"
MASKING: Final = Mask.of([Secret(LONG), Secret(SHORT)])


def texts(value: Any) -> Iterator[str]:
    """Every string in a value, names included."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield name
            yield from texts(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from texts(child)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (Secret(LONG), MASK),
        (Secret(SHORT), MASK),
        (Secret(""), MASK),
        (LONG, MASK),
        (f"Bearer {LONG}.", f"Bearer {MASK}."),
        (f"{LONG}{LONG}", MASK * 2),
        (SHORT, SHORT),
        (f"an {SHORT} innocent", f"an {SHORT} innocent"),
        ({"a": [Secret(SHORT), 1, None, True]}, {"a": [MASK, 1, None, True]}),
        ({LONG: 1}, {MASK: 1}),
        ((LONG,), (MASK,)),
        (ABSENT, ABSENT),
        (7, 7),
    ],
)
def test_what_is_hidden_and_what_is_not(value: Any, masked: Any) -> None:
    assert MASKING.value(value) == masked


def test_a_secret_of_eight_characters_is_hidden_by_value_and_one_of_seven_is_not() -> None:
    assert SHORTEST == 8
    assert Mask.of([Secret("12345678")]).text("x12345678x") == f"x{MASK}x"
    assert Mask.of([Secret("1234567")]).text("x1234567x") == "x1234567x"


def test_of_two_secrets_one_inside_the_other_no_rest_is_left() -> None:
    inner, outer = "secret-value", "secret-value-and-more"
    for order in ([inner, outer], [outer, inner]):
        mask = Mask.of(map(Secret, order))
        assert mask.text(f"{outer} {inner}") == f"{MASK} {MASK}"


def test_a_mask_that_knows_nothing_still_hides_secret_leaves() -> None:
    assert Mask().value({"a": Secret(LONG), "b": LONG}) == {"a": MASK, "b": LONG}


def test_masking_a_masked_value_changes_nothing() -> None:
    once = MASKING.value({"a": Secret(LONG), LONG: [LONG]})
    assert MASKING.value(once) == once


SECRETS = st.lists(
    st.text(st.sampled_from('ab"\\{}[]:,\né '), min_size=SHORTEST, max_size=12),
    min_size=1,
    max_size=3,
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(SECRETS, JSON, st.text(max_size=5), st.text(max_size=5))
def test_no_text_of_a_masked_value_holds_a_secret_and_it_is_still_json(
    secrets: list[str], rest: Any, before: str, after: str
) -> None:
    mask = Mask.of(map(Secret, secrets))
    planted = {
        "rest": rest,
        "leaf": [Secret(one) for one in secrets],
        "text": [before + one + after for one in secrets],
        **{before + one + after: 1 for one in secrets},
    }
    masked = mask.value(planted)
    assert json.loads(json.dumps(masked)) == masked
    for text in texts(masked):
        assert not any(secret in text for secret in secrets)


@given(JSON)
def test_what_holds_no_secret_is_left_intact(value: Any) -> None:
    assert MASKING.value(value) == value


# ------------------------------------------------------------------ plans and outcomes

KEEPER: Final = a_desired(
    "keeper",
    layers__llm__api_key=Secret(LONG),
    layers__llm__headers={"X-Auth": Secret(SHORT)},
    layers__llm__extra_body={"token": Secret(LONG)},
    greeting=f"Say {LONG}",
)


def everything(plan: Any) -> str:
    """All of a value that a rendering could reach, with secrets in the clear."""
    return repr([plan]) + json.dumps(
        [list(texts(c.body)) + list(texts(c.patches)) for c in plan.changes],
        default=lambda leaf: leaf.reveal(),
    )


def test_a_masked_plan_holds_no_secret_in_any_part() -> None:
    live = a_live("p1", KEEPER, greeting="Hi", layers__llm__extra_body={"token": f"{LONG}-old"})
    gone = a_desired("gone", greeting=LONG)
    for plan in (
        a_plan([KEEPER]),
        a_plan([KEEPER], [live]),
        a_plan([KEEPER], [live], bound((KEEPER, "p1"))),
        a_plan([a_desired("gone")], [a_live("p2", gone, greeting=f"{LONG}!")], bound((gone, "p2"))),
    ):
        odd = error("Odd", f"it is {LONG}", hint=f"not {LONG}")
        masked = MASKING.plan(replace(plan, diagnostics=(odd,)))
        assert LONG not in everything(masked)
        for change in masked.changes:
            fields = (*change.fields, *change.drift)
            parts = [change.body, change.patches, *((f.before, f.after) for f in fields)]
            assert not any(isinstance(leaf, Secret) for part in parts for leaf in leaves(part))
            conflicting = [conflict.live for conflict in change.conflicts]
            assert LONG not in repr(conflicting)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list | tuple):
        for child in value.values() if isinstance(value, dict) else value:
            yield from leaves(child)
    else:
        yield value


def test_masking_a_plan_changes_neither_actions_nor_fingerprint_nor_paths() -> None:
    plan = a_plan([KEEPER], [a_live("p1", KEEPER, greeting="Hi")], bound((KEEPER, "p1")))
    masked = MASKING.plan(plan)
    assert masked.fingerprint == plan.fingerprint
    assert masked.summary == plan.summary
    assert [f.path for f in masked.changes[0].fields] == [f.path for f in plan.changes[0].fields]
    assert [f.sensitive for f in masked.changes[0].fields] == [
        f.sensitive for f in plan.changes[0].fields
    ]


def test_a_secret_pasted_into_a_prompt_leaves_the_rest_of_the_prompt_readable() -> None:
    plan = a_plan([KEEPER])
    body = MASKING.plan(plan).changes[0].body
    assert body is not None
    assert body["greeting"] == f"Say {MASK}"
    assert dict(walk(body))["system_prompt",] == "You are a coach."


def test_name_reason_and_outcome_are_masked_too() -> None:
    address = Address("persona", "a")
    change = Change(address, Action.CONFLICT, name=f"N {LONG}", reason=f"R {LONG}")
    plan = replace(a_plan([KEEPER]), changes=(change,))
    (masked,) = MASKING.plan(plan).changes
    assert (masked.name, masked.reason) == (f"N {MASK}", f"R {MASK}")
    result = Result(address, Action.UPDATE, Status.FAILED, detail=f"said {LONG}", hint=f"do {LONG}")
    outcome = MASKING.outcome(Outcome((result,), problem=f"disk {LONG}"))
    assert LONG not in repr(outcome)
    assert outcome.results[0].status is Status.FAILED
