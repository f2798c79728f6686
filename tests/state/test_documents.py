"""State documents in a store: what the workflow reads and replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.core.errors import StateConflictError, StateError
from reconciler.core.secret import MASK, Secret
from reconciler.core.state import StateDocument
from reconciler.state.documents import StateDocuments
from reconciler.state.local import LocalStore

if TYPE_CHECKING:
    from pathlib import Path


def test_there_is_no_document_before_the_first_save(tmp_path: Path) -> None:
    assert StateDocuments(LocalStore(tmp_path)).load() is None


def test_a_saved_document_is_loaded_with_the_version_to_replace(tmp_path: Path) -> None:
    documents = StateDocuments(LocalStore(tmp_path))
    first = documents.save(StateDocument("l", serial=1), None)
    assert documents.load() == (StateDocument("l", serial=1), first)
    second = documents.save(StateDocument("l", serial=2), first)
    assert documents.load() == (StateDocument("l", serial=2), second)


def test_a_stale_save_is_refused(tmp_path: Path) -> None:
    documents = StateDocuments(LocalStore(tmp_path))
    version = documents.save(StateDocument("l", serial=1), None)
    documents.save(StateDocument("l", serial=2), version)
    with pytest.raises(StateConflictError, match="someone else") as refused:
        documents.save(StateDocument("l", serial=3), version)
    assert "Run the command again" in refused.value.hint


def test_a_damaged_document_is_an_error_never_an_empty_state(tmp_path: Path) -> None:
    LocalStore(tmp_path).replace(b"{", None)
    with pytest.raises(StateError):
        StateDocuments(LocalStore(tmp_path)).load()


def test_what_is_kept_beside_holds_everything_but_secrets(tmp_path: Path) -> None:
    live = {"persona_name": "Ünï", "layers": {"llm": {"api_key": Secret("canary-1"), "x": [1]}}}
    documents = StateDocuments(LocalStore(tmp_path))
    version = documents.save(StateDocument("l"), None, {"runs/1/before.json": live})
    assert documents.recall("runs/1/before.json") == {
        "persona_name": "Ünï",
        "layers": {"llm": {"api_key": MASK, "x": [1]}},
    }
    documents.save(StateDocument("l", serial=1), version, {"runs/1/before.json": None})
    assert documents.recall("runs/1/before.json") is None
    assert not any(b"canary" in file.read_bytes() for file in tmp_path.rglob("*.json"))


def test_a_damaged_copy_is_told(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.replace(b"{}", None, {"copy.json": b"{"})
    with pytest.raises(StateError, match="damaged"):
        StateDocuments(store).recall("copy.json")


def test_what_is_no_json_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON"):
        StateDocuments(LocalStore(tmp_path)).save(StateDocument("l"), None, {"x": {"a": object()}})
    assert list(tmp_path.rglob("*.json")) == []


def test_they_say_where_they_are(tmp_path: Path) -> None:
    assert str(StateDocuments(LocalStore(tmp_path))) == str(tmp_path / "state.json")
