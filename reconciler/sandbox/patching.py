"""A JSON Patch as it arrives: is it one, what may it touch, and what does it make of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, parse_pointer
from reconciler.core.patch.simulate import PatchRefusedError, apply_patch
from reconciler.sandbox.calls import decode
from reconciler.sandbox.replies import Refusal, bad_patch, failed, told
from reconciler.sandbox.switches import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.switches import Switches

_NEEDS: Final = {
    "add": "value",
    "replace": "value",
    "test": "value",
    "move": "from",
    "copy": "from",
}
_CONFERENCING: Final = ("layers", "conferencing")
_GUARDRAILS: Final = (("guardrail_ids",), ("guardrail_tags",))


def parsed(body: bytes) -> list[Object]:
    """The operations in a request body. Refuses with 422 what is no patch (persona-api 5.4)."""
    if (operations := operations_in(body)) is None:
        raise Refusal(bad_patch())
    return operations


def operations_in(body: bytes) -> list[Object] | None:
    """The operations of a JSON Patch; None where the body is none."""
    try:
        operations = decode(body)
    except ValueError:
        return None
    if not isinstance(operations, list) or not all(map(_well_formed, operations)):
        return None
    return operations


def _well_formed(operation: Json) -> bool:
    if not isinstance(operation, dict) or operation.get("op") not in OPERATIONS:
        return False
    needed = _NEEDS.get(operation["op"], "path")
    pointers = [operation.get("path"), operation.get("from") if needed == "from" else ""]
    return needed in operation and all(
        isinstance(pointer, str) and (not pointer or pointer.startswith("/"))
        for pointer in pointers
    )


def allow(operations: Sequence[Object], switches: Switches) -> None:
    """Refuse operations and members the switches do not allow, and patches of skills with 422."""
    refused = {*switches.refuse_ops, *(("test",) if switches.patch_test == "refused" else ())}
    for operation in operations:
        if operation["op"] in refused:
            raise Refusal(failed(400, f"Bad Request. Operation {operation['op']} is not allowed."))
        at = parse_pointer(operation["path"])[:1]
        if at == ("skills",):
            raise Refusal(told(422, "Skills cannot be patched. Use the skills endpoints."))
        if at in _GUARDRAILS and switches.patch_guardrail_ids == "refused":
            raise Refusal(failed(400, f"Bad Request. /{at[0]} cannot be patched."))


def is_conferencing(operations: Sequence[Object], switches: Switches) -> bool:
    """Whether the patch is for layers.conferencing alone. Refuses one that mixes."""
    inside = [
        parse_pointer(operation[pointer])[:2] == _CONFERENCING
        for operation in operations
        for pointer in ("path", "from")
        if pointer in operation
    ]
    if any(inside) and not all(inside):
        text = "Bad Request. layers.conferencing must be patched on its own."
        raise Refusal(failed(switches.mixed_conferencing_status, text))
    return bool(inside) and all(inside)


def applied(document: Object, operations: Sequence[Object], *, strict: bool = True) -> Object:
    """The document after the patch. Raises ValueError for one that does not fit.

    Not strict: replace on an absent member adds it. No value is named in the error.
    """
    result: Json = document
    try:
        if strict:
            result = apply_patch(document, operations)
        else:
            for operation in operations:
                result = apply_patch(result, [_lenient(result, operation)])
    except PatchRefusedError:
        raise ValueError(
            f"The JSON patch does not apply: {_failing(document, operations)}"
        ) from None
    if isinstance(result, dict):
        return result
    raise ValueError("The JSON patch does not leave an object.")


def _lenient(document: Json, operation: Object) -> Object:
    if operation["op"] == "replace" and (path := parse_pointer(operation["path"])):
        parent = get(document, path[:-1])
        if isinstance(parent, dict) and get(document, path) is ABSENT:
            return {**operation, "op": "add"}
    return operation


def _failing(document: Object, operations: Sequence[Object]) -> str:
    for count, operation in enumerate(operations, start=1):
        try:
            apply_patch(document, operations[:count])
        except PatchRefusedError:
            return f"operation {count}, {operation.get('op')} {operation.get('path')}."
    return "in this order."
