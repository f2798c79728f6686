"""A scrubbed exchange ↔ the JSON document that is recorded of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT
from reconciler.core.service.exchange import Asking, Exchange, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json

_LONG: Final = 200
_REPEATED: Final = re.compile(r"(?s)(.*?)((.)\3{100,})")


def to_document(one: Exchange) -> Mapping[str, Json]:
    """A scrubbed exchange as the JSON document that is recorded."""
    asking, reply = one.asking, one.reply
    return {
        "number": one.number,
        "experiment": one.experiment,
        "request": {
            "method": asking.method,
            "path": asking.path,
            "query": dict(asking.query),
            **({} if asking.body is ABSENT else {"body": _packed(asking.body)}),
        },
        "answer": {
            "status": reply.status,
            "headers": dict(reply.headers),
            **({} if reply.body is ABSENT else {"body": _packed(reply.body)}),
        },
    }


def from_document(document: Json) -> Exchange:
    """The inverse. Raises KeyError, TypeError or ValueError for what is none."""
    asked, answered = document["request"], document["answer"]
    asking = Asking(
        str(asked["method"]),
        str(asked["path"]),
        {str(name): str(value) for name, value in asked["query"].items()},
        _unpacked(asked["body"]) if "body" in asked else ABSENT,
    )
    reply = Reply(
        int(answered["status"]),
        _unpacked(answered["body"]) if "body" in answered else ABSENT,
        dict(answered["headers"]),
    )
    return Exchange(int(document["number"]), str(document["experiment"]), asking, reply)


def _packed(value: Json) -> Json:
    """A value whose long texts that end in one repeated character are told in short."""
    if isinstance(value, str) and len(value) > _LONG and (found := _REPEATED.fullmatch(value)):
        return {"$text": found[1], "$then": found[3], "$times": len(found[2])}
    if isinstance(value, list):
        return [_packed(item) for item in value]
    if isinstance(value, dict):
        return {name: _packed(member) for name, member in value.items()}
    return value


def _unpacked(value: Json) -> Json:
    if isinstance(value, dict) and value.keys() == {"$text", "$then", "$times"}:
        return value["$text"] + value["$then"] * value["$times"]
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if isinstance(value, dict):
        return {name: _unpacked(member) for name, member in value.items()}
    return value
