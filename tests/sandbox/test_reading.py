"""What reads show (persona-api 12.1, E5, E6, E10b and E11; 12.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sandbox_tools import Caller, add, replace

from reconciler.core.secret import MASK
from reconciler.sandbox.stock import FROM_2025, MAKER_BUILT, STOCK

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store


class TestE5Get:
    def test_the_record_is_flat(self, call: Caller) -> None:
        persona_id = call.make(persona_name="Rook", greeting="Hello")
        record = call.read(persona_id)
        assert record["persona_id"] == persona_id
        assert record["greeting"] == "Hello"
        assert record["layers"] == {}

    def test_what_was_never_set_comes_back_empty(self, call: Caller) -> None:
        record = call.read(call.make())
        assert record["context"] == record["verbal_disclosure"] == ""
        assert record["document_ids"] == record["tool_ids"] == record["languages"] == []
        assert record["objectives_id"] is record["guardrails_id"] is None
        assert (record["pipeline_mode"], record["disclosure_type"]) == ("full", "auto")
        assert "greeting" not in record

    def test_special_personas_are_readable(self, call: Caller) -> None:
        assert call.read("pipecat0")["pipeline_mode"] == "echo"
        assert call.read("pipecat0")["greeting"] == ""
        assert "tts" in call.read("pipecat-stream")["layers"]

    def test_times_come_in_various_forms(self, call: Caller) -> None:
        forms = {
            re.sub(r"\d", "0", call.read(call.make())[name])
            for _ in range(40)
            for name in ("created_at", "updated_at")
        }
        assert forms == {
            "0000-00-00T00:00:00Z",
            "0000-00-00T00:00:00.000000Z",
            "0000-00-00T00:00:00.000000",
            "0000-00-00T00:00:00.000000+00:00",
        }


class TestE6List:
    def test_pages_have_ten_rows_unless_asked_otherwise(self, call: Caller) -> None:
        ids = [call.make() for _ in range(12)]
        page = call.get("/v2/personas?persona_type=user").json()
        assert [row["persona_id"] for row in page["data"]] == ids[:10]
        assert page["total_count"] == 12
        second = call.get("/v2/personas?persona_type=user&page=2").json()
        assert [row["persona_id"] for row in second["data"]] == ids[10:]
        beyond = call.get("/v2/personas?persona_type=user&page=9").json()
        assert beyond == {"data": [], "total_count": 12}

    def test_rows_can_be_newest_first(self, call: Caller) -> None:
        ids = [call.make() for _ in range(3)]
        page = call.get("/v2/pals?pal_type=user&sort=desc").json()
        assert [row["pal_id"] for row in page["data"]] == ids[::-1]

    def test_without_a_filter_both_kinds_are_listed_and_special_ones_never(
        self, call: Caller
    ) -> None:
        own = call.make()
        page = call.get("/v2/personas").json()
        assert [row["persona_id"] for row in page["data"]] == [
            *(record["persona_id"] for record in STOCK),
            own,
        ]
        system = call.get("/v2/pals?pal_type=system").json()
        assert system["total_count"] == len(STOCK)

    def test_the_filter_of_the_other_route_is_ignored(self, call: Caller) -> None:
        assert call.get("/v2/pals?persona_type=user").json()["total_count"] == len(STOCK)

    def test_rows_carry_the_whole_record(self, call: Caller) -> None:
        headers = {"X-Team": "a"}
        persona_id = call.make(layers={"llm": {"model": "own", "headers": headers}})
        (row,) = call.get("/v2/personas?persona_type=user").json()["data"]
        assert row == call.read(persona_id)

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=x", "page=-1", "persona_type=mine", "sort=up"]
    )
    def test_senseless_parameters_are_refused(self, call: Caller, query: str) -> None:
        reply = call.get(f"/v2/personas?{query}")
        assert reply.status_code == 400
        assert query.split("=", maxsplit=1)[0] in reply.json()["error"]


class TestE10bMakerBuilt:
    def test_it_reads_as_it_was_seen(self, store: Store, call: Caller) -> None:
        persona_id = store.seed(MAKER_BUILT)
        assert call.read(persona_id) == MAKER_BUILT
        assert not {"llm", "stt", "perception"} & call.read(persona_id)["layers"].keys()

    def test_a_record_of_2025_keeps_its_names(self, store: Store, call: Caller) -> None:
        persona_id = store.seed(FROM_2025)
        record = call.read(persona_id)
        assert record["layers"] == FROM_2025["layers"]
        reply = call.patch(f"/v2/pals/{persona_id}", replace("/context", "New."))
        assert reply.status_code == 200
        assert call.read(persona_id)["layers"] == FROM_2025["layers"]


class TestE11HiddenDefaults:
    def test_llm_defaults_nobody_set_are_not_shown(self, call: Caller) -> None:
        assert "llm" not in call.read(call.make())["layers"]
        explicit = {"model": "tavus-gemma-4", "speculative_inference": True}
        assert call.read(call.make(layers={"llm": explicit}))["layers"]["llm"] == explicit

    def test_a_default_stays_implicit_beside_a_real_change(self, call: Caller) -> None:
        persona_id = call.make()
        layer = add("/layers/llm", {"extra_body": {"temperature": 0.2}})
        assert call.patch(f"/v2/personas/{persona_id}", layer).status_code == 200
        assert call.read(persona_id)["layers"]["llm"] == {"extra_body": {"temperature": 0.2}}


class TestRoundTrips:
    """Persona-api 12.3."""

    @pytest.mark.parametrize("family", ["personas", "pals"])
    def test_what_was_read_can_be_written_back_without_a_change(
        self, store: Store, call: Caller, family: str
    ) -> None:
        persona_id = store.seed(MAKER_BUILT)
        record = call.read(persona_id, family)
        back = [add(f"/{name}", value) for name, value in record.items() if name != "skills"]
        assert call.patch(f"/v2/{family}/{persona_id}", *back).status_code == 304

    def test_layers_that_were_read_make_a_clone_with_the_mask_for_a_key(
        self, store: Store, call: Caller
    ) -> None:
        own = {"model": "own", "base_url": "https://llm.example", "api_key": "canary"}
        layers = call.read(call.make(layers={"llm": own, "stt": {"hotwords": "Rook"}}))["layers"]
        clone = call.make(layers=layers)
        assert call.read(clone)["layers"] == layers
        stored = next(row for row in store.personas() if row.id == clone)
        assert stored.record["layers"]["llm"]["api_key"] == MASK
