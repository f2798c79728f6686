"""What is sent, and what the answers to writes mean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from live_doubles import PALS, SETTINGS, Reply, Server, in_turn, using

from reconciler.core.errors import PatchMismatchError, ReconcilerError, TavusProtocolError
from reconciler.core.outcome import Written
from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.live import LiveSettings

_RENAME = {"op": "replace", "path": "/persona_name", "value": "Zoë"}


def _create(server: Server, document: Object, settings: LiveSettings = SETTINGS) -> str:
    return using(server, lambda client: client.create(document), settings)


def _patch(
    server: Server, *operations: Object, force: bool = False, settings: LiveSettings = SETTINGS
) -> Written:
    return using(server, lambda client: client.patch("p1", operations, force=force), settings)


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize(
    "body", [{"persona_id": "p9"}, {"pal_id": "p9"}, {"data": {"persona_id": "p9"}}]
)
def test_a_create_gives_the_id(status: int, body: Json) -> None:
    assert _create(in_turn(Reply(status, body)), {}) == "p9"


@pytest.mark.parametrize("body", [{}, [], b"", b"ok", {"persona_id": 7}, {"persona_id": ""}])
def test_a_create_without_an_id_says_that_the_persona_may_exist(body: Json) -> None:
    with pytest.raises(TavusProtocolError) as raised:
        _create(in_turn(Reply(200, body)), {})
    assert "may exist" in raised.value.hint


def test_a_document_is_sent_as_utf_8_in_the_words_of_the_route_with_secrets_revealed() -> None:
    document: Object = {
        "persona_name": "Zoë 🦉",
        "layers": {"llm": {"api_key": Secret("sk-1"), "tools": [{"k": Secret("in a list")}]}},
    }
    server = in_turn(Reply(200, {"pal_id": "p9"}))
    _create(server, document, PALS)
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/v2/pals")
    assert request.headers["content-type"] == "application/json"
    assert "Zoë 🦉".encode() in request.body
    assert request.json == {
        "pal_name": "Zoë 🦉",
        "layers": {"llm": {"api_key": "sk-1", "tools": [{"k": "in a list"}]}},
    }
    assert isinstance(document["layers"]["llm"]["api_key"], Secret)


@pytest.mark.parametrize(
    ("reply", "written"),
    [
        (Reply(200, {"persona_id": "p1"}), Written.CHANGED),
        (Reply(200, b""), Written.CHANGED),
        (Reply(200, b"", {"content-type": "text/html"}), Written.CHANGED),
        (Reply(200, b"[]"), Written.CHANGED),
        (Reply(200, b"OK"), Written.CHANGED),
        (Reply(204), Written.CHANGED),
        (Reply(304), Written.UNCHANGED),
        (Reply(304, b"not to be parsed"), Written.UNCHANGED),
        (Reply(200, {"publish_url": "https://x"}), Written.DRAFT),
        (Reply(200, {"data": [{"publish_url": "https://x"}]}), Written.DRAFT),
        (Reply(200, {"is_draft_view": True}), Written.DRAFT),
        (Reply(200, {"publish_url": None, "is_draft_view": False}), Written.CHANGED),
    ],
)
def test_what_a_patch_did(reply: Reply, written: Written) -> None:
    assert _patch(in_turn(reply), _RENAME) is written


def test_a_web_page_is_no_proof_of_a_patch() -> None:
    with pytest.raises(TavusProtocolError) as raised:
        _patch(in_turn(Reply(200, b"<html>Welcome to the hotel</html>")), _RENAME)
    assert "unknown" in raised.value.hint


def test_a_patch_is_an_array_of_operations_as_plain_json() -> None:
    server = in_turn(Reply(200))
    _patch(server, _RENAME, settings=PALS)
    request = server.requests[0]
    assert (request.method, request.path, request.query) == ("PATCH", "/v2/pals/p1", {})
    assert request.headers["content-type"] == "application/json"
    assert request.body == '[{"op":"replace","path":"/pal_name","value":"Zoë"}]'.encode()


def test_force_and_target_go_into_the_query() -> None:
    server = in_turn(Reply(200))
    _patch(server, _RENAME, force=True)
    _patch(server, _RENAME, settings=replace(SETTINGS, target_live=True))
    _patch(server, _RENAME, force=True, settings=replace(SETTINGS, target_live=True))
    assert [request.query for request in server.requests] == [
        {"force": "true"},
        {"target": "live"},
        {"target": "live", "force": "true"},
    ]


def test_an_empty_patch_is_not_sent() -> None:
    server = in_turn(Reply(500))
    assert _patch(server) is Written.UNCHANGED
    assert not server.requests


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_delete_names_the_persona_and_needs_no_body(status: int) -> None:
    server = in_turn(Reply(status))
    using(server, lambda client: client.delete("p1"))
    assert [(r.method, r.path, r.body) for r in server.requests] == [
        ("DELETE", "/v2/personas/p1", b"")
    ]


@pytest.mark.parametrize("mask", [MASK, Secret(MASK)])
@pytest.mark.parametrize(
    ("path", "wrap"),
    [
        ("/layers/llm/api_key", lambda m: m),
        ("/layers/llm/headers/Authorization", lambda m: m),
        ("/layers/llm/headers", lambda m: {"Authorization": m}),
        ("/layers/tts", lambda m: {"api_key": m}),
        ("/layers", lambda m: {"llm": {"headers": {"a": m}}}),
        ("", lambda m: {"layers": {"llm": {"api_key": m}}}),
    ],
)
def test_the_mask_is_never_written_back(mask: Json, path: str, wrap: type) -> None:
    server = in_turn(Reply(200))
    operation: Object = {"op": "add", "path": path, "value": wrap(mask)}
    with pytest.raises(PatchMismatchError):
        _patch(server, operation)
    with pytest.raises(PatchMismatchError):
        _create(server, {"layers": {"llm": {"api_key": mask}}})
    assert not server.requests


def test_eight_asterisks_elsewhere_are_just_text() -> None:
    server = in_turn(Reply(200))
    _patch(server, {"op": "add", "path": "/system_prompt", "value": MASK})
    _patch(server, {"op": "remove", "path": "/layers/llm/api_key"})
    assert len(server.requests) == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_hold_is_refused_without_showing_the_rest(value: Json) -> None:
    server = in_turn(Reply(200))
    document = {"a": value, "layers": {"llm": {"api_key": Secret("sk-canary")}}}
    with pytest.raises(ReconcilerError) as raised:
        _create(server, document)
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert "canary" not in json.dumps([str(raised.value), repr(raised.value)])
    assert not server.requests
