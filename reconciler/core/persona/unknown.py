"""What to say about a member that no persona has: where it belongs, or what it resembles."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from reconciler.core.fields import is_read_only
from reconciler.core.persona.misplaced import CONVERSATION_SETTINGS, MISPLACED, is_comment
from reconciler.core.persona.problem import Problem, error, warning
from reconciler.core.persona.shape import fields, model_at
from reconciler.core.persona.subject import members_of
from reconciler.core.rulebook import Rule
from reconciler.core.vocabulary import other_spellings, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.core.document import Path
    from reconciler.core.persona.problem import Spot
    from reconciler.core.persona.subject import Subject

_UNKNOWN: Final = "No such field"
_MOST_PLACES: Final = 3
"""A name that stands in more places than these says nothing about what was meant."""


def unknown_member(subject: Subject, spot: Spot) -> Problem:
    """The error for a member the model does not have."""
    path, name = members_of(spot), subject.name(spot)
    if is_read_only(path):
        return error(spot, "Only Tavus writes this field", _not_a_field(name), _read_only(path))
    if is_comment(path[-1]):
        return error(
            spot, "Comments are not fields", _not_a_field(name), "Write a YAML comment: # …"
        )
    if len(path) == 1 and path[-1] in CONVERSATION_SETTINGS:
        return _conversation_setting(subject, spot)
    if (answer := MISPLACED.get(path)) is not None:
        summary = "This field has another place" if answer.right else _UNKNOWN
        return error(spot, summary, _not_a_field(name), _advice(subject, answer.right, answer.why))
    return error(spot, _UNKNOWN, _not_a_field(name), _guess(subject, path))


def unknown_setting(subject: Subject, spot: Spot) -> Problem:
    """The warning for a member of an object that is open, but whose usual members are known."""
    detail = f"{subject.name(spot)} is not among the known settings; it is sent as it is"
    return warning(
        spot, Rule.UNKNOWN_SETTING, "Unknown setting", detail, _guess(subject, members_of(spot))
    )


def _not_a_field(name: str) -> str:
    return f"{name} is not a field of a definition"


def _read_only(path: Path) -> str:
    if path[0] == "skills":
        return "Drop it: skills are attached through endpoints of their own"
    return "Drop it, or turn what the API returned into a definition: reconciler import --file FILE"


def _conversation_setting(subject: Subject, spot: Spot) -> Problem:
    detail = f"{subject.name(spot)} belongs to a conversation, not to a persona"
    nearest = CONVERSATION_SETTINGS[str(spot[-1])]
    hint = "Send it when the conversation is created"
    if nearest:
        hint += f"; what every conversation shares goes into {_names(subject, nearest)}"
    return error(spot, "This is a setting of a conversation", detail, hint)


def _names(subject: Subject, paths: Sequence[Path]) -> str:
    return " or ".join(subject.name(path) for path in paths)


def _advice(subject: Subject, right: Sequence[Path], why: str) -> str:
    use = f"Use {_names(subject, right)}. " if right else ""
    return f"{use}{why}".strip().rstrip(".")


def _guess(subject: Subject, path: Path) -> str:
    if found := resembling(path):
        return f"Did you mean {_names(subject, found)}?"
    names = [spelled((*path[:-1], name), subject.vocabulary)[-1] for name in _at(path)]
    return f"Known here: {', '.join(names)}" if names else ""


def _at(path: Path) -> tuple[str, ...]:
    model = model_at(path[:-1])
    return tuple(model.model_fields) if model else ()


def resembling(path: Path) -> tuple[Path, ...]:
    """The fields that a path which is none may mean, by what it looks like; perhaps none."""
    name = path[-1].casefold()
    here = [(*path[:-1], sibling) for sibling in _at(path)]
    exact = [at for at in fields() if name in _spellings(at)]
    elsewhere = tuple(exact) if len(exact) <= _MOST_PLACES else ()
    return (
        _close(name, here, 0.8)
        or elsewhere
        or _close(name, here, 0.6)
        or _close(name, fields(), 0.85)
    )


@cache
def _spellings(path: Path) -> frozenset[str]:
    return frozenset({path[-1], *(other[-1] for other in other_spellings(path))})


def _close(name: str, paths: Iterable[Path], likeness: float) -> tuple[Path, ...]:
    by_name = {spelling: path for path in paths for spelling in _spellings(path)}
    return tuple(by_name[close] for close in get_close_matches(name, by_name, 1, likeness))
