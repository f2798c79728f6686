"""The laws of difference and patch, for any definition against any live document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from strategies import PERSONAS, live_documents

from reconciler.core.canonical import canonical, owned
from reconciler.core.diff import difference, predict
from reconciler.core.digest import digests_for
from reconciler.core.document import ABSENT, equal, get, walk
from reconciler.core.patch import apply_patch, build_patches
from reconciler.core.same import same
from reconciler.core.sides import Sides
from reconciler.core.verify import verify

if TYPE_CHECKING:
    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Path

DIGESTS = digests_for("lineage")


def sides(desired: dict[str, Any], live: dict[str, Any], records: Any = None) -> Sides:
    return Sides(canonical(desired), canonical(live), records or {}, DIGESTS)


def send(live: dict[str, Any], patches: Any) -> dict[str, Any]:
    for patch in patches:
        live = apply_patch(live, patch)
    return live


@given(PERSONAS, live_documents())
def test_the_patch_gives_exactly_the_prediction(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    changes = difference(sides(desired, live)).changes
    result = send(live, build_patches(live, changes))
    assert equal(canonical(result), predict(canonical(live), changes))


@given(PERSONAS, live_documents())
def test_after_the_patch_nothing_differs(desired: dict[str, Any], live: dict[str, Any]) -> None:
    changes = difference(sides(desired, live)).changes
    result = send(live, build_patches(live, changes))
    assert difference(sides(desired, result)).changes == ()


@given(PERSONAS)
def test_equal_documents_have_no_difference(desired: dict[str, Any]) -> None:
    assert difference(sides(desired, desired)).changes == ()


@given(PERSONAS, live_documents())
def test_unmanaged_paths_are_untouched(desired: dict[str, Any], live: dict[str, Any]) -> None:
    found = sides(desired, live)
    result = canonical(send(live, build_patches(live, difference(found).changes)))
    managed = {path for path, _ in owned(found.desired)}
    for path, value in walk(found.live):
        touched = any(path[: len(m)] == m or m[: len(path)] == path for m in managed)
        if not touched:
            assert equal(get(result, path), value), path


@given(PERSONAS, live_documents())
def test_predicting_twice_changes_nothing_more(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    found = sides(desired, live)
    changes = difference(found).changes
    once = predict(found.live, changes)
    assert equal(predict(once, changes), once)


@given(PERSONAS, live_documents())
def test_sending_a_patch_again_to_its_result_changes_nothing_or_is_refused(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    patches = build_patches(live, difference(sides(desired, live)).changes)
    for patch in patches:
        live = apply_patch(live, patch)
        again = tuple(op for op in patch if op["op"] != "remove")
        assert equal(apply_patch(live, again), live)


@given(PERSONAS, live_documents())
def test_no_patch_names_a_list_position_moves_copies_or_resends_what_is_equal(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    found = sides(desired, live)
    for change in difference(found).changes:
        assert not equal(change.before, change.after)
    for patch in build_patches(live, difference(found).changes):
        for operation in patch:
            assert operation["op"] in {"add", "replace", "remove"}


@given(PERSONAS, PERSONAS, live_documents())
@settings(max_examples=60)
def test_what_git_drops_is_removed_and_then_forgotten(
    first: dict[str, Any], second: dict[str, Any], live: dict[str, Any]
) -> None:
    """Apply one definition, then another: the plan is empty and nothing of the first is left."""
    result = live
    records: dict[Path, PathRecord] = {}
    for desired in (first, second):
        found = sides(desired, result, records)
        changes = difference(found).changes
        result = send(result, build_patches(result, changes))
        verified = verify(sides(desired, result, records), changes)
        assert not verified.residual
        records = dict(verified.records)
    assert difference(sides(second, result, records)).changes == ()
    wanted = dict(owned(canonical(second)))
    for path, _ in owned(canonical(first)):
        if not any(path[: len(w)] == w or w[: len(path)] == path for w in wanted):
            assert same(path, ABSENT, get(canonical(result), path), canonical(result))


def test_an_absent_value_is_not_a_json_null() -> None:
    assert get({"a": None}, ("a",)) is None
    assert get({"a": None}, ("b",)) is ABSENT
