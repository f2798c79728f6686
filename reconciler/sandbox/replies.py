"""Every answer that is not a record: the error bodies and texts of persona-api 4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.vocabulary import Vocabulary
from reconciler.sandbox.calls import Reply, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.switches import Switches


class Refusal(Exception):  # noqa: N818 -- an answer on its way out, not an error of ours
    """A request is answered with `reply` and changes nothing."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def ok(body: Json, status: int = 200) -> Reply:
    """A JSON body."""
    return Reply(status, encode(body))


def failed(status: int, error: str) -> Reply:
    """The envelope of validation errors and bad ids."""
    return ok({"error": error}, status)


def told(status: int, message: str) -> Reply:
    """The envelope of everything else."""
    return ok({"message": message}, status)


def invalid(errors: Mapping[str | int, Json] | Object) -> Reply:
    """400 with a Python dict in the text, as the real service sends it (persona-api 12.4)."""
    return failed(400, f"Bad Request. {dict(errors)}")


def unauthorised() -> Reply:
    """401 for a missing or wrong key."""
    return told(401, "Invalid access token")


def not_found(vocabulary: Vocabulary, switches: Switches) -> Reply:
    """The answer to an unknown id."""
    text = f"Invalid {id_name(vocabulary)}"
    return {400: failed, 404: told}[switches.not_found](switches.not_found, text)


def not_yours(vocabulary: Vocabulary) -> Reply:
    """400 for a write to a record of somebody else, stock ones included."""
    return failed(400, f"Invalid {id_name(vocabulary)}")


def bad_patch() -> Reply:
    """422 for a body that is no JSON Patch."""
    return told(422, "Invalid JSON patch format")


def server_error() -> Reply:
    """500 as a web framework words it."""
    return told(500, "Internal Server Error")


def maker_changes() -> Reply:
    """409 while PAL Maker has edits that are not published (persona-api 6.2)."""
    text = "PAL Maker has unpublished changes to this PAL. Retry with force=true to discard them."
    return ok({"conflict": "maker_changes", "message": text}, 409)


def id_name(vocabulary: Vocabulary) -> str:
    """The name of the id member in the words of a route."""
    return "pal_id" if vocabulary is Vocabulary.PAL else "persona_id"
