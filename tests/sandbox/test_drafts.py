"""Drafts of PAL Maker under the three edit models (persona-api 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import FACE, add, remove, replace

from reconciler.sandbox.stock import STOCK

if TYPE_CHECKING:
    from sandbox_tools import Caller

    from reconciler.sandbox.store import Store

DRAFT = replace("/greeting", "From Maker")
CHANGE = replace("/context", "From the API")


class TestEditingLifecycle:
    def test_a_patch_is_refused_while_maker_has_edits(self, store: Store, call: Caller) -> None:
        persona_id = call.make(greeting="Hello")
        store.maker_draft(persona_id, operations=[DRAFT])
        before = call.read(persona_id)
        for operation in (CHANGE, remove("/context")):
            reply = call.patch(f"/v2/pals/{persona_id}", operation)
            assert reply.status_code == 409
            assert reply.json()["conflict"] == "maker_changes"
            assert "force=true" in reply.json()["message"]
        assert call.read(persona_id) == before

    def test_force_writes_live_and_discards_the_edits(self, store: Store, call: Caller) -> None:
        persona_id = call.make(greeting="Hello")
        store.maker_draft(persona_id, operations=[DRAFT])
        reply = call.patch(f"/v2/personas/{persona_id}?force=true", CHANGE)
        assert (reply.status_code, reply.json()["discarded_maker_changes"]) == (200, True)
        record = call.read(persona_id)
        assert (record["context"], record["greeting"]) == ("From the API", "Hello")
        after = call.patch(f"/v2/personas/{persona_id}", replace("/context", "x"))
        assert after.status_code == 200
        assert "discarded_maker_changes" not in after.json()

    def test_conferencing_is_written_all_the_same(self, store: Store, call: Caller) -> None:
        persona_id = call.make(default_replica_id=FACE)
        store.maker_draft(persona_id)
        layer = add("/layers/conferencing", {"whitelabel": True})
        assert call.patch(f"/v2/personas/{persona_id}", layer).status_code == 200
        assert call.patch(f"/v2/personas/{persona_id}", CHANGE).status_code == 409

    def test_publishing_in_maker_overwrites_live(self, store: Store, call: Caller) -> None:
        persona_id = call.make(greeting="Hello")
        store.maker_draft(persona_id, operations=[DRAFT])
        store.edit(persona_id, [CHANGE])
        assert call.post(f"/v2/pals/{persona_id}/publish", {}).status_code == 200
        record = call.read(persona_id)
        assert (record["context"], record["greeting"]) == ("", "From Maker")
        assert call.patch(f"/v2/pals/{persona_id}", CHANGE).status_code == 200

    def test_a_person_can_throw_the_edits_away(self, store: Store, call: Caller) -> None:
        persona_id = call.make()
        store.maker_draft(persona_id)
        store.maker_draft(persona_id, present=False)
        assert call.patch(f"/v2/personas/{persona_id}", CHANGE).status_code == 200


class TestDraftRouted:
    @pytest.fixture(autouse=True)
    def _model(self, store: Store) -> None:
        store.set_switch("edit_model", "draft_routed")

    def test_a_patch_goes_into_the_draft(self, store: Store, call: Caller) -> None:
        persona_id = call.make()
        store.maker_draft(persona_id)
        before = call.read(persona_id)
        reply = call.patch(f"/v2/pals/{persona_id}", CHANGE)
        assert reply.status_code == 200
        assert persona_id in reply.json()["publish_url"]
        assert call.read(persona_id) == before
        assert call.patch(f"/v2/pals/{persona_id}", CHANGE).status_code == 304

    def test_target_live_writes_live(self, store: Store, call: Caller) -> None:
        persona_id = call.make()
        store.maker_draft(persona_id)
        reply = call.patch(f"/v2/pals/{persona_id}?target=live", CHANGE)
        assert reply.status_code == 200
        assert "publish_url" not in reply.json()
        assert call.read(persona_id)["context"] == "From the API"

    def test_without_a_draft_a_patch_is_live(self, call: Caller) -> None:
        persona_id = call.make()
        assert call.patch(f"/v2/pals/{persona_id}", CHANGE).status_code == 200
        assert call.read(persona_id)["context"] == "From the API"

    def test_conferencing_is_live_at_once(self, store: Store, call: Caller) -> None:
        persona_id = call.make(default_replica_id=FACE)
        store.maker_draft(persona_id)
        layer = add("/layers/conferencing", {"whitelabel": True})
        assert "publish_url" not in call.patch(f"/v2/pals/{persona_id}", layer).json()
        assert call.read(persona_id)["layers"]["conferencing"] == {"whitelabel": True}

    def test_the_draft_can_be_read(self, store: Store, call: Caller) -> None:
        persona_id = call.make()
        path = f"/v2/pals/{persona_id}?source=draft"
        assert call.get(path).json()["is_draft_view"] is False
        store.maker_draft(persona_id)
        assert call.get(path).json()["has_unpublished_changes"] is False
        call.patch(f"/v2/pals/{persona_id}", CHANGE)
        view = call.get(path).json()
        assert (view["is_draft_view"], view["has_unpublished_changes"]) == (True, True)
        assert view["context"] == "From the API"
        assert view["publish_url"]

    def test_publish_makes_the_draft_live_and_keeps_live_conferencing(
        self, store: Store, call: Caller
    ) -> None:
        persona_id = call.make(persona_name="Rook", default_replica_id=FACE)
        store.maker_draft(persona_id)
        call.patch(f"/v2/pals/{persona_id}", CHANGE)
        call.patch(
            f"/v2/pals/{persona_id}", add("/layers/conferencing", {"allowlist": ["a@example.com"]})
        )
        reply = call.post(f"/v2/pals/{persona_id}/publish", {})
        assert reply.status_code == 200
        names = ["status", "pal_id", "pal_name", "system_prompt", "updated_at"]
        assert list(reply.json()) == names
        assert (reply.json()["status"], reply.json()["pal_name"]) == ("success", "Rook")
        record = call.read(persona_id)
        assert record["context"] == "From the API"
        assert record["layers"]["conferencing"]["allowlist"] == ["a@example.com"]
        view = call.get(f"/v2/pals/{persona_id}?source=draft").json()
        assert (view["is_draft_view"], view["has_unpublished_changes"]) == (True, False)

    def test_publish_without_a_draft_changes_nothing(self, call: Caller) -> None:
        persona_id = call.make()
        before = call.read(persona_id)
        assert call.post(f"/v2/personas/{persona_id}/publish", {}).status_code == 200
        assert call.read(persona_id) == before

    def test_publish_of_what_is_not_there_is_refused(self, call: Caller) -> None:
        assert call.post("/v2/pals/p00000000000/publish", {}).status_code == 400
        stock = STOCK[0]["persona_id"]
        assert call.post(f"/v2/pals/{stock}/publish", {}).status_code == 400


class TestNone:
    def test_nothing_is_known_of_drafts(self, store: Store, call: Caller) -> None:
        store.set_switch("edit_model", "none")
        persona_id = call.make()
        store.maker_draft(persona_id)
        assert call.patch(f"/v2/personas/{persona_id}", CHANGE).status_code == 200
        view = call.get(f"/v2/personas/{persona_id}?source=draft").json()
        assert view == call.read(persona_id)
        assert view["context"] == "From the API"
