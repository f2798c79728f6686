"""The personas of one Tavus account: list, get, create, patch, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

from reconciler.core.document import parse_pointer
from reconciler.core.errors import TavusNotFoundError, UsageError
from reconciler.core.outcome import Written
from reconciler.live.conversations import count_active
from reconciler.live.exchange import Call, encode
from reconciler.live.listing import complete_list
from reconciler.live.secrecy import every_secret, refuse_mask, secrets_at_their_paths
from reconciler.live.transport import Transport
from reconciler.live.wire import read_created, read_one, read_page, read_written
from reconciler.live.words import name_to_route, operation_to_route, to_route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.document import Object
    from reconciler.core.resource import Live
    from reconciler.core.secret import Secret
    from reconciler.live.listing import OnPage
    from reconciler.live.settings import LiveSettings
    from reconciler.live.transport import AsgiApp
    from reconciler.live.wire import Page

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")


class TavusPersonas:
    """Reads and writes personas in persona words; use it as an async context manager.

    Every method raises TavusError where Tavus does not do what was asked.
    """

    def __init__(
        self,
        settings: LiveSettings,
        *,
        app: AsgiApp | None = None,
        on_page: OnPage | None = None,
        retry_wait: float | None = None,
    ) -> None:
        """Raise SettingsError where address or key cannot be used; nothing is sent yet.

        app answers in place of the network. on_page is told rows so far and total after each list
        page. retry_wait replaces, in seconds, every wait before a retry.
        """
        self._words = settings.vocabulary
        self._root = f"/v2/{settings.dialect}"
        self._page_size = settings.page_size
        self._target: dict[str, str] = {"target": "live"} if settings.target_live else {}
        self._on_page = on_page
        self._transport = Transport(settings, app, fixed_wait=retry_wait)
        # An answer about a persona may quote a secret it has stored, whatever was asked.
        self._stored: dict[str, frozenset[Secret]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def list(self) -> tuple[Live, ...]:
        """Every persona the account made, oldest first. Raises TavusListError before a part.

        One call per page. Rows may be shorter than what get() gives (persona-api 5.1).
        """
        return await complete_list(
            self._page,
            self._page_size,
            on_page=self._on_page,
            request=f"GET {self._root}",
        )

    async def get(self, persona_id: str) -> Live | None:
        """One persona as it is live, or None where Tavus does not know the id."""
        call = self._call("GET", persona_id)
        try:
            answer = await self._transport.send(call)
        except TavusNotFoundError:
            return None
        return self._remembered(read_one(call, answer, self._words, persona_id))

    async def has_draft(self, persona_id: str) -> bool:
        """Whether PAL Builder keeps a draft beside the live record (persona-api 6.1).

        Services without drafts do not know the query and answer with the live record.
        """
        call = self._call("GET", persona_id, {"source": "draft"})
        try:
            found = read_one(call, await self._transport.send(call), self._words, persona_id)
        except TavusNotFoundError:
            return False
        return any(
            found.document.get(sign) for sign in ("is_draft_view", "has_unpublished_changes")
        )

    async def active_conversations(self) -> Mapping[str, int]:
        """Persona id → conversations that are active with it now. One call per page."""
        return await count_active(self._transport, self._page_size)

    async def create(self, document: Object) -> str:
        """The id of a new persona. Never repeated: a lost answer may leave a persona behind."""
        refuse_mask(document)
        secrets = every_secret(document)
        body = to_route(document, self._words)
        call = Call("POST", self._root, body=encode(body), secrets=secrets)
        return read_created(call, await self._transport.send(call), self._words)

    async def patch(
        self, persona_id: str, operations: Sequence[Object], *, force: bool = False
    ) -> Written:
        """Send a JSON Patch with canonical paths; force throws PAL Maker's edits away.

        No operations, no request. Raises TavusConflictError where PAL Maker holds edits.
        """
        if not operations:
            return Written.UNCHANGED
        for operation in operations:
            refuse_mask(operation.get("value"), parse_pointer(operation["path"]))
        body = [operation_to_route(one, self._words) for one in operations]
        query = self._target | ({"force": "true"} if force else {})
        call = self._call("PATCH", persona_id, query, encode(body), _secrets_sent(operations))
        return read_written(call, await self._transport.send(call))

    async def delete(self, persona_id: str) -> None:
        """Delete one persona. Raises TavusNotFoundError where the id is unknown."""
        await self._transport.send(self._call("DELETE", persona_id))

    def _call(
        self,
        method: str,
        persona_id: str,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        secrets: frozenset[Secret] = frozenset(),
    ) -> Call:
        # An id that is empty or holds a slash would address something else.
        if not _ID.fullmatch(persona_id):
            raise UsageError("That is no id of a persona", f"{persona_id!r}", "Ids look like p123.")
        path = f"{self._root}/{persona_id}"
        known = secrets | self._stored.get(persona_id, frozenset())
        return Call(method, path, query or {}, body, secrets=known, names_one=True)

    async def _page(self, number: int, limit: int) -> Page:
        only_own = {name_to_route("persona_type", self._words): "user"}
        query = {"limit": str(limit), "page": str(number), **only_own}
        call = Call("GET", self._root, query)
        page = read_page(call, await self._transport.send(call), self._words)
        for live in page.rows:
            self._remembered(live)
        return page

    def _remembered(self, live: Live) -> Live:
        if secrets := secrets_at_their_paths(live.document):
            self._stored[live.id] = secrets
        return live


def _secrets_sent(operations: Sequence[Object]) -> frozenset[Secret]:
    return frozenset(
        secret
        for one in operations
        for secret in every_secret(one.get("value"), parse_pointer(one["path"]))
    )
