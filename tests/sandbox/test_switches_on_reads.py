"""Every switch that is about what is read; the names of the tests begin with the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import Caller, add, remove, replace

from reconciler.core.document import get, parse_pointer
from reconciler.core.secret import MASK
from reconciler.sandbox.stock import MAKER_BUILT

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

SECRETS = {
    "llm": {"model": "own", "api_key": "canary-llm", "headers": {"Authorization": "canary-head"}},
    "tts": {"api_key": "canary-tts"},
}


@pytest.mark.parametrize(
    ("month", "model", "detector", "engine"),
    [
        ("2026-05", "tavus-gpt-oss", "sparrow-1", "cartesia"),
        ("2026-07", "tavus-glm-4.7", "sparrow-1", "cartesia"),
        ("2026-10", "tavus-gemma-4", "sparrow-2", "tavus-auto"),
    ],
)
def test_defaults_profile_dates_the_defaults(
    store: Store, call: Caller, month: str, model: str, detector: str, engine: str
) -> None:
    store.set_switch("defaults_profile", month)
    persona_id = call.make(layers={"conversational_flow": {"idle_engagement": "off"}})
    flow = call.read(persona_id)["layers"]["conversational_flow"]
    assert flow["turn_detection_model"] == detector
    path = f"/v2/personas/{persona_id}"
    assert call.patch(path, add("/layers/llm", {"model": model})).status_code == 304
    assert call.patch(path, add("/layers/tts", {"tts_engine": engine})).status_code == 304
    assert call.patch(path, add("/layers/llm", {"model": "other"})).status_code == 200
    old = replace("/layers/conversational_flow/turn_detection_model", "sparrow-0")
    assert call.patch(path, old).status_code == (400 if month == "2026-10" else 200)


def test_defaults_go_before_those_of_the_month(store: Store, call: Caller) -> None:
    flow = "/layers/conversational_flow/"
    said = {
        "/pipeline_mode": "echo",
        "/disclosure_type": "off",
        "/layers/llm/model": "tavus-next",
        "/layers/llm/speculative_inference": "off",
        "/layers/tts/tts_engine": "azure",
        "/layers/tts/tts_emotion_control": "off",
        f"{flow}turn_detection_model": "sparrow-9",
        f"{flow}turn_taking_patience": "low",
        f"{flow}replica_interruptibility": "high",
        f"{flow}voice_isolation": "off",
        f"{flow}idle_engagement": "eager",
        f"{flow}idle_end_behavior": "end_conversation",
    }
    for name, value in {**said, "hide_llm_defaults": "off", "spell_out_tts": "on"}.items():
        store.set_switch(name, value)
    layers = {"tts": {"voice_id": "v"}, "conversational_flow": {"idle_timeout": 30}}
    persona_id = call.make(layers=layers)
    shown = call.read(persona_id)
    switched_off = {"/layers/llm/speculative_inference", "/layers/tts/tts_emotion_control"}
    for name, value in said.items():
        meant = False if name in switched_off else value
        assert get(shown, parse_pointer(name)) == meant
    path = f"/v2/personas/{persona_id}"
    own = replace(flow + "turn_detection_model", "sparrow-9")
    assert call.patch(path, own).status_code == 304


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("/is_template", "on"),
        ("/layers/perception/perception_model", "raven-2"),
        ("/layers/perception/emotion_recognition", "full"),
        ("/layers/stt/stt_engine", "tavus-whisper"),
    ],
)
def test_defaults_that_are_not_shown_change_nothing_when_written(
    store: Store, call: Caller, name: str, value: str
) -> None:
    store.set_switch(name, value)
    path, meant = f"/v2/personas/{call.make()}", {"on": True}.get(value, value)
    layer, _, member = name.rpartition("/")
    operation = add(layer, {member: meant}) if layer else add(name, meant)
    assert call.patch(path, operation).status_code == 304


def test_documented_get_wrapper_wraps_the_record(store: Store, call: Caller) -> None:
    persona_id = call.make()
    flat = call.read(persona_id)
    store.set_switch("documented_get_wrapper", "on")
    assert call.get(f"/v2/personas/{persona_id}").json() == {"data": [flat]}


def test_list_detail_summary_leaves_out_headers_and_extra_body(store: Store, call: Caller) -> None:
    llm = {"model": "own", "headers": {"a": "b"}, "extra_body": {"top_p": 1}}
    persona_id = call.make(layers={"llm": llm})
    call.make()
    store.set_switch("list_detail", "summary")
    row = call.get("/v2/personas?persona_type=user").json()["data"][0]
    assert row["layers"]["llm"] == {"model": "own"}
    assert call.read(persona_id)["layers"]["llm"] == llm


def test_api_key_is_the_only_one_accepted(store: Store, call: Caller) -> None:
    store.set_switch("api_key", "right")
    assert call.get("/v2/personas").status_code == 401
    with Caller(store, key="right") as known:
        assert known.get("/v2/personas").status_code == 200


def test_mask_llm_api_key_echo_shows_it(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    assert call.read(persona_id)["layers"]["llm"]["api_key"] == MASK
    store.set_switch("mask_llm_api_key", "echo")
    assert call.read(persona_id)["layers"]["llm"]["api_key"] == "canary-llm"


def test_mask_tts_api_key_echo_shows_it(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    assert call.read(persona_id)["layers"]["tts"]["api_key"] == MASK
    store.set_switch("mask_tts_api_key", "echo")
    assert call.read(persona_id)["layers"]["tts"]["api_key"] == "canary-tts"


def test_mask_headers_mask_hides_every_value(store: Store, call: Caller) -> None:
    persona_id = call.make(layers=SECRETS)
    headers = {"Authorization": "canary-head"}
    assert call.read(persona_id)["layers"]["llm"]["headers"] == headers
    store.set_switch("mask_headers", "mask")
    assert call.read(persona_id)["layers"]["llm"]["headers"] == {"Authorization": MASK}


def test_reorder_keys_sorts_free_objects_by_length_then_name(store: Store, call: Caller) -> None:
    extra = {"top_p": 1, "z": 1, "aa": {"bb": 1, "a": 2}, "b": 1}
    layers = {"tts": {"tts_model_name": "m"}, "llm": {"extra_body": extra, "model": "own"}}
    persona_id = call.make(layers=layers)
    shown = call.read(persona_id)["layers"]
    assert list(shown) == ["llm", "tts"]
    assert list(shown["llm"]) == ["model", "extra_body"]
    assert list(shown["llm"]["extra_body"]) == ["b", "z", "aa", "top_p"]
    assert list(shown["llm"]["extra_body"]["aa"]) == ["a", "bb"]
    store.set_switch("reorder_keys", "off")
    shown = call.read(persona_id)["layers"]
    assert list(shown) == ["tts", "llm"]
    assert list(shown["llm"]["extra_body"]) == list(extra)


def test_empty_defaults_off_leaves_absent_what_is_not_set(store: Store, call: Caller) -> None:
    persona_id = call.make(greeting="Hi", layers={"stt": {"hotwords": "Rook"}})
    store.set_switch("empty_defaults", "off")
    gone = (remove("/greeting"), remove("/layers/stt/hotwords"))
    assert call.patch(f"/v2/personas/{persona_id}", *gone).status_code == 200
    record = call.read(persona_id)
    assert not {"greeting", "context", "objectives_id", "document_ids"} & record.keys()
    assert record["layers"] == {"stt": {}}
    assert call.patch(f"/v2/personas/{persona_id}", *gone).status_code == 400


def test_spell_out_tts_shows_all_nine_members(store: Store, call: Caller) -> None:
    layer = {"external_voice_id": "abc"}
    persona_id = call.make(layers={"tts": layer})
    assert call.read(persona_id)["layers"]["tts"] == layer
    store.set_switch("spell_out_tts", "on")
    spelled = call.read(persona_id)["layers"]["tts"]
    assert spelled == {**MAKER_BUILT["layers"]["tts"], **layer}
    assert "tts" not in call.read(call.make())["layers"]
    gone = remove("/layers/tts/external_voice_id")
    assert call.patch(f"/v2/personas/{persona_id}", gone).status_code == 200
    assert call.read(persona_id)["layers"]["tts"] == MAKER_BUILT["layers"]["tts"]


def test_hide_llm_defaults_off_shows_them(store: Store, call: Caller) -> None:
    persona_id = call.make()
    store.set_switch("hide_llm_defaults", "off")
    llm = {"model": "tavus-gemma-4", "speculative_inference": True}
    assert call.read(persona_id)["layers"]["llm"] == llm
    call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
    store.set_switch("hide_llm_defaults", "on")
    assert "llm" not in call.read(persona_id)["layers"]


def test_flow_fill_nulls_fills_with_null(store: Store, call: Caller) -> None:
    store.set_switch("flow_fill", "nulls")
    persona_id = call.make(layers={"conversational_flow": {"turn_taking_patience": "low"}})
    flow = call.read(persona_id)["layers"]["conversational_flow"]
    assert len(flow) == 8
    assert {name for name, value in flow.items() if value is not None} == {"turn_taking_patience"}


def test_page_zero_off_refuses_page_0(store: Store, call: Caller) -> None:
    first = call.get("/v2/personas?page=1").json()
    assert call.get("/v2/personas?page=0").json() == first
    store.set_switch("page_zero", "off")
    assert call.get("/v2/personas?page=0").status_code == 400


def test_max_limit_caps_a_page(store: Store, call: Caller) -> None:
    for _ in range(4):
        call.make()
    store.set_switch("max_limit", "3")
    page = call.get("/v2/personas?persona_type=user&limit=100").json()
    assert (len(page["data"]), page["total_count"]) == (3, 4)
    rest = call.get("/v2/personas?persona_type=user&limit=100&page=2").json()
    assert len(rest["data"]) == 1


def test_over_limit_refuse_answers_400(store: Store, call: Caller) -> None:
    assert call.get("/v2/personas?limit=101").status_code == 200
    store.set_switch("over_limit", "refuse")
    assert call.get("/v2/personas?limit=101").status_code == 400
    assert call.get("/v2/personas?limit=100").status_code == 200
