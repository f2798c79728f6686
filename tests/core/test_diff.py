"""Ownership and difference: the table of design.md section 5, then what each kind of field adds."""

from __future__ import annotations

from typing import Any, Final

import pytest
from builders import API_KEY, DIGESTS, GREETING, MODEL, PATIENCE, document, record, sides
from hypothesis import given
from strategies import PERSONAS, live_documents

from reconciler.core.canonical import canonical
from reconciler.core.diff import (
    Difference,
    creation,
    difference,
    dropped_paths,
    moved_outside,
    predict,
)
from reconciler.core.document import ABSENT, equal, parse_pointer, pointer
from reconciler.core.hiding import contains_secret, hide
from reconciler.core.secret import MASK, Secret
from reconciler.core.sides import Attribution, Sides

GIT, OUTSIDE, BOTH = Attribution.GIT, Attribution.OUTSIDE, Attribution.BOTH
HIDDEN: Final = Secret(MASK)


def told(found: Difference) -> dict[str, tuple[str, Attribution]]:
    """Pointer → what happens to it, and who moved."""
    words = {}
    for change in found.changes:
        verb = "remove" if change.removes else "add" if change.adds else "replace"
        words[pointer(change.path)] = (verb, change.attribution)
    return words


def at_one_path(at: str, last: Any, desired: Any, live: Any, *, overwrite: bool = False) -> str:
    """What happens to one path, in words; last is what was applied and read back."""
    records = {} if last is ABSENT else record(at, last)
    found = difference(sides({at: desired}, {at: live}, records), overwrite=overwrite)
    if found.conflicts:
        return "conflict"
    if not found.changes:
        return "nothing"
    ((verb, who),) = told(found).values()
    return f"{verb}, {who}"


A_TOOL = [{"type": "function", "function": {"name": "book", "parameters": {"type": "object"}}}]
B_TOOL = [{"type": "function", "function": {"name": "call", "parameters": {"type": "object"}}}]
C_TOOL = [*A_TOOL, *B_TOOL]

VALUES: Final[dict[str, tuple[Any, Any, Any]]] = {
    GREETING: ("Hello", "Hi", "Ahoy"),
    "/persona_name": ("Coach", "Mentor", "Pirate"),
    "/default_replica_id": ("r1", "r2", "r3"),
    MODEL: ("tavus-gpt-oss", "tavus-gpt-4.1", "tavus-gemini-2.5-flash"),
    PATIENCE: ("low", "high", "verylow"),
    "/document_ids": (["d1"], ["d2"], ["d1", "d2"]),
    "/layers/perception/visual_awareness_queries": (["a", "b"], ["b", "a"], ["a"]),
    "/layers/llm/tools": (A_TOOL, B_TOOL, C_TOOL),
    "/layers/llm/extra_body/temperature": (1, 0.5, True),
    "/layers/llm/extra_body/a~1b": ({"a": 1}, {"a": 2}, [1]),
    "/layers/sts": ({"a": 1}, {"a": 2}, {"b": 1}),
    "/layers/conferencing/username": ("ann", "bob", "eve"),
    API_KEY: (Secret("key-a"), Secret("key-b"), Secret("key-c")),
    "/layers/llm/headers/X-Auth": (Secret("key-a"), Secret("key-b"), Secret("key-c")),
}

TABLE: Final = [
    # last applied, desired, live → what happens
    ("-", "-", "x", "nothing"),
    ("-", "-", "-", "nothing"),
    ("-", "a", "-", "add, git"),
    ("-", "a", "b", "replace, git"),
    ("-", "a", "a", "nothing"),
    ("a", "a", "a", "nothing"),
    ("a", "a", "b", "replace, outside"),
    ("a", "a", "-", "add, outside"),
    ("a", "-", "a", "remove, git"),
    ("a", "-", "b", "conflict"),
    ("a", "-", "-", "nothing"),
    ("a", "b", "a", "replace, git"),
    ("a", "b", "b", "nothing"),
    ("a", "b", "c", "replace, both"),
    ("a", "b", "-", "add, both"),
]


@pytest.mark.parametrize("at", VALUES)
@pytest.mark.parametrize(("last", "desired", "live", "happens"), TABLE)
def test_the_table_of_ownership(at: str, last: str, desired: str, live: str, happens: str) -> None:
    a, b, c = VALUES[at]
    values = {"-": ABSENT, "a": a, "b": b, "c": c, "x": c}
    assert at_one_path(at, values[last], values[desired], values[live]) == happens


@pytest.mark.parametrize("at", VALUES)
def test_overwrite_decides_a_conflict_in_favour_of_git(at: str) -> None:
    a, b, _ = VALUES[at]
    assert at_one_path(at, a, ABSENT, b, overwrite=True) == "remove, both"


@pytest.mark.parametrize("at", VALUES)
def test_overwrite_changes_nothing_else(at: str) -> None:
    a, b, c = VALUES[at]
    values = {"-": ABSENT, "a": a, "b": b, "c": c, "x": c}
    for last, desired, live, happens in TABLE:
        if happens != "conflict":
            three = (values[last], values[desired], values[live])
            assert at_one_path(at, *three, overwrite=True) == happens


def test_a_conflict_tells_the_path_and_what_is_live() -> None:
    found = difference(sides({}, {GREETING: "Ahoy"}, record(GREETING, "Hello")))
    ((conflict),) = found.conflicts
    assert (pointer(conflict.path), conflict.live, conflict.sensitive) == (GREETING, "Ahoy", False)


def test_a_conflict_at_one_path_does_not_hide_changes_at_others() -> None:
    records = {**record(GREETING, "Hello"), **record(MODEL, "x")}
    found = difference(sides({MODEL: "y"}, {GREETING: "Ahoy", MODEL: "x"}, records))
    assert told(found) == {MODEL: ("replace", GIT)}
    assert len(found.conflicts) == 1


# ------------------------------------------------------------------ what absent and unset mean


@pytest.mark.parametrize("wanted", [None, "", [], {}])
@pytest.mark.parametrize("live", [ABSENT, None, "", [], {}])
@pytest.mark.parametrize("at", [GREETING, "/document_ids", "/layers/tts/voice_settings"])
def test_clearing_what_is_not_set_is_nothing(at: str, wanted: Any, live: Any) -> None:
    assert at_one_path(at, ABSENT, wanted, live) == "nothing"


@pytest.mark.parametrize("wanted", [None, "", [], {}])
def test_every_shape_of_not_set_clears_what_is_set(wanted: Any) -> None:
    assert at_one_path(GREETING, ABSENT, wanted, "Hello") == "remove, git"
    assert at_one_path("/document_ids", ABSENT, wanted, ["d1"]) == "remove, git"


@pytest.mark.parametrize(
    ("desired", "live", "happens"),
    [
        ("tavus-gemma-4", ABSENT, "nothing"),
        ("tavus-gemma-4", "", "nothing"),
        (None, "tavus-gemma-4", "nothing"),
        (None, "tavus-gpt-oss", "remove, git"),
        ("tavus-gpt-oss", ABSENT, "add, git"),
        ("tavus-gemma-4", "tavus-gpt-oss", "replace, git"),
    ],
)
def test_absent_is_the_default(desired: Any, live: Any, happens: str) -> None:
    assert at_one_path(MODEL, ABSENT, desired, live) == happens


def test_a_dropped_field_that_reads_back_as_its_default_is_gone() -> None:
    assert at_one_path(MODEL, "tavus-gpt-oss", ABSENT, "tavus-gemma-4") == "nothing"


@pytest.mark.parametrize(
    ("live", "happens"),
    [
        ({}, "add, git"),
        ({"/layers/conversational_flow": {}}, "add, git"),
        ({"/layers/conversational_flow": None}, "add, git"),
        ({"/layers/conversational_flow/wake_phrase": "Hey"}, "nothing"),
        ({PATIENCE: "medium"}, "nothing"),
    ],
)
def test_a_default_of_the_flow_layer_has_to_be_sent_until_the_layer_is_active(
    live: dict[str, Any], happens: str
) -> None:
    found = difference(sides({PATIENCE: "medium"}, live))
    assert (told(found) == {PATIENCE: ("add", GIT)}) is (happens == "add, git")


def test_a_removal_inside_an_active_flow_layer_that_was_refilled_is_done() -> None:
    live = {PATIENCE: "medium", "/layers/conversational_flow/wake_phrase": "Hey"}
    assert told(difference(sides({}, live, record(PATIENCE, "low")))) == {}


def test_null_clears_a_whole_layer() -> None:
    live = {"/layers/tts/tts_engine": "cartesia", "/layers/tts/voice_settings/speed": 1}
    found = difference(sides({"/layers/tts": None}, live))
    assert told(found) == {"/layers/tts": ("remove", GIT)}


@pytest.mark.parametrize(
    "live", [{}, {"/layers": None}, {"/layers/tts": None}, {"/layers/tts": {}}]
)
def test_null_for_a_layer_that_is_not_there_is_nothing(live: dict[str, Any]) -> None:
    assert told(difference(sides({"/layers/tts": None}, live))) == {}


def test_clearing_a_layer_replaces_what_was_owned_below_it() -> None:
    speed = "/layers/tts/voice_settings/speed"
    found = difference(sides({"/layers/tts": None}, {speed: 1}, record(speed, 1)))
    assert told(found) == {"/layers/tts": ("remove", GIT)}
    assert found.conflicts == ()


def test_an_empty_layer_in_git_owns_nothing() -> None:
    assert told(difference(sides({"/layers/tts": {}}, {"/layers/tts/tts_engine": "x"}))) == {}


# ------------------------------------------------------------------ values that mean the same


@pytest.mark.parametrize(
    ("at", "desired", "live"),
    [
        ("/system_prompt", "a\r\nb\n", "a\nb"),
        ("/system_prompt", "a", "a  \n"),
        ("/layers/tts/tts_emotion_control", "true", True),
        ("/layers/tts/tts_emotion_control", False, "false"),
        ("/layers/llm/extra_body/temperature", 1, 1.0),
        ("/document_ids", ["a", "b", "a"], ["b", "a"]),
        ("/layers/conferencing/username", "Ann", "ann"),
        ("/layers/llm/tools", C_TOOL, [*B_TOOL, *A_TOOL]),
    ],
)
def test_equal_meaning_is_no_difference(at: str, desired: Any, live: Any) -> None:
    assert at_one_path(at, ABSENT, desired, live) == "nothing"


@pytest.mark.parametrize(
    ("desired", "live"), [(1, True), (0, False), ("1", 1), ("true", True), (1, 2), (None, 0)]
)
def test_another_type_is_another_value(desired: Any, live: Any) -> None:
    at = "/layers/llm/extra_body/x"
    assert at_one_path(at, ABSENT, desired, live) != "nothing"


def test_only_what_the_author_wrote_of_a_map_is_compared() -> None:
    settings = "/layers/tts/voice_settings"
    found = difference(
        sides({f"{settings}/speed": 0.5}, {f"{settings}/speed": 1, f"{settings}/volume": 2})
    )
    assert told(found) == {f"{settings}/speed": ("replace", GIT)}


def test_a_member_dropped_from_a_map_is_removed_alone() -> None:
    settings = "/layers/tts/voice_settings"
    live = {f"{settings}/speed": 1, f"{settings}/volume": 2}
    records = {**record(f"{settings}/speed", 1), **record(f"{settings}/volume", 2)}
    found = difference(sides({f"{settings}/speed": 1}, live, records))
    assert told(found) == {f"{settings}/volume": ("remove", GIT)}


def test_a_list_belongs_to_the_author_whole() -> None:
    found = difference(sides({"/document_ids": ["d1"]}, {"/document_ids": ["d1", "d2"]}))
    ((change),) = found.changes
    assert (change.before, change.after) == (["d1", "d2"], ["d1"])


def test_a_function_whose_description_the_server_lost_is_no_difference() -> None:
    told_more = [{"type": "function", "function": {**A_TOOL[0]["function"], "description": "B."}}]  # type: ignore[dict-item]
    assert at_one_path("/layers/llm/tools", ABSENT, told_more, A_TOOL) == "nothing"
    assert at_one_path("/layers/llm/tools", ABSENT, A_TOOL, told_more) == "replace, git"


def test_a_description_changed_in_git_is_sent_even_where_live_lost_the_old_one() -> None:
    def described(text: str) -> list[Any]:
        return [{"type": "function", "function": {"name": "book", "description": text}}]

    at = "/layers/llm/tools"
    lost = [{"type": "function", "function": {"name": "book"}}]
    records = record(at, described("Old."), lost)
    found = difference(sides({at: described("New.")}, {at: lost}, records))
    assert told(found) == {at: ("replace", GIT)}


# ------------------------------------------------------------------ names


def test_a_name_that_lost_its_punctuation_on_store_is_the_servers_form_of_it() -> None:
    at, name, stored = "/persona_name", "Coach Rook (chess)", "Coach Rook chess "
    found = difference(sides({at: name}, {at: stored}, record(at, name, stored)))
    assert (found.changes, found.equivalent) == ((), (("persona_name",),))
    assert told(difference(sides({at: name}, {at: stored}))) == {at: ("replace", GIT)}


def test_an_author_who_changed_only_punctuation_is_heard_once() -> None:
    at, old, new = "/persona_name", "Coach Rook", "Coach Rook!"
    found = difference(sides({at: new}, {at: old}, record(at, old)))
    assert told(found) == {at: ("replace", GIT)}
    assert told(difference(sides({at: new}, {at: old}, record(at, new, old)))) == {}


def test_punctuation_changed_outside_is_told() -> None:
    at = "/persona_name"
    found = difference(sides({at: "Coach"}, {at: "Coach!"}, record(at, "Coach")))
    assert told(found) == {at: ("replace", OUTSIDE)}


# ------------------------------------------------------------------ the server's own form


def test_a_pair_the_server_made_equal_is_no_difference_until_one_side_moves() -> None:
    at = "/layers/llm/base_url"
    records = record(at, "https://x/", "https://x")
    clean = difference(sides({at: "https://x/"}, {at: "https://x"}, records))
    assert (clean.changes, [pointer(path) for path in clean.equivalent]) == ((), [at])
    live_moved = difference(sides({at: "https://x/"}, {at: "https://y"}, records))
    assert told(live_moved) == {at: ("replace", OUTSIDE)}
    git_moved = difference(sides({at: "https://z/"}, {at: "https://x"}, records))
    assert told(git_moved) == {at: ("replace", GIT)}
    both_moved = difference(sides({at: "https://z/"}, {at: "https://y"}, records))
    assert told(both_moved) == {at: ("replace", BOTH)}


def test_a_pair_that_is_equal_anyway_is_not_listed() -> None:
    found = difference(sides({GREETING: "Hi"}, {GREETING: "Hi"}, record(GREETING, "Hi", "Ho")))
    assert found == Difference()


# ------------------------------------------------------------------ secrets

NEW, OLD = Secret("new-key-1"), Secret("old-key-1")


@pytest.mark.parametrize(
    ("applied", "desired", "live", "happens"),
    [
        (ABSENT, NEW, HIDDEN, "replace, git"),
        (NEW, NEW, HIDDEN, "nothing"),
        (OLD, NEW, HIDDEN, "replace, git"),
        (NEW, NEW, ABSENT, "add, outside"),
        (NEW, NEW, Secret(""), "add, outside"),
        (OLD, NEW, ABSENT, "add, both"),
        (OLD, ABSENT, HIDDEN, "remove, git"),
        (OLD, ABSENT, ABSENT, "nothing"),
        (ABSENT, ABSENT, HIDDEN, "nothing"),
        (OLD, None, HIDDEN, "remove, git"),
    ],
)
@pytest.mark.parametrize("at", [API_KEY, "/layers/tts/api_key", "/layers/llm/headers/X-Auth"])
def test_what_is_behind_a_mask_is_known_by_what_was_sent(
    at: str, applied: Any, desired: Any, live: Any, happens: str
) -> None:
    records = {} if applied is ABSENT else record(at, applied, HIDDEN, sensitive=True)
    found = difference(sides({at: desired}, {at: live}, records))
    assert found.conflicts == ()
    words = [f"{verb}, {who}" for verb, who in told(found).values()] or ["nothing"]
    assert words == [happens]
    assert all(change.sensitive for change in found.changes)


@pytest.mark.parametrize(
    ("applied", "desired", "live", "happens"),
    [
        (ABSENT, NEW, NEW, "nothing"),
        (ABSENT, NEW, OLD, "replace, git"),
        (NEW, NEW, OLD, "replace, outside"),
        (OLD, NEW, OLD, "replace, git"),
        (OLD, ABSENT, NEW, "conflict"),
    ],
)
def test_a_server_that_echoes_secrets_is_compared_as_usual(
    applied: Any, desired: Any, live: Any, happens: str
) -> None:
    assert at_one_path(API_KEY, applied, desired, live) == happens


def test_a_secret_in_an_ordinary_field_hides_both_sides() -> None:
    at = "/layers/llm/extra_body/token"
    ((change),) = difference(sides({at: NEW}, {at: "live-value"})).changes
    assert change.sensitive
    assert (change.before, change.after) == (Secret("live-value"), NEW)


def test_a_field_that_was_secret_stays_hidden_after_git_forgot_it() -> None:
    at = "/layers/llm/extra_body/token"
    records = record(at, OLD, "old-key-1", sensitive=True)
    ((change),) = difference(sides({}, {at: "old-key-1"}, records)).changes
    assert (change.sensitive, change.before) == (True, Secret("old-key-1"))
    ((conflict),) = difference(sides({}, {at: "moved"}, records)).conflicts
    assert (conflict.sensitive, conflict.live) == (True, Secret("moved"))


def test_a_secret_deep_in_a_list_makes_the_field_sensitive() -> None:
    at = "/layers/llm/tools"
    tools = [{"function": {"name": "a", "key": NEW}}]
    ((change),) = difference(sides({at: tools}, {at: [{"function": {"name": "b"}}]})).changes
    assert change.sensitive
    assert change.before == [{"function": {"name": Secret("b")}}]


@pytest.mark.parametrize(
    ("value", "holds"),
    [(NEW, True), ([{"a": [NEW]}], True), ("x", False), ([], False), (ABSENT, False)],
)
def test_where_a_secret_stands(value: Any, holds: bool) -> None:
    assert contains_secret(value) is holds


def test_hiding_wraps_every_string_and_nothing_else() -> None:
    value = {"a": ["x", 1, None, True], "b": ABSENT}
    assert hide(value) == {"a": [Secret("x"), 1, None, True], "b": ABSENT}


# ------------------------------------------------------------------ creation, order, prediction


def test_a_creation_has_every_field_that_is_set_sorted_by_path() -> None:
    fields = creation(
        document({PATIENCE: "low", GREETING: "", API_KEY: NEW, "/document_ids": ["d"]})
    )
    assert [(pointer(f.path), f.after, f.sensitive) for f in fields] == [
        ("/document_ids", ["d"], False),
        (PATIENCE, "low", False),
        (API_KEY, NEW, True),
    ]


@given(PERSONAS, live_documents())
def test_changes_are_sorted_and_at_most_one_per_path(
    desired: dict[str, Any], live: dict[str, Any]
) -> None:
    found = difference(Sides(canonical(desired), canonical(live), {}, DIGESTS))
    paths = [change.path for change in found.changes]
    assert paths == sorted(set(paths))
    assert all(change.attribution is GIT for change in found.changes)


@given(PERSONAS)
def test_a_creation_and_a_difference_from_nothing_make_the_same_document(
    desired: dict[str, Any],
) -> None:
    wanted = canonical(desired)
    made = predict({}, creation(wanted))
    assert difference(Sides(wanted, made, {}, DIGESTS)) == Difference()


def test_predicting_lays_changes_over_live_and_leaves_the_rest() -> None:
    found = sides({GREETING: "Hi", MODEL: None}, {GREETING: "Ho", MODEL: "x", "/context": "kept"})
    predicted = predict(found.live, difference(found).changes)
    assert equal(predicted, {"greeting": "Hi", "layers": {"llm": {}}, "context": "kept"})


@pytest.mark.parametrize(
    ("recorded", "wanted", "dropped"),
    [
        (["/a"], ["/a"], []),
        (["/a"], [], ["/a"]),
        (["/a/b"], ["/a"], []),
        (["/a"], ["/a/b"], []),
        (["/a/b", "/a/c"], ["/a/b"], ["/a/c"]),
        (["/ab"], ["/a"], ["/ab"]),
        (["/b", "/a"], [], ["/a", "/b"]),
    ],
)
def test_dropped_is_what_neither_a_part_nor_a_whole_of_is_still_wanted(
    recorded: list[str], wanted: list[str], dropped: list[str]
) -> None:
    records = {path: value for at in recorded for path, value in record(at, 1).items()}
    now = {parse_pointer(at): 1 for at in wanted}
    assert [pointer(path) for path in dropped_paths(records, now)] == dropped


# ------------------------------------------------------------------ drift


@pytest.mark.parametrize(
    ("last", "desired", "live", "who"),
    [
        ("a", "a", "a", None),
        ("a", "a", "b", OUTSIDE),
        ("a", "a", ABSENT, OUTSIDE),
        ("a", "b", "a", None),
        ("a", "b", "b", None),
        ("a", "b", "c", BOTH),
        ("a", ABSENT, "a", None),
        ("a", ABSENT, "b", BOTH),
        ("a", ABSENT, ABSENT, None),
    ],
)
def test_drift_is_where_live_moved_away_from_what_git_says(
    last: Any, desired: Any, live: Any, who: Attribution | None
) -> None:
    moved = moved_outside(sides({GREETING: desired}, {GREETING: live}, record(GREETING, last)))
    assert [field.attribution for field in moved] == ([] if who is None else [who])
    if who is not None:
        ((field),) = moved
        assert (field.before, field.after) == (desired, live)


def test_what_was_never_applied_is_no_drift() -> None:
    assert moved_outside(sides({GREETING: "Hi"}, {GREETING: "Ho"})) == ()
    assert moved_outside(sides({}, {GREETING: "Ho"})) == ()


def test_what_the_server_made_of_the_last_apply_is_no_drift() -> None:
    at = "/layers/llm/base_url"
    assert moved_outside(sides({at: "x/"}, {at: "x"}, record(at, "x/", "x"))) == ()


def test_drift_of_a_secret_is_hidden_on_both_sides() -> None:
    records = record(API_KEY, NEW, NEW, sensitive=True)
    ((field),) = moved_outside(sides({API_KEY: NEW}, {API_KEY: OLD}, records))
    assert (field.sensitive, field.before, field.after) == (True, NEW, OLD)


def test_a_server_that_begins_to_mask_what_it_echoed_is_no_drift() -> None:
    records = record(API_KEY, NEW, NEW, sensitive=True)
    assert moved_outside(sides({API_KEY: NEW}, {API_KEY: HIDDEN}, records)) == ()
