"""Whether the steps of a set lead to each other: one way on, names that exist, no loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.core.document import Object

_REQUIRED, _CONDITIONAL = "next_required_objective", "next_conditional_objectives"


def forked(steps: Sequence[Object]) -> dict[int, Object]:
    """Position → the reason why a step may not go on in two ways."""
    reason = {_REQUIRED: [f"Not allowed together with {_CONDITIONAL}."]}
    return {
        position: reason
        for position, step in enumerate(steps)
        if step[_REQUIRED] and step[_CONDITIONAL]
    }


def misled(steps: Sequence[Object], *, loops: bool) -> dict[int, Object]:
    """Position → where a step leads wrong. The steps are well-formed, their names the keys."""
    names = [step["objective_name"] for step in steps]
    ahead = {step["objective_name"]: list(_next(step)) for step in steps}
    errors: dict[int, Object] = {}
    for position, name in enumerate(names):
        strange = [one for one in ahead[name] if one not in ahead]
        if names.index(name) != position:
            errors[position] = {"objective_name": ["Already used."]}
        elif strange:
            errors[position] = {"_schema": [f"Unknown objective: {', '.join(strange)}."]}
        elif not loops and _returns(name, ahead):
            reason = "It leads back to itself, and allow_loops is false."
            errors[position] = {"_schema": [reason]}
    return errors


def _next(step: Object) -> Iterator[str]:
    yield from step[_CONDITIONAL]
    if step[_REQUIRED]:
        yield step[_REQUIRED]


def _returns(start: str, ahead: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(ahead[start])
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            waiting += ahead.get(name, ())
    return False
