"""The hooks of the store: what tests and demonstrations reach the emulator by."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest
from sandbox_tools import PROMPT, Caller, add, remove, replace

from reconciler.core.errors import SettingsError
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.rows import Owner, Request
from reconciler.sandbox.stock import SPECIAL, STOCK
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_the_data_is_one_file_in_a_folder_that_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "sandbox.db"
    with Store(file) as store, Caller(store) as call:
        persona_id = call.make(persona_name="Rook")
        store.set_switch("page_zero", "off")
    assert list(file.parent.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with Store(file) as store:
        assert store.find("Rook") == [persona_id]
        assert store.switches().page_zero is False


def test_a_file_that_is_no_store_is_a_settings_error(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to be looked at " * 20)
    with pytest.raises(SettingsError, match=r"notes\.txt") as raised:
        Store(file)
    assert "Delete" in raised.value.hint


def test_two_may_have_the_file_open_and_write_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"

    def work() -> None:
        with Store(file) as store, Caller(store) as call:
            for _ in range(20):
                call.make(persona_name="Rook")

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(file) as store:
        assert len(store.find("Rook")) == 60
        assert len(store.personas()) == 60 + len(STOCK) + len(SPECIAL)
    assert list(tmp_path.iterdir()) == [file]


def test_reset_leaves_the_stock_personas_only(store: Store, call: Caller) -> None:
    call.make()
    call.delete(f"/v2/personas/{call.make()}")
    store.add_fault(Fault(kind="drop"))
    store.reset()
    assert {row.owner for row in store.personas()} == {Owner.SYSTEM, Owner.SPECIAL}
    assert (store.faults(), store.requests()) == ([], [])
    assert call.get("/v2/personas").json()["total_count"] == len(STOCK)


def test_a_persona_is_found_by_id_and_by_exact_name(store: Store, call: Caller) -> None:
    first, second = call.make(persona_name="Rook"), call.make(persona_name="Rook")
    assert store.find("Rook") == [first, second]
    assert store.find(second) == [second]
    assert store.find("rook") == []


def test_an_edit_goes_past_the_api_and_moves_updated_at(store: Store, call: Caller) -> None:
    persona_id = call.make(layers={"conversational_flow": {"turn_taking_patience": "low"}})
    before = call.read(persona_id)
    store.clear_requests()
    store.edit(
        persona_id,
        [
            replace("/context", "Changed by hand."),
            replace("/layers/conversational_flow/replica_interruptibility", "high"),
            add("/x_unchecked", 1),
        ],
    )
    assert store.requests() == []
    after = call.read(persona_id)
    assert after["context"] == "Changed by hand."
    assert after["layers"]["conversational_flow"]["replica_interruptibility"] == "high"
    assert after["x_unchecked"] == 1
    assert after["updated_at"] != before["updated_at"]


def test_an_edit_that_does_not_fit_says_which_operation(store: Store, call: Caller) -> None:
    persona_id = call.make()
    with pytest.raises(ValueError, match="operation 2, remove /greeting"):
        store.edit(persona_id, [replace("/context", "x"), remove("/greeting")])
    with pytest.raises(ValueError, match="JSON"):
        store.edit(persona_id, [replace("/context", float("nan"))])
    with pytest.raises(KeyError, match="p00000000000"):
        store.edit("p00000000000", [])
    with pytest.raises(KeyError, match="p00000000000"):
        store.maker_draft("p00000000000")
    assert call.read(persona_id)["context"] == ""


def test_a_seed_is_stored_as_it_is_in_either_vocabulary(store: Store, call: Caller) -> None:
    persona_id = store.seed(
        {
            "pal_name": "Café (old)",
            "system_prompt": PROMPT,
            "layers": {"conversational_flow": {"pal_interruptibility": "low"}, "vqa": {"a": 1}},
        }
    )
    record = call.read(persona_id)
    assert record["persona_name"] == "Café (old)"
    assert record["layers"]["conversational_flow"]["replica_interruptibility"] == "low"
    assert record["layers"]["vqa"] == {"a": 1}
    assert record["created_at"]


def test_a_seed_keeps_its_id_and_replaces_a_record_that_has_it(store: Store) -> None:
    assert store.seed({"persona_id": "p5317866", "persona_name": "One"}) == "p5317866"
    assert store.seed({"persona_id": "p5317866", "persona_name": "Two"}, system=True) == "p5317866"
    (row,) = [row for row in store.personas() if row.id == "p5317866"]
    assert (row.owner, row.record["persona_name"]) == (Owner.SYSTEM, "Two")


def test_requests_are_logged_as_they_came(store: Store, call: Caller) -> None:
    call.get("/v2/personas/?limit=1")
    call.delete("/v2/pals/p1")
    assert store.requests() == [
        Request("GET", "/v2/personas/", "limit=1", 200),
        Request("DELETE", "/v2/pals/p1", "", 400),
    ]
    store.clear_requests()
    assert store.requests() == []


def test_only_the_newest_requests_are_kept(store: Store) -> None:
    with store.transaction() as session:
        for number in range(21_500):
            session.log(Request("GET", "/v2/personas", str(number), 200))
    kept = store.requests()
    assert (len(kept), kept[-1].query) == (20_000, "21499")


@pytest.mark.parametrize(
    "layers", [None, "none", {"llm": "x", "tts": None, "conversational_flow": [], "stt": {"a": 1}}]
)
def test_an_odd_record_can_be_read_and_listed(store: Store, call: Caller, layers: object) -> None:
    persona_id = call.make(layers={"stt": {"hotwords": "Rook"}})
    store.edit(persona_id, [add("/layers", layers)])
    assert call.read(persona_id)["persona_id"] == persona_id
    for name in ("spell_out_tts", "both_interruptibility"):
        store.set_switch(name, "on")
    for name in ("hide_llm_defaults", "reorder_keys"):
        store.set_switch(name, "off")
    assert call.get("/v2/pals?pal_type=user").status_code == 200
    reply = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
    assert reply.status_code in {200, 400}


def test_text_of_any_kind_survives(call: Caller) -> None:
    strange = "𝄞 é \u2028 \x00 quote' double\" back\\slash \ud800"
    body = json.dumps({"system_prompt": strange}).encode("ascii")
    made = call("POST", "/v2/personas", content=body)
    assert made.status_code == 200
    assert call.read(made.json()["persona_id"])["system_prompt"] == strange


def test_reset_forgets_objectives_guardrails_and_tools(store: Store, call: Caller) -> None:
    call.post("/v2/tools", {"name": "book", "description": "Books a room."})
    call.post("/v2/guardrails", {"guardrail_name": "no_advice", "guardrail_prompt": "None."})
    call.post("/v2/objectives", {"data": [{"objective_name": "a", "objective_prompt": "b"}]})
    store.reset()
    for path in ("tools", "guardrails?legacy=false", "objectives"):
        assert call.get(f"/v2/{path}").json()["total_count"] == 0


def test_a_file_of_an_earlier_version_gets_a_table_for_them(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with Store(file) as store, Caller(store) as call:
        persona_id = call.make(persona_name="Rook")
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE resources")
    connection.close()
    with Store(file) as store, Caller(store) as call:
        call.post("/v2/tools", {"name": "book", "description": "Books a room."})
        assert store.find("Rook") == [persona_id]
        assert call.get("/v2/tools").json()["total_count"] == 1
