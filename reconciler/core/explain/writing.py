"""Whether a field of an existing persona can be changed, and what is sent for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.fields import CONFERENCING, Compare, field_at, is_read_only
from reconciler.core.patch import TAVUS, Form, ListMode, first_form
from reconciler.core.persona.sources import UNPROVEN
from reconciler.core.service.behaviour import refused_operations

if TYPE_CHECKING:
    from reconciler.core.document import Path
    from reconciler.core.service.profile import Profile

_SKILLS: Final[Path] = ("skills",)
_LISTS: Final = frozenset({Compare.SET, Compare.ORDERED, Compare.TOOLS})
_ALONE: Final = "in a patch of its own"


def patch_words(path: Path, profile: Profile, *, in_list: bool) -> str:
    """«yes: …» or «never: …» for the field at a canonical path."""
    if path[:1] == _SKILLS:
        return "never: skills are attached through endpoints of their own"
    if is_read_only(path):
        return "never: only Tavus writes it"
    if not path:
        return "yes: field by field, what nobody wrote is left alone"
    how = _inside(profile) if in_list else _how(path, profile)
    if path[:2] == CONFERENCING:
        how = f"{how}; {_ALONE}"
    if path in UNPROVEN:
        how = f"{how}; expected to work, but {UNPROVEN[path]}"
    return f"yes: {how}"


def _by_index(path: Path, profile: Profile) -> bool:
    """Whether elements of the list at path may be inserted and removed by their position."""
    form = first_form(Form.BY_INDEX, refused_operations(profile))
    return form is Form.BY_INDEX and TAVUS.list_at(path).mode is ListMode.BY_INDEX


def _inside(profile: Profile) -> str:
    if _by_index((), profile):
        return "edited in place in its list, where the function keeps its name"
    return "its list is sent whole"


def _how(path: Path, profile: Profile) -> str:
    compare = field_at(path).compare
    if compare in _LISTS:
        return _list(path, profile)
    match compare:
        case Compare.OBJECT:
            return "member by member; sent whole only where it is absent"
        case Compare.MAP:
            return "member by member, what others put there stays"
        case Compare.JSON:
            return "the author owns it whole; only what differs in it is sent"
        case Compare.SECRET:
            return "sent where its digest changed; a mask is never written back"
        case _:
            return "replace where it is set, add where it is not, remove to clear it"


def _list(path: Path, profile: Profile) -> str:
    owned = "the author owns the list whole"
    if not _by_index(path, profile):
        return f"{owned}; a list that differs is sent whole"
    rules = TAVUS.list_at(path)
    guarded = " behind a test" if rules.guarded else ""
    inside = ", a function edited in place by its name" if rules.identity else ""
    return f"{owned}; elements by position{guarded} where that is shorter, else whole{inside}"


def is_patchable(path: Path) -> bool:
    """Whether a field can be changed at all."""
    return not is_read_only(path)
