"""An exchange made fit to be given away: structure and lengths stay, secrets, ids and prose go.

Everything is left out that is not known to be harmless. Harmless are what the probe itself sends,
the names of members, and values of the known enumerations. Of everything else only the shape is
kept: letters become x, digits 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT
from reconciler.core.guises import WORD, Parts
from reconciler.core.persona.known import KNOWN
from reconciler.core.same import name_key
from reconciler.core.secret import Secret
from reconciler.core.service.exchange import Asking, Exchange, Reply
from reconciler.core.service.made import LISTS, id_of
from reconciler.core.service.mark import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.core.document import Json

FILLED_IN: Final = frozenset({"auto", "verbal", "in_call"})
"""What the service fills in by itself where objectives, guardrails and tools leave it out."""

_HARMLESS: Final = {known.value for values in KNOWN.values() for known in values.known} | {
    "user", "system", "maker_changes", *FILLED_IN,
}  # fmt: skip
_ID: Final = re.compile(r"[a-z]{1,3}-?[0-9a-f]{9,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}")
_PLAIN: Final = re.compile(r"[A-Za-z]{1,20}[.!?]?|[0-9]{1,6}\.?|/?[a-z_]+(/[a-z_0-9-]+)*\.?")
_HEADERS: Final = ("content-type",)
_LARGE: Final = 10**6
_ACCOUNT: Final = "owner_id"
"""A small number that tells whose account it is."""


def texts(value: Json) -> Iterator[str]:
    """Every string in a value, names of members left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts(member)


def names(value: Json) -> Iterator[str]:
    """The name of every member in a value."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from names(member)


def shape(text: str) -> str:
    """The text with x for each letter and 0 for each digit."""
    return "".join(
        "0" if c.isdigit() else c if c in " \r\n\t" or (c.isascii() and not c.isalpha()) else "x"
        for c in text
    )


class Scrubber:
    """Knows what one probe sent, and gives copies of its exchanges in which nothing else is."""

    def __init__(
        self,
        exchanges: Iterable[Exchange],
        *,
        own: Iterable[str],
        dummies: Iterable[Secret],
        secrets: Iterable[Secret],
        run: str,
    ) -> None:
        """own: ids of what was made. secrets: what must not be recognisable at all."""
        bodies = [one.asking.body for one in exchanges if one.asking.body is not ABSENT]
        self._sent = {text for body in bodies for text in texts(body)}
        self._kin = {name_key(text) for text in self._sent}
        self._sent_names = {name for body in bodies for name in names(body)}
        self._ids: dict[str, str] = {}
        for id_ in own:
            self._numbered(id_)
        self._own = set(self._ids)
        worthless = [dummy.reveal() for dummy in dummies]
        self._replaced = {dummy: _dummy(n, dummy) for n, dummy in enumerate(worthless, start=1)}
        self._replaced[run] = "0" * len(run)
        self._parts = Parts([*secrets, *map(Secret, worthless)])

    def exchange(self, one: Exchange) -> Exchange:
        """The exchange as it may be given away."""
        body = one.asking.body
        asking = Asking(
            one.asking.method,
            self._ours(one.asking.path),
            {name: self._ours(value) for name, value in one.asking.query.items()},
            body if body is ABSENT else self._value(body),
        )
        return Exchange(one.number, one.experiment, asking, self._reply(one))

    def _reply(self, one: Exchange) -> Reply:
        reply = one.reply
        headers = {name: reply.headers[name] for name in _HEADERS if name in reply.headers}
        kept = {name: shape_of_media(value) for name, value in headers.items()}
        if reply.body is ABSENT:
            return Reply(reply.status, ABSENT, kept)
        if not reply.taken:
            return Reply(reply.status, self._refusal(reply.body), kept)
        is_list = one.asking.method == "GET" and one.asking.path in LISTS
        return Reply(reply.status, self._page(reply.body) if is_list else self._value(reply.body),
                     kept)  # fmt: skip

    def _page(self, body: Json) -> Json:
        """A list with rows of its own only; of the rest no more is told than how many they are."""
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            return self._value(body)
        rows = [self._value(row) if id_of(row) in self._own else {} for row in body["data"]]
        return {**self._value({n: v for n, v in body.items() if n != "data"}), "data": rows}

    def _refusal(self, body: Json) -> Json:
        """What the service says of an error, without the words that could be anybody's."""
        if isinstance(body, str):
            return WORD.sub(self._plain, self._ours(body)[:400])
        if isinstance(body, list):
            return [self._refusal(item) for item in body]
        if isinstance(body, dict):
            return {self._name(name): self._refusal(value) for name, value in body.items()}
        return self._value(body)

    def _plain(self, found: re.Match[str]) -> str:
        word = found[0]
        innocent = word in self._sent_names or _PLAIN.fullmatch(word)
        return word if innocent and not self._parts.are_in(word) else shape(word)

    def _value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {
                self._name(name): 0 if name == _ACCOUNT else self._value(member)
                for name, member in value.items()
            }
        if isinstance(value, int | float) and abs(value) >= _LARGE:
            return 10 ** (len(str(abs(int(value)))) - 1)
        return value

    def _text(self, text: str) -> str:
        if text in self._sent or (text and name_key(text) in self._kin):
            ours = self._ours(text)
            return shape(ours) if self._parts.are_in(ours) else ours
        if text in _HARMLESS or not text.strip("*"):
            return text
        if _ID.fullmatch(text):
            return self._numbered(text)
        return shape(text)

    def _name(self, name: str) -> str:
        if name in self._sent_names:
            return name
        return name if _NAME.fullmatch(name) and not self._parts.are_in(name) else shape(name)

    def _ours(self, text: str) -> str:
        """What the probe sent, without what is different in each run."""
        text = without_marks(text)
        for found, instead in {**self._replaced, **self._ids}.items():
            text = text.replace(found, instead)
        return text

    def _numbered(self, found: str) -> str:
        number = str(len(self._ids) + 1)
        kind = re.match(r"[a-z]{1,3}?(?=-?[0-9a-f]+$)", found)
        start = kind[0] if kind else ""
        return self._ids.setdefault(found, start + number.zfill(len(found) - len(start)))


def _dummy(number: int, secret: str) -> str:
    return f"dummy{number}".ljust(len(secret), "x")[: len(secret)]


def shape_of_media(value: str) -> str:
    """The media type of a Content-Type header, without its parameters."""
    media = value.partition(";")[0].strip()
    return media if re.fullmatch(r"[a-z]+/[a-z.+-]+", media) else shape(media)
