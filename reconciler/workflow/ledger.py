"""The state document during one run: changed in memory, replaced in batches."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.digest import digests_for, key_check
from reconciler.core.errors import StateConflictError, WrongTargetError
from reconciler.core.patch import Form
from reconciler.core.service.profile import SHIPPED
from reconciler.core.state import StateDocument
from reconciler.workflow.clock import SystemClock

if TYPE_CHECKING:
    from reconciler.core.binding import Binding
    from reconciler.core.digest import Digests
    from reconciler.core.document import Json
    from reconciler.core.resource import Address
    from reconciler.core.secret import Secret
    from reconciler.core.service.profile import Profile
    from reconciler.workflow.clock import Clock
    from reconciler.workflow.ports import Documents


class Ledger:
    """One state document, its version in the store, and whether it has unsaved changes."""

    def __init__(
        self,
        documents: Documents,
        extra_key: Secret | None = None,
        *,
        clock: Clock | None = None,
        profile: Profile = SHIPPED,
    ) -> None:
        """Load the document, or an unborn one: no lineage, nothing bound, not stored.

        Args:
            documents: where it lives.
            extra_key: the team's own secret for digests, if any.
            clock: what time it is; this machine's clock if left out.
            profile: how the service behaves, that values are compared by.

        Raises:
            StateError: it cannot be read.
            WrongTargetError: it was made with another digest key.
        """
        self._documents = documents
        self._extra_key = extra_key
        self._lock = asyncio.Lock()
        self.clock = clock or SystemClock()
        self.profile = profile
        self.stored_at = float("-inf")
        """When the last replace that succeeded was begun, on the clock's monotonic time."""
        self.lost = False
        """Whether someone else replaced the document since it was read here."""
        self.reload()

    def reload(self) -> None:
        """Start over from what is stored now. Raises as the constructor does."""
        found = self._documents.load()
        self.version = found[1] if found else None
        """The version that the next flush replaces; None where nothing is stored."""
        self.lost = False
        self._dirty = False
        self._beside: dict[str, Json] = {}
        self.document = found[0] if found else StateDocument(lineage="")
        self.digests: Digests = digests_for(self.document.lineage, self._extra_key)
        check = key_check(self.digests)
        if self.document.key_check not in {"", check}:
            raise WrongTargetError(
                "The state was made with another digest key",
                hint="Set RECONCILER_DIGEST_KEY to the value the other runs use, or unset it if"
                " they have none.",
            )

    def begin(self) -> None:
        """Give an unborn document its lineage.

        Plans are made before this, so that two plans of a project that was never applied are
        equal; records are made after it.
        """
        if not self.document.lineage:
            lineage = uuid.uuid4().hex
            self.digests = digests_for(lineage, self._extra_key)
            self.document = replace(
                self.document, lineage=lineage, key_check=key_check(self.digests)
            )

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not stored yet."""
        return self._dirty

    def touch(self) -> None:
        """Have the next flush() store the document even if nothing in it changed."""
        self._dirty = True

    def become(self, document: StateDocument) -> None:
        """Go on with another document of the same history."""
        if document != self.document:
            self.document = document
            self._dirty = True

    def claim(self, endpoint: str, account: str) -> None:
        """Note the endpoint and the account this state belongs to."""
        if (self.document.endpoint, self.document.account) != (endpoint, account):
            self.document = replace(self.document, endpoint=endpoint, account=account)
            self._dirty = bool(self.document.bindings) or self._dirty

    def bind(self, address: Address, binding: Binding) -> None:
        """Bind an address; nothing happens where it is bound exactly so already."""
        if self.document.bindings.get(address) != binding:
            self.become(self.document.with_binding(address, binding))

    def forget(self, address: Address) -> None:
        """Drop the binding of an address."""
        if address in self.document.bindings:
            self.become(self.document.without_binding(address))

    def remember_form(self, form: Form) -> None:
        """Note that this endpoint refuses smaller patch forms, so that it is asked only once."""
        if Form(self.document.patch_form).is_smaller_than(form):
            self.become(replace(self.document, patch_form=form.value))

    def close(self, operation: str) -> None:
        """Drop an intent whose outcome is known."""
        left = {known: one for known, one in self.document.intents.items() if known != operation}
        self.become(replace(self.document, intents=left))

    def keep(self, name: str, value: Json) -> None:
        """Keep a value beside the document from the next flush on; None removes it."""
        self._beside[name] = value
        self._dirty = True

    async def flush(self) -> None:
        """Store the document if it changed. Raises StateConflictError or StateError."""
        async with self._lock:
            if not self._dirty:
                return
            if self.lost:
                raise _lost()
            document = replace(self.document, serial=self.document.serial + 1)
            self.document = document
            beside, self._beside = self._beside, {}
            self._dirty = False
            begun = self.clock.monotonic()
            try:
                self.version = await asyncio.to_thread(
                    self._documents.save, document, self.version, beside
                )
            except BaseException as failed:
                self._dirty = True
                self._beside = beside | self._beside
                self.lost = isinstance(failed, StateConflictError)
                raise
            self.stored_at = begun

    def recall(self, name: str) -> Json:
        """A value kept beside the document; None where there is none. Raises StateError."""
        return self._documents.recall(name)


def _lost() -> StateConflictError:
    return StateConflictError(
        "The state was replaced by someone else",
        "this run has lost it",
        "Run the command again: it starts from what is there now.",
    )
