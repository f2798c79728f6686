"""What the rules say about a composed definition, at the places where its values stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.diagnostics import Diagnostic, Place, warning
from reconciler.core.document import ABSENT, get, pointer
from reconciler.core.lint.check import lint
from reconciler.core.persona.check import Problem, check
from reconciler.core.persona.shape import model_at
from reconciler.core.rulebook import Rule
from reconciler.desired.reserved import BLOCK
from reconciler.desired.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json, Object
    from reconciler.core.resource import Reserved
    from reconciler.desired.composition import Composition
    from reconciler.desired.source import At


def checked(whole: Composition, wanted: Callable[[Rule], bool]) -> list[Diagnostic]:
    """Every problem of the whole, of the rules that read texts only what is wanted.

    None about values that could not be found.
    """
    return [
        _diagnostic(problem, whole)
        for problem in (
            *check(whole.document, whole.vocabulary),
            *lint(whole.document, whole.vocabulary, whole.spellings, wanted),
        )
        if not whole.part(problem.path).is_unknown(problem.path)
    ]


def _diagnostic(problem: Problem, whole: Composition) -> Diagnostic:
    at = problem.path
    is_of_key = _is_about_key(at, whole.document)
    return Diagnostic(
        severity=problem.severity,
        summary=problem.summary,
        detail=problem.detail,
        place=whole.key_place(at) if is_of_key else _value_place(problem, whole),
        hint=problem.hint,
        via=whole.key_via(at) if is_of_key else whole.via(at),
        rule=problem.rule,
    )


def _value_place(problem: Problem, whole: Composition) -> Place:
    if problem.offset is None:
        return whole.value_place(problem.path)
    return whole.character_place(problem.path, problem.offset)


def _is_about_key(at: At, document: Object) -> bool:
    """Whether people look at the key: of a member nobody knows, and of whatever has members."""
    if not at:
        return False
    value: Json = document
    for step in at:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return False
    return isinstance(value, dict | list) or _is_unknown(at)


def _is_unknown(at: At) -> bool:
    *above, name = (step for step in at if isinstance(step, str))
    model = model_at(tuple(above))
    return isinstance(at[-1], str) and model is not None and name not in model.model_fields


def useless_ignores(reserved: Reserved, whole: Composition) -> list[Diagnostic]:
    """A warning for each ignored path that the document does not have.

    None where a base says so: it may speak of more than each of its definitions has.
    """
    if not reserved.ignore or whole.part((BLOCK, "ignore")).role is Role.BASE:
        return []
    return [
        warning(
            "Nothing to ignore there",
            f"the definition has no {pointer(path)}",
            whole.value_place((BLOCK, "ignore", position)),
            "Only what the file itself has is managed; remove the line, or correct the pointer",
            rule=Rule.IDLE_IGNORE,
        )
        for position, path in enumerate(reserved.ignore)
        if get(whole.document, path) is ABSENT
    ]
