"""Which answer becomes which error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from live_doubles import PALS, SETTINGS, Reply, in_turn, persona, using

from reconciler.core.errors import (
    TavusAuthError,
    TavusConflictError,
    TavusError,
    TavusNotFoundError,
    TavusProtocolError,
    TavusRateLimitError,
    TavusRejectedError,
    TavusServerError,
)

if TYPE_CHECKING:
    from reconciler.live import LiveSettings, TavusPersonas

_OPERATION = {"op": "replace", "path": "/persona_name", "value": "Ada"}
_HTML = b"<!doctype html><html><head><title>502 &lt;Bad&gt; Gateway</title></head></html>"


async def _list(client: TavusPersonas) -> object:
    return await client.list()


async def _get(client: TavusPersonas) -> object:
    return await client.get("p1")


async def _create(client: TavusPersonas) -> object:
    return await client.create({"persona_name": "Ada"})


async def _patch(client: TavusPersonas) -> object:
    return await client.patch("p1", [_OPERATION])


async def _delete(client: TavusPersonas) -> object:
    await client.delete("p1")
    return None


EVERY_METHOD = [_list, _get, _create, _patch, _delete]


@pytest.mark.parametrize("method", EVERY_METHOD)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, TavusProtocolError),
        (301, TavusProtocolError),
        (302, TavusProtocolError),
        (307, TavusProtocolError),
        (308, TavusProtocolError),
        (400, TavusRejectedError),
        (401, TavusAuthError),
        (402, TavusRejectedError),
        (403, TavusAuthError),
        (405, TavusRejectedError),
        (409, TavusConflictError),
        (413, TavusRejectedError),
        (418, TavusRejectedError),
        (422, TavusRejectedError),
        (429, TavusRateLimitError),
        (500, TavusServerError),
        (501, TavusServerError),
        (502, TavusServerError),
        (503, TavusServerError),
        (504, TavusServerError),
        (599, TavusServerError),
    ],
)
def test_status_and_error(method: type, status: int, kind: type[TavusError]) -> None:
    server = in_turn(Reply(status, {"error": "no"}))
    with pytest.raises(TavusError) as raised:
        using(server, method)
    assert type(raised.value) is kind
    assert raised.value.status == status
    assert raised.value.request == f"{server.requests[0].method} {server.requests[0].path}"
    assert "«no»" in raised.value.detail


@pytest.mark.parametrize("body", [b"", b"plain", b'{"error": ', b"[1]", b'{"plain": 1}'])
@pytest.mark.parametrize("status", [302, 400, 401, 409, 422, 429, 500])
def test_a_body_that_nobody_promised_is_not_quoted(status: int, body: bytes) -> None:
    with pytest.raises(TavusError) as raised:
        using(in_turn(Reply(status, body)), _patch)
    assert raised.value.detail == f"PATCH /v2/personas/p1 answered {status}"


@pytest.mark.parametrize("method", [_patch, _delete])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(404),
        Reply(404, {"message": "not found"}),
        Reply(400, {"error": "Invalid persona_id"}),
        Reply(400, {"error": "Invalid pal_id"}),
    ],
)
def test_an_unknown_id_is_an_error_to_a_write(method: type, reply: Reply) -> None:
    with pytest.raises(TavusNotFoundError, match="does not know this persona"):
        using(in_turn(reply), method)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404),
        Reply(404, b"", {"content-type": "text/html"}),
        Reply(404, {"message": "Not Found"}),
        Reply(400, {"error": "Invalid pal_id"}),
    ],
)
@pytest.mark.parametrize("settings", [SETTINGS, PALS])
def test_an_unknown_id_reads_as_none(reply: Reply, settings: LiveSettings) -> None:
    assert using(in_turn(reply), _get, settings) is None


@pytest.mark.parametrize(
    "words", ["Invalid objectives_id", "Bad Request. {'persona_id': ['Unknown field.']}"]
)
def test_an_invalid_reference_is_not_taken_for_a_vanished_persona(words: str) -> None:
    for method in (_patch, _get):
        with pytest.raises(TavusRejectedError, match="400"):
            using(in_turn(Reply(400, {"error": words})), method)


def test_a_create_that_says_invalid_id_is_rejected_not_unknown() -> None:
    with pytest.raises(TavusRejectedError):
        using(in_turn(Reply(400, {"error": "Invalid persona_id"})), _create)


@pytest.mark.parametrize("method", EVERY_METHOD)
@pytest.mark.parametrize("body", [b"<html>Not found</html>", b"404 page not found"])
def test_a_gateway_saying_404_proves_no_absence(method: type, body: bytes) -> None:
    with pytest.raises(TavusProtocolError, match="other than Tavus"):
        using(in_turn(Reply(404, body)), method)


@pytest.mark.parametrize("method", [_list, _create])
def test_a_wrong_base_url_is_named_as_the_likely_cause(method: type) -> None:
    with pytest.raises(TavusNotFoundError) as raised:
        using(in_turn(Reply(404)), method)
    assert "base URL" in raised.value.hint


def test_edits_in_pal_maker_are_told_from_other_conflicts() -> None:
    held = Reply(409, {"conflict": "maker_changes", "message": "Retry with force=true"})
    with pytest.raises(TavusConflictError) as raised:
        using(in_turn(held), _patch)
    assert raised.value.maker_changes
    assert "--discard-maker-changes ADDRESS" in raised.value.hint
    with pytest.raises(TavusConflictError) as raised:
        using(in_turn(Reply(409, {"error": "busy"})), _patch)
    assert not raised.value.maker_changes


@pytest.mark.parametrize("method", [_list, _get, _create, _delete])
def test_a_304_is_a_success_to_a_patch_only(method: type) -> None:
    with pytest.raises(TavusProtocolError, match="cache"):
        using(in_turn(Reply(304)), method)


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("https://login.example.com/sso?token=abc", "login.example.com"),
        ("/elsewhere?token=abc", "another path of the same host"),
        ("http://[broken", "an unreadable address"),
        ("", "another path of the same host"),
    ],
)
def test_a_redirect_is_not_followed_and_only_its_host_is_told(location: str, where: str) -> None:
    server = in_turn(Reply(302, headers={"location": location}))
    with pytest.raises(TavusProtocolError) as raised:
        using(server, _get)
    assert where in raised.value.summary
    assert "token" not in str(raised.value)
    assert len(server.requests) == 1


def test_of_a_web_page_only_the_title_is_quoted() -> None:
    reply = Reply(502, _HTML, {"content-type": "text/html"})
    with pytest.raises(TavusServerError) as raised:
        using(in_turn(reply), _delete)
    assert "an HTML page titled «502 <Bad> Gateway»" in raised.value.detail
    assert "doctype" not in str(raised.value)


@pytest.mark.parametrize(
    "body", [b"", b" ", _HTML, b'{"data": [', b"\xff\xfe", b"NaN", b"[" * 9999]
)
@pytest.mark.parametrize("method", [_list, _get, _create])
def test_a_success_that_cannot_be_read_is_an_error(method: type, body: bytes) -> None:
    with pytest.raises(TavusProtocolError):
        using(in_turn(Reply(200, body)), method)


def test_the_words_of_the_server_are_cut_and_cleaned() -> None:
    with pytest.raises(TavusRejectedError) as raised:
        using(in_turn(Reply(400, {"error": "long \x1b[31m" + "x" * 5000})), _patch)
    assert len(raised.value.detail) < 400
    assert raised.value.detail.isprintable()


def test_both_envelopes_and_structured_words_are_read() -> None:
    for body, words in (
        ({"message": "Invalid access token"}, "Invalid access token"),
        ({"error": "a", "message": "b"}, "a. b"),
        ({"error": {"field": ["bad"]}}, '{"field": ["bad"]}'),
    ):
        with pytest.raises(TavusAuthError) as raised:
            using(in_turn(Reply(401, body)), _get)
        assert f"«{words}»" in raised.value.detail


@pytest.mark.parametrize("method", [_create, _patch, _delete])
def test_after_a_server_error_on_a_write_the_outcome_is_called_unknown(method: type) -> None:
    with pytest.raises(TavusServerError) as raised:
        using(in_turn(Reply(500)), method)
    assert "unknown" in raised.value.hint


def test_a_get_that_tells_of_another_persona_is_refused() -> None:
    with pytest.raises(TavusProtocolError, match="another persona"):
        using(in_turn(Reply(200, persona(persona_id="p2"))), _get)
