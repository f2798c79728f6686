"""What a persona looks like once it is read."""

from __future__ import annotations

import operator
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from live_doubles import KEY, PALS, SETTINGS, Reply, in_turn, persona, using

from reconciler import __version__
from reconciler.core.errors import SettingsError, TavusProtocolError, UsageError
from reconciler.core.secret import MASK, Secret
from reconciler.live import LiveSettings, TavusPersonas

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.core.resource import Live


async def _get(client: TavusPersonas) -> Live | None:
    return await client.get("p1")


def _read(body: Json, settings: LiveSettings = SETTINGS) -> Object:
    live = using(in_turn(Reply(200, body)), _get, settings)
    assert live is not None
    assert live.id == "p1"
    return live.document


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"data": d}, lambda d: {"data": [d]}])
def test_a_persona_is_read_flat_and_wrapped(wrap: type) -> None:
    assert _read(wrap(persona(x=1))) == persona(x=1)


def test_a_member_called_data_does_not_hide_the_persona() -> None:
    assert _read(persona(data=[{"persona_id": "p2"}]))["data"] == [{"persona_id": "p2"}]


@pytest.mark.parametrize("body", [[], "p1", 1, {}, {"data": []}, {"data": [persona(), persona()]}])
def test_anything_else_is_no_persona(body: Json) -> None:
    with pytest.raises(TavusProtocolError):
        _read(body)


def test_pal_words_become_persona_words() -> None:
    body = {
        "pal_id": "p1",
        "pal_name": "Ada",
        "default_face_id": "r1",
        "layers": {
            "conversational_flow": {"face_interruptibility": "low"},
            "llm": {"extra_body": {"pal_name": "mine"}},
        },
    }
    assert _read(body, PALS) == {
        "persona_id": "p1",
        "persona_name": "Ada",
        "default_replica_id": "r1",
        "layers": {
            "conversational_flow": {"replica_interruptibility": "low"},
            "llm": {"extra_body": {"pal_name": "mine"}},
        },
    }


def test_masked_echoed_and_empty_secrets_are_wrapped() -> None:
    llm = {"api_key": MASK, "headers": {"Authorization": "Bearer x", "n": 1}, "model": "m"}
    layers = {"llm": llm, "tts": {"api_key": "", "voice_id": ""}}
    assert _read(persona(layers=layers))["layers"] == {
        "llm": {
            "api_key": Secret(MASK),
            "headers": {"Authorization": Secret("Bearer x"), "n": 1},
            "model": "m",
        },
        "tts": {"api_key": Secret(""), "voice_id": ""},
    }


def test_unknown_members_and_odd_layers_are_kept() -> None:
    odd = persona(brand_new={"a": [1]}, layers={"conferencing": None, "tts": [], "x": "y"})
    assert _read(odd) == odd
    assert _read(persona(layers=None)) == persona(layers=None)


def test_the_client_is_imported_without_the_libraries_of_a_command_line() -> None:
    code = "import reconciler.live, sys; print({'click', 'rich', 'pygments'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"


def test_a_request_says_who_asks_and_wants_no_cache() -> None:
    server = in_turn(Reply(200, persona()))
    using(server, _get)
    headers = server.requests[0].headers
    assert headers["x-api-key"] == KEY.reveal()
    assert headers["user-agent"] == f"persona-reconciler/{__version__}"
    assert headers["cache-control"] == "no-store"
    assert headers["accept-encoding"] == "gzip"
    assert server.requests[0].query == {}


def test_the_base_url_may_have_a_path() -> None:
    server = in_turn(Reply(200, persona()))
    using(server, _get, replace(SETTINGS, base_url="https://gateway.test/tavus/"))
    assert server.requests[0].path == "/tavus/v2/personas/p1"


@pytest.mark.parametrize("persona_id", ["", ".", "..", "a/b", "p1?x=1", "p 1", "é", "p1\n"])
def test_what_cannot_be_an_id_is_never_put_in_an_address(persona_id: str) -> None:
    server = in_turn(Reply(200, persona()))
    for method in ("get", "delete"):
        with pytest.raises(UsageError):
            using(server, operator.methodcaller(method, persona_id))
    assert not server.requests


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tavusapi.com",
        "ftp://x",
        "https://",
        "https://u:hunter2@x",
        "http://x:99999",
        "http://[",
        f"http://{70 * 'x'}",
        "http://x?a=b",
    ],
)
def test_an_unusable_base_url_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(SettingsError) as raised:
        TavusPersonas(replace(SETTINGS, base_url=url))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("key", ["", "sec ret", "secret\n", "sécret"])
def test_an_unusable_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        TavusPersonas(replace(SETTINGS, api_key=Secret(key)))
    assert not key or key.strip() not in str(raised.value)
