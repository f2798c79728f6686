"""The state document during one run: changed in memory, replaced in batches."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.digest import digests_for, key_check
from reconciler.core.errors import WrongTargetError
from reconciler.core.patch import Form
from reconciler.core.state import StateDocument

if TYPE_CHECKING:
    from reconciler.core.digest import Digests
    from reconciler.core.resource import Address
    from reconciler.core.secret import Secret
    from reconciler.core.state import Binding
    from reconciler.workflow.ports import Documents


class Ledger:
    """One state document, its version in the store, and whether it has unsaved changes."""

    def __init__(self, documents: Documents, extra_key: Secret | None = None) -> None:
        """Load the document, or an unborn one: no lineage, nothing bound, not stored.

        Args:
            documents: where it lives.
            extra_key: the team's own secret for digests, if any.

        Raises:
            StateError: it cannot be read.
            WrongTargetError: it was made with another digest key.
        """
        found = documents.load()
        self._documents = documents
        self._version = found[1] if found else None
        self._dirty = False
        self._lock = asyncio.Lock()
        self._extra_key = extra_key
        self.document = found[0] if found else StateDocument(lineage="")
        self.digests: Digests = digests_for(self.document.lineage, extra_key)
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
        """Have the next flush() store the document even if nothing in it changed.

        Before the first request, that proves that nobody else was faster and that it can be
        written at all.
        """
        self._dirty = True

    def claim(self, endpoint: str, account: str) -> None:
        """Note the endpoint and the account this state belongs to."""
        if (self.document.endpoint, self.document.account) != (endpoint, account):
            self.document = replace(self.document, endpoint=endpoint, account=account)
            self._dirty = bool(self.document.bindings) or self._dirty

    def bind(self, address: Address, binding: Binding) -> None:
        """Bind an address; nothing happens where it is bound exactly so already."""
        if self.document.bindings.get(address) != binding:
            self.document = self.document.with_binding(address, binding)
            self._dirty = True

    def forget(self, address: Address) -> None:
        """Drop the binding of an address."""
        if address in self.document.bindings:
            self.document = self.document.without_binding(address)
            self._dirty = True

    def remember_form(self, form: Form) -> None:
        """Note that this endpoint refuses smaller patch forms, so that it is asked only once."""
        if Form(self.document.patch_form).is_smaller_than(form):
            self.document = replace(self.document, patch_form=form.value)
            self._dirty = True

    async def flush(self) -> None:
        """Store the document if it changed. Raises StateConflictError or StateError."""
        async with self._lock:
            if not self._dirty:
                return
            document = replace(self.document, serial=self.document.serial + 1)
            self.document = document
            self._dirty = False
            try:
                self._version = await asyncio.to_thread(
                    self._documents.save, document, self._version
                )
            except BaseException:
                self._dirty = True
                raise

    def keep_copy(self, name: str, document: object) -> str:
        """Store a full copy of a live document beside the state; says where it is."""
        return self._documents.keep_copy(name, document)
