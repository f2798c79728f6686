"""Earlier documents in a bucket: each under the number that it had, a bounded number of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reconciler.state.bucket import Bucket, StoredObject

KEPT: Final = 20
"""How many earlier documents stay beside the current one."""

_FOLDER: Final = "history"
_NUMBERED: Final = re.compile(r"([0-9]{8})\.json")
_VERSION: Final = "version"


class ObjectsHistory:
    """The history below a bucket's URL.

    A document goes in under its own number before it is replaced. Whoever replaces it puts the
    same bytes under the same name, so that neither a race nor a crash leaves a wrong entry.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def keep(self, number: int, document: StoredObject) -> None:
        """Store a document that is about to be replaced."""
        self._bucket.put(_name(number), document.data, {_VERSION: document.version})

    def trim(self, newest: int) -> None:
        """Remove the one that is too old once the newest is there."""
        if newest > KEPT:
            self._bucket.remove(_name(newest - KEPT))

    def numbers(self) -> list[int]:
        """What there is, newest first."""
        found = map(_NUMBERED.fullmatch, self._bucket.names(_FOLDER))
        return sorted((int(match[1]) for match in found if match), reverse=True)

    def before(self, number: int) -> list[tuple[str, bytes]]:
        """Documents with a smaller number and their versions, newest first, at most KEPT."""
        numbers = [earlier for earlier in self.numbers() if earlier < number][:KEPT]
        found = [self._bucket.get(_name(earlier)) for earlier in numbers]
        return [(one.notes.get(_VERSION, one.version), one.data) for one in found if one]


def _name(number: int) -> str:
    return f"{_FOLDER}/{number:08}.json"
