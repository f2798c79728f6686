"""What a read after a write proves, and what is remembered of it."""

from __future__ import annotations

from typing import Any, Final

import pytest
from builders import API_KEY, DIGESTS, GREETING, MODEL, PATIENCE, record, sides
from hypothesis import assume, given
from strategies import PERSONAS, live_documents

from reconciler.core.canonical import canonical, owned
from reconciler.core.diff import FieldChange, difference, moved_outside, predict
from reconciler.core.digest import UNSET_DIGEST
from reconciler.core.document import ABSENT, parse_pointer, pointer
from reconciler.core.same import name_key
from reconciler.core.secret import MASK, Secret
from reconciler.core.sides import Sides
from reconciler.core.verify import Verified, verify

HIDDEN: Final = Secret(MASK)
NEW, OLD = Secret("new-key-1"), Secret("old-key-1")


def change(at: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(parse_pointer(at), before, after)


def after_sending(
    at: str,
    *,
    desired: Any,
    before: Any,
    live: Any,
    last: Any = ABSENT,
    accepted: bool = False,
) -> tuple[str, str]:
    """The verdict on one path that was sent, and what is remembered: new, old or nothing."""
    records = {} if last is ABSENT else record(at, last)
    sent = [change(at, before, desired)]
    verified = verify(sides({at: desired}, {at: live}, records), sent, accepted=accepted)
    return verdict(verified), remembered(verified, at, desired, live, last)


def verdict(verified: Verified) -> str:
    if verified.residual:
        return "residual"
    return "normalised" if verified.normalised else "took"


def remembered(verified: Verified, at: str, desired: Any, live: Any, last: Any) -> str:
    path = parse_pointer(at)
    found = verified.records.get(path)
    if found is None:
        return "nothing"
    if (found.applied, found.observed) == (DIGESTS.of(path, desired), DIGESTS.of(path, live)):
        return "new"
    assert (found.applied, found.observed) == (DIGESTS.of(path, last), DIGESTS.of(path, last))
    return "old"


@pytest.mark.parametrize(
    ("desired", "before", "live", "last", "accepted", "found", "kept"),
    [
        ("Hi", "Ho", "Hi", ABSENT, False, "took", "new"),
        ("Hi", "Ho", "Hi", "Ho", False, "took", "new"),
        ("Hi", "Ho", "Hi", "Ho", True, "took", "new"),
        ("Hi", "Ho", "Ho", ABSENT, False, "residual", "nothing"),
        ("Hi", "Ho", "Ho", "Ho", False, "residual", "old"),
        ("Hi", "Ho", "Ho", "Ho", True, "normalised", "new"),
        ("Hi", "Ho", "HI", "Ho", False, "normalised", "new"),
        ("Hi", ABSENT, ABSENT, ABSENT, False, "residual", "nothing"),
        ("Hi", ABSENT, "", ABSENT, False, "residual", "nothing"),
        ("Hi", ABSENT, ABSENT, ABSENT, True, "normalised", "new"),
        (None, "Ho", "", "Ho", False, "took", "new"),
        (None, "Ho", "Ho", "Ho", False, "residual", "old"),
    ],
)
def test_what_was_sent_took_or_reads_as_before_or_reads_as_something_else(
    desired: Any, before: Any, live: Any, last: Any, accepted: bool, found: str, kept: str
) -> None:
    assert after_sending(
        GREETING, desired=desired, before=before, live=live, last=last, accepted=accepted
    ) == (found, kept)


@pytest.mark.parametrize(
    ("at", "desired", "live"),
    [
        (MODEL, "tavus-gemma-4", ABSENT),
        ("/document_ids", ["a", "b"], ["b", "a"]),
        ("/layers/llm/extra_body/x", 1, 1.0),
    ],
)
def test_what_means_the_same_took(at: str, desired: Any, live: Any) -> None:
    assert after_sending(at, desired=desired, before="x", live=live) == ("took", "new")


@pytest.mark.parametrize("before", ["Coach 1", "Mentor"])
def test_a_name_without_its_punctuation_is_the_servers_form_even_where_it_reads_as_before(
    before: str,
) -> None:
    found = after_sending("/persona_name", desired="Coach (1)", before=before, live="Coach 1")
    assert found == ("normalised", "new")


@pytest.mark.parametrize(
    ("live", "found"),
    [
        (ABSENT, "took"),
        ("", "took"),
        ("medium", "took"),
        ("high", "took"),
        ("low", "residual"),
    ],
)
def test_a_removal_took_where_the_field_is_unset_or_refilled(live: Any, found: str) -> None:
    wake = "/layers/conversational_flow/wake_phrase"
    now = sides({}, {PATIENCE: live, wake: "Hey"}, record(PATIENCE, "low"))
    verified = verify(now, [change(PATIENCE, "low", ABSENT)])
    assert verdict(verified) == found
    assert bool(verified.records) is (found == "residual")


def test_a_removal_that_the_server_calls_no_change_is_done() -> None:
    now = sides({}, {GREETING: "Ho"}, record(GREETING, "Ho"))
    verified = verify(now, [change(GREETING, "Ho", ABSENT)], accepted=True)
    assert verified == Verified()


# ------------------------------------------------------------------ without anything sent


@pytest.mark.parametrize(
    ("last", "desired", "live", "kept"),
    [
        (ABSENT, "Hi", "Hi", "new"),
        ("Ho", "Hi", "Hi", "new"),
        ("Hi", "Hi", "Ho", "old"),
        ("Ho", "Hi", "Hey", "old"),
        (ABSENT, "Hi", "Ho", "nothing"),
    ],
)
def test_what_is_equal_is_remembered_even_where_nothing_was_sent(
    last: Any, desired: Any, live: Any, kept: str
) -> None:
    records = {} if last is ABSENT else record(GREETING, last)
    verified = verify(sides({GREETING: desired}, {GREETING: live}, records))
    assert remembered(verified, GREETING, desired, live, last) == kept
    assert (verified.residual, verified.normalised) == ((), ())


def test_what_git_dropped_and_nobody_has_is_forgotten() -> None:
    assert verify(sides({}, {}, record(GREETING, "Hi"))).records == {}


def test_each_field_has_its_own_verdict() -> None:
    at = "/layers/llm/base_url"
    now = sides(
        {GREETING: "Hi", "/context": "new", at: "x/", MODEL: "m"},
        {GREETING: "Hi", "/context": "old", at: "x", MODEL: "m"},
    )
    sent = [change(GREETING, "", "Hi"), change("/context", "old", "new"), change(at, "y", "x/")]
    verified = verify(now, sent)
    assert [pointer(path) for path in verified.residual] == ["/context"]
    assert [pointer(path) for path in verified.normalised] == [at]
    assert {pointer(path) for path in verified.records} == {GREETING, at, MODEL}


# ------------------------------------------------------------------ secrets


@pytest.mark.parametrize(
    ("last", "sent", "live", "kept"),
    [
        (ABSENT, True, HIDDEN, "new"),
        (OLD, True, HIDDEN, "new"),
        (NEW, False, HIDDEN, "new"),
        (ABSENT, False, HIDDEN, "nothing"),
        (ABSENT, True, NEW, "new"),
        (ABSENT, True, ABSENT, "nothing"),
    ],
)
def test_a_mask_after_a_write_stands_for_what_was_sent(
    last: Any, sent: bool, live: Any, kept: str
) -> None:
    records = {} if last is ABSENT else record(API_KEY, last, HIDDEN, sensitive=True)
    sent_changes = [change(API_KEY, ABSENT, NEW)] if sent else []
    verified = verify(sides({API_KEY: NEW}, {API_KEY: live}, records), sent_changes)
    found = verified.records.get(parse_pointer(API_KEY))
    assert (found is not None) is (kept == "new")
    if found is not None:
        assert found.applied == DIGESTS.of(parse_pointer(API_KEY), NEW)
        assert found.sensitive


def test_a_secret_in_an_ordinary_field_is_remembered_as_one() -> None:
    at = "/layers/llm/extra_body/token"
    (found,) = verify(sides({at: NEW}, {at: "new-key-1"})).records.values()
    assert found.sensitive


# ------------------------------------------------------------------ laws


@given(PERSONAS, live_documents())
def test_after_a_write_that_took_nothing_differs_and_nothing_drifts(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    before = Sides(canonical(desired), canonical(live), {}, DIGESTS)
    changes = difference(before).changes
    now = Sides(before.desired, predict(before.live, changes), {}, DIGESTS)
    verified = verify(now, changes)
    assert (verified.residual, verified.normalised) == ((), ())
    assert verified.records.keys() == {path for path, _ in owned(now.desired)}
    after = Sides(now.desired, now.live, verified.records, DIGESTS)
    assert difference(after).changes == ()
    assert moved_outside(after) == ()


@given(PERSONAS, live_documents())
def test_after_a_write_that_was_ignored_the_same_changes_are_planned_again(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    assume(name_key(desired["persona_name"]) != name_key(live["persona_name"]))
    before = Sides(canonical(desired), canonical(live), {}, DIGESTS)
    changes = difference(before).changes
    verified = verify(before, changes)
    assert set(verified.residual) == {change.path for change in changes}
    after = Sides(before.desired, before.live, verified.records, DIGESTS)
    assert difference(after).changes == changes


@given(PERSONAS, live_documents(), live_documents())
def test_whatever_reads_back_only_the_residual_is_planned_again(
    desired: dict[str, Any], live: dict[str, Any], other: dict[str, Any]
) -> None:
    before = Sides(canonical(desired), canonical(live), {}, DIGESTS)
    changes = difference(before).changes
    now = Sides(before.desired, canonical(other), {}, DIGESTS)
    verified = verify(now, changes)
    again = difference(Sides(now.desired, now.live, verified.records, DIGESTS))
    sent = {change.path for change in changes}
    assert {c.path for c in again.changes if c.path in sent} == set(verified.residual)


def test_digests_of_what_is_not_set_are_remembered_as_such() -> None:
    (found,) = verify(sides({GREETING: None}, {})).records.values()
    assert (found.applied, found.observed) == (UNSET_DIGEST, UNSET_DIGEST)
