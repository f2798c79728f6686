"""Laying one document over another, member by member: JSON Merge Patch (RFC 7396), twice.

A definition says what live is to become, so it is itself a merge patch on live, in which null
empties a field. What a definition is made of is therefore not applied but *composed*: in
`laid_over` null takes the place of what lies below and stays, so that it still empties the field
in the end. `merge_patch` is the RFC to the letter, for values that nothing is laid under any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object


def laid_over(below: Json, above: Json) -> Json:
    """The one merge patch that does what below does, and then above. Lists are replaced whole."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    over = {n: laid_over(below[n], value) if n in below else value for n, value in above.items()}
    return {**below, **over}


def merge_patch(target: Json, patch: Json) -> Json:
    """The target after a merge patch, as RFC 7396 has it: null removes a member."""
    if not isinstance(patch, dict):
        return patch
    result: Object = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result
