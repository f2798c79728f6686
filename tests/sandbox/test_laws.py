"""What holds for any request: nothing unplanned happens, and a repeated patch changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_tools import Caller, add, remove, replace

from reconciler.sandbox.schema import LAYERS, TOP
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
POINTERS = st.sampled_from(
    [f"/{name}" for name in TOP]
    + [f"/layers/{layer}" for layer in LAYERS]
    + [f"/layers/{layer}/{member}" for layer in LAYERS for member in LAYERS[layer]]
    + ["", "/", "/layers/llm/tools/-", "/document_ids/0", "/layers/llm/headers/a~1b"]
)
OPERATIONS = st.one_of(
    st.builds(add, POINTERS, JSON), st.builds(replace, POINTERS, JSON), st.builds(remove, POINTERS)
)
LIKELY = st.sampled_from(
    [
        replace("/system_prompt", "New."),
        add("/greeting", "Hi"),
        add("/layers/llm", {"model": "own", "headers": {"a": "b"}}),
        add("/layers/tts", {"voice_id": "v1", "tts_emotion_control": "false"}),
        add("/layers/conversational_flow", {"idle_engagement": "eager"}),
        add("/layers/stt", {"hotwords": "Rook", "participant_pause_sensitivity": "low"}),
        add("/layers/perception", {"ambient_awareness_queries": ["a"]}),
        add("/document_ids", ["d2", "d1"]),
        replace("/persona_name", "A (b)"),
        remove("/objectives_id"),
        replace("/objectives_id", "o1"),
        remove("/context"),
    ]
)
SENSIBLE = st.lists(LIKELY, max_size=4, unique_by=lambda operation: str(operation["path"]))
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Caller]:
    with Store(None) as store, Caller(store) as call:
        yield call


@QUICK
@given(body=JSON | st.dictionaries(st.sampled_from(list(TOP)), JSON))
def test_no_body_makes_a_create_fail_in_an_unplanned_way(shared: Caller, body: object) -> None:
    for family in ("personas", "pals"):
        reply = shared("POST", f"/v2/{family}", content=json.dumps(body))
        assert reply.status_code in {200, 400}
        reply.json()


@QUICK
@given(operations=st.lists(OPERATIONS, max_size=3))
def test_no_patch_fails_in_an_unplanned_way_or_changes_what_it_was_refused(
    shared: Caller, operations: list[object]
) -> None:
    persona_id = shared.make(layers={"llm": {"model": "own", "tools": []}})
    before = shared.read(persona_id)
    reply = shared.patch(f"/v2/personas/{persona_id}", *operations)
    assert reply.status_code in {200, 304, 400, 422, 500}
    if reply.status_code != 200:
        assert shared.read(persona_id) == before
    if reply.status_code == 500:
        assert reply.json() == {"message": "Internal Server Error"}


@QUICK
@given(operations=SENSIBLE)
def test_a_patch_sent_again_is_answered_with_304(
    shared: Caller, operations: list[dict[str, object]]
) -> None:
    path = f"/v2/personas/{shared.make()}"
    assert shared.patch(path, *operations).status_code in {200, 304}
    assert shared.patch(path, *operations).status_code == 304


@QUICK
@given(operations=SENSIBLE)
def test_what_is_read_can_be_written_back_without_a_change(
    shared: Caller, operations: list[dict[str, object]]
) -> None:
    persona_id = shared.make()
    shared.patch(f"/v2/personas/{persona_id}", *operations)
    for family in ("personas", "pals"):
        record: dict[str, Any] = shared.read(persona_id, family)
        back = [add(f"/{name}", value) for name, value in record.items()]
        assert shared.patch(f"/v2/{family}/{persona_id}", *back).status_code == 304
    clone = shared.post("/v2/personas", shared.read(persona_id))
    assert clone.status_code == 200
