"""Calling the emulator in process, one request after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

import httpx

from reconciler.sandbox.app import create_app

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

KEY = "sandbox-key"
FACE = "r90bbd427f71"
PROMPT = "You are helpful."


class Caller:
    """A client of the emulator whose calls are ordinary functions."""

    def __init__(self, store: Store, key: str = KEY) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(store)),
            base_url="http://sandbox",
            headers={"x-api-key": key} if key else {},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request, with the options of httpx."""
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str) -> httpx.Response:
        return self("GET", path)

    def post(self, path: str, body: object) -> httpx.Response:
        return self("POST", path, json=body)

    def patch(self, path: str, *operations: object) -> httpx.Response:
        return self("PATCH", path, json=list(operations))

    def delete(self, path: str) -> httpx.Response:
        return self("DELETE", path)

    def make(self, **members: object) -> str:
        """Create a persona with a prompt and the given members; its id."""
        reply = self.post("/v2/personas", {"system_prompt": PROMPT, **members})
        assert reply.status_code == 200, reply.text
        persona_id: str = reply.json()["persona_id"]
        return persona_id

    def read(self, persona_id: str, family: str = "personas") -> dict[str, Any]:
        """The record as GET shows it."""
        reply = self.get(f"/v2/{family}/{persona_id}")
        assert reply.status_code == 200, reply.text
        record: dict[str, Any] = reply.json()
        return record


def add(path: str, value: object) -> dict[str, object]:
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: object) -> dict[str, object]:
    return {"op": "replace", "path": path, "value": value}


def remove(path: str) -> dict[str, object]:
    return {"op": "remove", "path": path}
