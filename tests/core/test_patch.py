"""What goes on the wire: operations for each situation, and the proof."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any, Final

import pytest
from builders import API_KEY, DIGESTS, GREETING, MODEL, PATIENCE, document, record, sides
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import PERSONAS, UNSET, live_documents

from reconciler.core.canonical import canonical
from reconciler.core.diff import FieldChange, difference, predict
from reconciler.core.document import ABSENT, equal, parse_pointer, pointer, with_value
from reconciler.core.errors import PatchMismatchError
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.patch import PatchRefusedError, apply_patch, build_patches
from reconciler.core.secret import MASK, Secret
from reconciler.core.sides import Sides

PERCEPTION: Final = "/layers/perception"
OLD_QUERIES, QUERIES = (f"{PERCEPTION}/{n}_awareness_queries" for n in ("ambient", "visual"))
OLD_TOOLS, TOOLS = f"{PERCEPTION}/perception_tools", f"{PERCEPTION}/visual_tools"
ALLOWLIST, USERNAME = "/layers/conferencing/allowlist", "/layers/conferencing/username"


def add(at: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": at, "value": value}


def put(at: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": at, "value": value}


def cut(at: str) -> dict[str, Any]:
    return {"op": "remove", "path": at}


def changes(members: dict[str, Any]) -> list[FieldChange]:
    """A change to each value, sorted by path as difference() gives them; ABSENT removes."""
    return [
        FieldChange(path, None, value)
        for path, value in sorted((parse_pointer(at), v) for at, v in members.items())
    ]


def patches(live: dict[str, Any], members: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [list(patch) for patch in build_patches(live, changes(members))]


SITUATIONS: Final[dict[str, tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]] = {
    "present: replace": ({"greeting": "a"}, {GREETING: "b"}, [put(GREETING, "b")]),
    "absent: add": ({}, {GREETING: "b"}, [add(GREETING, "b")]),
    "null is present": ({"greeting": None}, {GREETING: "b"}, [put(GREETING, "b")]),
    "empty is present": ({"greeting": ""}, {GREETING: "b"}, [put(GREETING, "b")]),
    "remove": ({"greeting": "a"}, {GREETING: ABSENT}, [cut(GREETING)]),
    "absent layer: one add with all that goes into it": (
        {"layers": {}},
        {MODEL: "m", "/layers/llm/extra_body/top_p": 1},
        [add("/layers/llm", {"extra_body": {"top_p": 1}, "model": "m"})],
    ),
    "null layer: one replace": (
        {"layers": {"llm": None}},
        {MODEL: "m"},
        [put("/layers/llm", {"model": "m"})],
    ),
    "absent layers: one add": (
        {},
        {MODEL: "m", PATIENCE: "low"},
        [
            add(
                "/layers",
                {"conversational_flow": {"turn_taking_patience": "low"}, "llm": {"model": "m"}},
            )
        ],
    ),
    "null layers: one replace": (
        {"layers": None},
        {MODEL: "m"},
        [put("/layers", {"llm": {"model": "m"}})],
    ),
    "an empty layer is there": ({"layers": {"llm": {}}}, {MODEL: "m"}, [add(MODEL, "m")]),
    "two absent layers: an add each": (
        {"layers": {"stt": {"hotwords": "x"}}},
        {MODEL: "m", PATIENCE: "low"},
        [
            add("/layers/conversational_flow", {"turn_taking_patience": "low"}),
            add("/layers/llm", {"model": "m"}),
        ],
    ),
    "siblings survive": (
        {"layers": {"llm": {"base_url": "https://x"}}},
        {MODEL: "m"},
        [add(MODEL, "m")],
    ),
    "members of a map one by one": (
        {"layers": {"llm": {"headers": {"A": "1"}}}},
        {"/layers/llm/headers/B": "2"},
        [add("/layers/llm/headers/B", "2")],
    ),
    "removes first, then sets, each by path": (
        {"greeting": "a", "context": "c", "layers": {"llm": {"model": "m"}}},
        {GREETING: ABSENT, "/context": "d", MODEL: ABSENT, "/document_ids": ["d"]},
        [cut(GREETING), cut(MODEL), put("/context", "d"), add("/document_ids", ["d"])],
    ),
    "a short list goes whole": (
        {"document_ids": ["a", "b"]},
        {"/document_ids": ["b", "c"]},
        [put("/document_ids", ["b", "c"])],
    ),
    "a long list by index behind a test": (
        {"document_ids": [f"document-{number:04}" for number in range(20)]},
        {"/document_ids": [f"document-{number:04}" for number in range(1, 20)]},
        [
            {"op": "test", "path": "/document_ids/0", "value": "document-0000"},
            cut("/document_ids/0"),
        ],
    ),
    "names with slash and tilde are escaped": (
        {"layers": {"llm": {"headers": {"a/b": "1"}}}},
        {"/layers/llm/headers/a~1b": ABSENT, "/layers/llm/headers/~0": "2"},
        [cut("/layers/llm/headers/a~1b"), add("/layers/llm/headers/~0", "2")],
    ),
    "a name that looks like a position is a name": (
        {"layers": {"llm": {"extra_body": {"0": 1}}}},
        {"/layers/llm/extra_body/0": 2, "/layers/llm/extra_body/-": 3},
        [add("/layers/llm/extra_body/-", 3), put("/layers/llm/extra_body/0", 2)],
    ),
    "a layer is removed whole": (
        {"layers": {"tts": {"tts_engine": "x"}}},
        {"/layers/tts": ABSENT},
        [cut("/layers/tts")],
    ),
    "a removal of what is absent is nothing": ({}, {GREETING: ABSENT}, []),
    "a new name and the old one beside it": (
        {"layers": {"perception": {"ambient_awareness_queries": ["a"]}}},
        {QUERIES: ["b"]},
        [cut(OLD_QUERIES), add(QUERIES, ["b"])],
    ),
    "an old name that holds nothing stays": (
        {"layers": {"perception": {"ambient_awareness_queries": []}}},
        {QUERIES: ["b"]},
        [add(QUERIES, ["b"])],
    ),
    "both names present": (
        {
            "layers": {
                "perception": {
                    "ambient_awareness_queries": ["a"],
                    "visual_awareness_queries": ["x"],
                }
            }
        },
        {QUERIES: ["b"]},
        [cut(OLD_QUERIES), put(f"{QUERIES}/0", "b")],
    ),
    "removing a field removes its old name": (
        {"layers": {"perception": {"perception_tools": [{"function": {"name": "a"}}]}}},
        {TOOLS: ABSENT},
        [cut(OLD_TOOLS)],
    ),
}


@pytest.mark.parametrize(("live", "members", "expected"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_operations_for_a_situation(
    live: dict[str, Any], members: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    before = json.dumps(live)
    assert patches(live, members) == ([expected] if expected else [])
    assert json.dumps(live) == before


def test_no_changes_are_no_patch() -> None:
    assert build_patches({"greeting": "a"}, ()) == ()


def test_queries_under_their_old_name_are_no_difference_where_they_are_equal() -> None:
    live = document({OLD_QUERIES: ["a"]})
    found = difference(sides({QUERIES: ["a"]}, {OLD_QUERIES: ["a"]}))
    assert found.changes == ()
    assert build_patches(live, found.changes) == ()


# ------------------------------------------------------------------ conferencing


def test_setting_conferencing_goes_alone_and_last() -> None:
    live = {"layers": {"conferencing": {"username": "ann"}, "llm": {"model": "a"}}}
    assert patches(live, {USERNAME: "bob", MODEL: "b", "/system_prompt": "x"}) == [
        [put(MODEL, "b"), add("/system_prompt", "x")],
        [put(USERNAME, "bob")],
    ]


def test_conferencing_alone_is_one_patch() -> None:
    assert patches({"layers": {"conferencing": None}}, {USERNAME: "bob"}) == [
        [put("/layers/conferencing", {"username": "bob"})]
    ]


def test_conferencing_into_a_persona_without_layers_comes_after_the_layers_were_made() -> None:
    assert patches({}, {ALLOWLIST: ["a@b"], MODEL: "m"}) == [
        [add("/layers", {"llm": {"model": "m"}})],
        [add("/layers/conferencing", {"allowlist": ["a@b"]})],
    ]


def test_clearing_conferencing_is_alone_too_and_first_since_it_needs_the_face() -> None:
    live = {"default_replica_id": "r1", "layers": {"conferencing": {"username": "ann"}}}
    assert patches(live, {"/layers/conferencing": ABSENT, "/default_replica_id": ABSENT}) == [
        [cut("/layers/conferencing")],
        [cut("/default_replica_id")],
    ]


@given(PERSONAS, live_documents(), st.booleans())
def test_no_patch_mixes_conferencing_with_anything_else(
    desired: dict[str, Any], live: dict[str, Any], is_there: bool
) -> None:
    live = {**live, "layers": live.get("layers") or {}} if is_there else live
    desired = with_value(desired, ("layers", "conferencing"), {"username": "bob"})
    found = build(desired, live)
    for patch in found[:-1]:
        assert not any("conferencing" in json.dumps(operation) for operation in patch)
    assert all("conferencing" in json.dumps(operation) for operation in found[-1])


# ------------------------------------------------------------------ laws


def build(desired: dict[str, Any], live: dict[str, Any]) -> tuple[tuple[dict[str, Any], ...], ...]:
    found = difference(sides_of(desired, live))
    return build_patches(live, found.changes)


def sides_of(desired: dict[str, Any], live: dict[str, Any], records: Any = None) -> Sides:
    return Sides(canonical(desired), canonical(live), records or {}, DIGESTS)


@given(PERSONAS, live_documents(), st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_count(
    desired: dict[str, Any], live: dict[str, Any], random: Any
) -> None:
    found = list(difference(sides_of(desired, live)).changes)
    ordered = build_patches(live, found)
    random.shuffle(found)
    assert json.dumps(build_patches(live, found)) == json.dumps(ordered)


def test_every_order_of_three_changes_gives_the_same_bytes() -> None:
    live = {"greeting": "a", "layers": {"llm": {"model": "x"}}}
    three = changes({GREETING: ABSENT, MODEL: "m", PATIENCE: "low"})
    assert len({json.dumps(build_patches(live, order)) for order in permutations(three)}) == 1


ODD: st.SearchStrategy[Any] = st.recursive(
    st.one_of(UNSET, st.booleans(), st.integers(-2, 2), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["llm", "tools", "function", "name", "", "~/"]), inner),
    ),
    max_leaves=4,
)


@given(PERSONAS, live_documents(), st.sampled_from(sorted(FIELDS)), ODD)
@example({"system_prompt": "x", "layers": {"tts": {}}}, {}, ("layers",), "odd")
@example({"layers": {"llm": {"model": "m"}}}, {}, ("layers", "llm"), [1])
@example({"layers": {"llm": {"headers": {"a": "b"}}}}, {}, ("layers", "llm", "headers"), 5)
def test_whatever_live_holds_the_patch_gives_what_was_planned(
    desired: dict[str, Any], live: dict[str, Any], path: tuple[str, ...], odd: Any
) -> None:
    """PatchMismatchError cannot be reached by a valid definition, however odd live is."""
    live = with_value(live, path, odd)
    found = difference(sides_of(desired, live)).changes
    result = live
    for patch in build_patches(live, found):
        result = apply_patch(result, patch)
    assert equal(canonical(result), predict(canonical(live), found))
    assert difference(sides_of(desired, result)).changes == ()


SECRET_PATHS: Final = [path for path, field in FIELDS.items() if field.compare is Compare.SECRET]


@given(PERSONAS, st.sampled_from(SECRET_PATHS), st.booleans(), st.booleans())
def test_the_mask_is_never_written(
    desired: dict[str, Any], path: tuple[str, ...], is_known: bool, has_siblings: bool
) -> None:
    key, mask = Secret("the-real-key"), Secret(MASK)
    desired = with_value(desired, path, key)
    layer = {path[2]: mask, "x_other": 1} if has_siblings else None
    live = {"layers": {path[1]: layer}}
    records = record(pointer(path), key, mask) if is_known else None
    for patch in build_patches(live, difference(sides_of(desired, live, records)).changes):
        assert MASK not in revealed(patch)


def revealed(value: Any) -> str:
    return json.dumps(value, default=lambda leaf: leaf.reveal())


def test_a_known_secret_is_not_sent_again_with_its_layer() -> None:
    key = Secret("the-real-key")
    live = {"layers": {"llm": {"api_key": Secret(MASK), "model": "a"}}}
    found = difference(
        sides(
            {API_KEY: key, MODEL: "b"},
            {API_KEY: Secret(MASK), MODEL: "a"},
            record(API_KEY, key, Secret(MASK)),
        )
    )
    assert build_patches(live, found.changes) == ((put(MODEL, "b"),),)


def test_a_change_that_cannot_come_true_is_our_own_bug_and_says_so() -> None:
    """A value that is not in canonical form is no valid input; nothing is sent for it."""
    with pytest.raises(PatchMismatchError) as refused:
        build_patches({}, changes({"/system_prompt": "Two spaces.  "}))
    assert "nothing was sent" in refused.value.hint


# ------------------------------------------------------------------ applying


def test_applying_leaves_the_document_alone() -> None:
    before: dict[str, Any] = {"a": {"b": [1]}}
    assert apply_patch(before, [add("/a/b/-", 2), put("/a/b/0", 0)]) == {"a": {"b": [0, 2]}}
    assert before == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    "operations",
    [
        [put("/x", 1)],
        [cut("/x")],
        [add("/x/y", 1)],
        [{"op": "test", "path": "/a", "value": 2}],
        [{"op": "nonsense", "path": "/a"}],
        [{"path": "/a"}],
        [{"op": "add"}],
        [{"op": "add", "path": "/a"}],
        [{"op": "add", "path": 5, "value": 1}],
        [{"op": "add", "path": "no pointer", "value": 1}],
        ["not an operation"],
    ],
)
def test_an_operation_that_does_not_fit_is_refused_as_one_kind_of_error(operations: Any) -> None:
    with pytest.raises(PatchRefusedError):
        apply_patch({"a": 1}, operations)
