"""The forms a change can be sent in, from the smallest to the coarsest, and their wire rules."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.fields import FIELDS, Compare
from reconciler.core.patch.rules import ListMode, ListRules, PatchRules, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Form(StrEnum):
    """How much is resent around what changes. A server that refuses one is asked with the next."""

    BY_INDEX = "by index"
    """Members, and elements of lists by position; inserts and removes behind a `test`."""
    WHOLE_LIST = "whole list"
    """Members; a list that differs is sent whole."""
    WHOLE_LAYER = "whole layer"
    """Each layer that differs is sent whole, what nobody manages included as it was read."""

    def is_smaller_than(self, other: Form) -> bool:
        """Whether this form resends less than another."""
        forms = list(Form)
        return forms.index(self) < forms.index(other)

    @property
    def coarser(self) -> Form | None:
        """The next form, or None where there is none."""
        forms = list(Form)
        after = forms.index(self) + 1
        return forms[after] if after < len(forms) else None


_OF_LISTS: Final = frozenset({"add", "remove", "replace", "test"})
"""The operations that editing a list by index takes."""


def first_form(learnt: Form, refused: Collection[str]) -> Form:
    """The form to try first: what was learnt, or a coarser one that does without an operation."""
    known = Form.WHOLE_LIST if _OF_LISTS.intersection(refused) else Form.BY_INDEX
    return known if learnt.is_smaller_than(known) else learnt


_TOOLS: Final = ListRules(ListMode.BY_INDEX, guarded=True, identity=("function", "name"))

TAVUS: Final = PatchRules(
    scope=Scope.MEMBERS,
    lists={path: _TOOLS for path, field in FIELDS.items() if field.compare is Compare.TOOLS},
    otherwise=ListRules(ListMode.BY_INDEX, guarded=True),
)
"""Members exactly; lists by index where that is shorter than whole, tests included; tools by
name."""

_WHOLE: Final = PatchRules(scope=Scope.MEMBERS, otherwise=ListRules(ListMode.WHOLE))

RULES: Final[Mapping[Form, PatchRules]] = {
    Form.BY_INDEX: TAVUS,
    Form.WHOLE_LIST: _WHOLE,
    Form.WHOLE_LAYER: _WHOLE,
}
