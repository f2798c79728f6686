"""A bucket of S3, Google Cloud Storage or Azure: read, put on a condition, remove, list."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.bucket_errors import explained, is_about_the_bucket, without_credentials
from reconciler.state.bucket_settings import allows_http, scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from obstore import PutMode, PutResult, UpdateVersion
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

    from reconciler.core.errors import ReconcilerError

T = TypeVar("T")

INSTALL: Final = "pip install 'persona-reconciler[objects]'"
"""How the library gets onto a machine."""

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 20.0
RETRIES: Final = 3
RETRY_SECONDS: Final = 30.0
"""No try begins later than this, so that a request fails within RETRY and ANSWER seconds."""


NO_NOTES: Final[Mapping[str, str]] = MappingProxyType({})
"""An object with which nothing is noted."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was read: its bytes, what identifies them, and what was noted with them."""

    data: bytes
    condition: UpdateVersion
    """What a put has to send in order to replace exactly this."""
    notes: Mapping[str, str]

    @property
    def version(self) -> str:
        """The condition as text."""
        return _text(self.condition)


class Bucket:
    """The objects below a URL. The library is loaded when the first bucket is opened.

    Args:
        url: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX.
        variables: the environment of the process. The library takes keys, region and endpoint
            from there itself; here it tells whether the endpoint may be spoken to without TLS.

    Raises StateError where it cannot be opened: library, URL, endpoint or credentials. Every
    method raises StateError where the store does not do what it is asked.
    """

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        self._url = url.rstrip("/")
        self._kind = scheme(self._url)
        self._store = self._opened(allows_http(self._kind, variables))

    def __str__(self) -> str:
        return self._url

    def _opened(self, http: bool) -> ObjectStore:
        try:
            from obstore.exceptions import BaseError
            from obstore.store import from_url
        except ImportError:
            hint = f"Run: {INSTALL}"
            raise StateError(
                "A state in a bucket needs one more package", self._url, hint
            ) from None
        options: ClientConfig = {
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=ANSWER_SECONDS),
        }
        if http:
            options["allow_http"] = True
        retries: RetryConfig = {
            "max_retries": RETRIES,
            "retry_timeout": timedelta(seconds=RETRY_SECONDS),
        }
        with suppress(BaseError, ValueError):
            return from_url(self._url, client_options=options, retry_config=retries)
        raise without_credentials(self._kind, self._url)  # the URL has been checked

    def _asked(self, act: Callable[[], T], name: str = "") -> T:
        """What it gives; any failure of the library as an error about the object of that name."""
        from obstore.exceptions import BaseError

        try:
            return act()
        except (BaseError, NotImplementedError, OSError, ValueError) as failed:
            told = self._told(failed, f"{self._url}/{name}".rstrip("/"))
        raise told  # out here, so that it does not carry the library's words along

    def _told(self, failed: Exception, place: str) -> ReconcilerError:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        # 412, or 409 while another put is under way; also what an update finds without a bucket.
        refused = isinstance(failed, AlreadyExistsError | PreconditionError)
        if refused and not is_about_the_bucket(failed):
            return replaced_by_someone_else(place)
        return explained(failed, self._kind, place)

    def get(self, name: str) -> StoredObject | None:
        """An object, or None where there is none."""

        def read() -> StoredObject | None:
            try:
                found = self._store.get(name)
            except FileNotFoundError as missing:
                if is_about_the_bucket(missing):
                    raise
                return None
            return StoredObject(bytes(found.bytes()), _condition(found.meta), found.attributes)

        return self._asked(read, name)

    def put(self, name: str, data: bytes, notes: Mapping[str, str] = NO_NOTES) -> None:
        """Store an object, whatever was there."""
        kept = dict(notes)
        self._asked(lambda: self._store.put(name, data, attributes=kept, use_multipart=False), name)

    def replace(
        self,
        name: str,
        data: bytes,
        found: StoredObject | None,
        notes: Mapping[str, str] = NO_NOTES,
    ) -> str:
        """Replace exactly what was found (None: nothing); the new version.

        Raises StateConflictError where something else is there.
        """
        kept = dict(notes)
        mode: PutMode = found.condition if found else "create"
        put = self._asked(lambda: self._store.put(name, data, attributes=kept, mode=mode), name)
        return _text(_condition(put))

    def remove(self, name: str) -> None:
        """Remove an object if it is there."""

        def delete() -> None:
            with suppress(FileNotFoundError):
                self._store.delete(name)

        self._asked(delete, name)

    def names(self, folder: str) -> list[str]:
        """The names of the objects in a folder, without the folder's."""
        pages = self._asked(lambda: list(self._store.list(folder)), folder)
        return [entry["path"].rpartition("/")[2] for page in pages for entry in page]


def replaced_by_someone_else(place: str) -> StateConflictError:
    """The error of a replace that comes too late."""
    return StateConflictError(
        "The state was replaced by someone else",
        place,
        "Run the command again: it starts from what is there now.",
    )


def _condition(answer: PutResult) -> UpdateVersion:
    """Entity tag and version of an object, as far as the store has them."""
    condition: UpdateVersion = {}
    if e_tag := answer["e_tag"]:
        condition["e_tag"] = e_tag
    if version := answer["version"]:
        condition["version"] = version
    return condition


def _text(condition: UpdateVersion) -> str:
    parts = (condition.get("e_tag"), condition.get("version"))
    return " ".join(part for part in parts if part)
