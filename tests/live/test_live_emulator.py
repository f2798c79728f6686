"""The client against the emulator: in process, and over TCP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

import pytest
import uvicorn
from live_doubles import KEY, PALS, SETTINGS

from reconciler.core.errors import (
    TavusAuthError,
    TavusConflictError,
    TavusListError,
    TavusNotFoundError,
    TavusRateLimitError,
    TavusRejectedError,
    TavusServerError,
    TavusUnreachableError,
)
from reconciler.core.outcome import Written
from reconciler.core.secret import Secret
from reconciler.live import LiveSettings, TavusPersonas
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from reconciler.core.document import Object
    from reconciler.core.resource import Live
    from reconciler.workflow.ports import PersonaClient

    Result = TypeVar("Result")
    ListFault = Literal["short_page", "wrong_total", "duplicate_row", "empty_list"]

_BOTH = pytest.mark.parametrize("settings", [SETTINGS, PALS], ids=["personas", "pals"])
_DOCUMENT: Object = {
    "persona_name": "Ada",
    "default_replica_id": "r90bbd427f71",
    "system_prompt": "You are Ada.",
    "layers": {
        "llm": {
            "model": "custom",
            "base_url": "https://llm.example/v1",
            "api_key": Secret("sk-secret-value"),
            "headers": {"Authorization": Secret("Bearer secret-value")},
            "extra_body": {"pal_name": "mine"},
        },
        "conversational_flow": {"replica_interruptibility": "low"},
    },
}
_NEW_NAME: Object = {"op": "replace", "path": "/persona_name", "value": "Grace"}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None) as store:
        yield store


def _using(
    store: Store,
    act: Callable[[TavusPersonas], Awaitable[Result]],
    settings: LiveSettings = SETTINGS,
) -> Result:
    async def run() -> Result:
        async with TavusPersonas(settings, app=create_app(store), retry_wait=0) as client:
            return await act(client)

    return asyncio.run(run())


def _seed(store: Store, count: int = 1) -> str:
    for number in range(count):
        record = {"persona_id": f"p{number}", "persona_name": "Ada", "system_prompt": "You are."}
        store.seed(record)
    return "p0"


async def _list(client: TavusPersonas) -> tuple[Live, ...]:
    return await client.list()


async def _rename(client: TavusPersonas) -> Written:
    return await client.patch("p0", [_NEW_NAME])


def test_the_client_is_what_the_workflow_asks_for(store: Store) -> None:
    async def act(client: PersonaClient) -> tuple[Live, ...]:
        return await client.list()

    assert _using(store, act) == ()


@_BOTH
def test_what_was_created_is_read_back_in_persona_words(
    store: Store, settings: LiveSettings
) -> None:
    async def act(client: TavusPersonas) -> Live | None:
        return await client.get(await client.create(_DOCUMENT))

    live = _using(store, act, settings)
    assert live is not None
    llm = live.document["layers"]["llm"]
    assert live.name == "Ada"
    assert live.document["default_replica_id"] == "r90bbd427f71"
    assert live.document["layers"]["conversational_flow"]["replica_interruptibility"] == "low"
    assert llm["api_key"].is_mask
    assert llm["headers"] == {"Authorization": Secret("Bearer secret-value")}
    assert llm["extra_body"] == {"pal_name": "mine"}
    assert not [name for name in live.document if "pal_" in name or "face" in name]
    assert store.personas()[-1].record["layers"]["llm"]["api_key"] == "sk-secret-value"


@_BOTH
def test_a_patch_changes_and_a_second_one_does_not(store: Store, settings: LiveSettings) -> None:
    _seed(store)
    path = "/layers/conversational_flow"
    operations: list[Object] = [
        _NEW_NAME,
        {"op": "add", "path": path, "value": {"replica_interruptibility": "high"}},
        {"op": "replace", "path": f"{path}/replica_interruptibility", "value": "low"},
    ]

    async def act(client: TavusPersonas) -> list[object]:
        first = await client.patch("p0", operations)
        second = await client.patch("p0", operations[::2])
        live = await client.get("p0")
        assert live is not None
        flow = live.document["layers"]["conversational_flow"]
        return [first, second, live.name, flow["replica_interruptibility"]]

    assert _using(store, act, settings) == [Written.CHANGED, Written.UNCHANGED, "Grace", "low"]


@_BOTH
@pytest.mark.parametrize("status", ["400", "404"])
def test_a_deleted_persona_is_gone(store: Store, settings: LiveSettings, status: str) -> None:
    store.set_switch("not_found", status)
    _seed(store)

    async def act(client: TavusPersonas) -> Live | None:
        await client.delete("p0")
        with pytest.raises(TavusNotFoundError):
            await client.delete("p0")
        with pytest.raises(TavusNotFoundError):
            await client.patch("p0", [_NEW_NAME])
        return await client.get("p0")

    assert _using(store, act, settings) is None


@_BOTH
def test_the_documented_wrapper_makes_no_difference(store: Store, settings: LiveSettings) -> None:
    _seed(store)

    async def act(client: TavusPersonas) -> Live | None:
        return await client.get("p0")

    flat = _using(store, act, settings)
    store.set_switch("documented_get_wrapper", "on")
    assert _using(store, act, settings) == flat


@_BOTH
@pytest.mark.parametrize(("limit", "calls"), [(100, 3), (30, 9)])
def test_the_list_has_every_own_persona(
    store: Store, settings: LiveSettings, limit: int, calls: int
) -> None:
    store.set_switch("max_limit", str(limit))
    _seed(store, 250)
    found = _using(store, _list, settings)
    assert {live.id for live in found} == {f"p{n}" for n in range(250)}
    assert len(store.requests()) == calls


@pytest.mark.parametrize("kind", ["short_page", "wrong_total", "duplicate_row", "empty_list"])
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_list_disturbed_once_is_complete_all_the_same(
    store: Store, kind: ListFault, skip: int
) -> None:
    _seed(store, 25)
    store.add_fault(Fault(kind=kind, skip=skip))
    found = _using(store, _list, replace(SETTINGS, page_size=10))
    assert {live.id for live in found} == {f"p{n}" for n in range(25)}


@pytest.mark.parametrize("kind", ["short_page", "wrong_total", "duplicate_row", "empty_list"])
def test_a_list_disturbed_for_ever_is_never_used(store: Store, kind: ListFault) -> None:
    _seed(store, 25)
    store.add_fault(Fault(kind=kind, times=0))
    with pytest.raises(TavusListError):
        _using(store, _list, replace(SETTINGS, page_size=10))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="drop", times=2),
        Fault(kind="html", times=2),
        Fault(kind="status", status=503, times=2),
        Fault(kind="status", status=429, retry_after=1, times=2),
    ],
)
def test_a_disturbed_read_is_tried_again(store: Store, fault: Fault) -> None:
    _seed(store)
    store.add_fault(fault)
    assert [live.id for live in _using(store, _list)] == ["p0"]
    assert len(store.requests()) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="drop"), TavusUnreachableError),
        (Fault(kind="drop", after_store=True), TavusUnreachableError),
        (Fault(kind="html"), TavusServerError),
        (Fault(kind="status", status=500, after_store=True), TavusServerError),
        (Fault(kind="status", status=429), TavusRateLimitError),
    ],
)
def test_a_disturbed_write_is_sent_once(store: Store, fault: Fault, error: type[Exception]) -> None:
    _seed(store)
    store.add_fault(fault)
    with pytest.raises(error):
        _using(store, _rename)
    assert len(store.requests()) == 1
    assert (store.find("Grace") == ["p0"]) == fault.after_store


def test_edits_in_pal_maker_stop_a_patch_until_they_are_thrown_away(store: Store) -> None:
    store.maker_draft(_seed(store))

    async def act(client: TavusPersonas) -> Written:
        with pytest.raises(TavusConflictError) as raised:
            await client.patch("p0", [_NEW_NAME])
        assert raised.value.maker_changes
        return await client.patch("p0", [_NEW_NAME], force=True)

    assert _using(store, act) is Written.CHANGED


def test_a_patch_that_went_to_a_draft_is_told_from_one_that_is_live(store: Store) -> None:
    store.set_switch("edit_model", "draft_routed")
    store.maker_draft(_seed(store))
    assert _using(store, _rename) is Written.DRAFT
    assert _using(store, _rename, replace(SETTINGS, target_live=True)) is Written.CHANGED


def test_a_refused_key_and_a_rejected_value_are_told_apart(store: Store) -> None:
    _seed(store)
    store.set_switch("api_key", "another")
    with pytest.raises(TavusAuthError, match="Invalid access token"):
        _using(store, _list)
    store.set_switch("api_key", KEY.reveal())
    wrong = {"op": "add", "path": "/pipeline_mode", "value": "nonsense"}
    with pytest.raises(TavusRejectedError, match="pipeline_mode"):
        _using(store, lambda client: client.patch("p0", [wrong]))


@contextlib.asynccontextmanager
async def _served(store: Store) -> AsyncIterator[str]:
    """The base URL of the emulator on a free port."""
    config = uvicorn.Config(create_app(store), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


def test_over_tcp_all_is_as_in_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    _seed(store, 250)

    async def run() -> None:
        async with _served(store) as url:
            settings = replace(SETTINGS, base_url=url)
            async with TavusPersonas(settings, retry_wait=0) as client:
                await _everything(client, store)

    asyncio.run(run())


async def _everything(client: TavusPersonas, store: Store) -> None:
    assert len(await client.list()) == 250
    assert await client.patch("p0", [_NEW_NAME]) is Written.CHANGED
    assert await client.patch("p0", [_NEW_NAME]) is Written.UNCHANGED
    store.add_fault(Fault(kind="drop"))
    assert await client.get("p0") is not None
    store.add_fault(Fault(kind="drop", method="DELETE", after_store=True))
    with pytest.raises(TavusUnreachableError):
        await client.delete("p0")
    assert await client.get("p0") is None
    assert await client.create(_DOCUMENT)
