"""Who is talked with while a plan is made: conversations active now, beside each change.

The number is for people, and for guards that a definition asks for; it is no part of a fingerprint.
Nothing locks an account, so a conversation can begin right after it was looked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.action import Action
from reconciler.core.diagnostics import warning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.plan import Change, Plan


def reaches_somebody(change: Change) -> bool:
    """Whether it sends something about a persona that exists already."""
    return change.action is Action.DELETE or bool(change.patches)


def with_conversations(plan: Plan, active: Mapping[str, int]) -> Plan:
    """The plan with the number of active conversations beside each change that reaches somebody.

    Args:
        plan: the plan.
        active: persona id → number, for every persona with one.
    """
    changes = tuple(
        replace(change, conversations=active.get(change.id, 0))
        if reaches_somebody(change)
        else change
        for change in plan.changes
    )
    return replace(plan, changes=changes)


def with_unknown_conversations(plan: Plan, why: str) -> Plan:
    """The plan, saying why the number of conversations is not known."""
    told = warning(
        "Active conversations are not known",
        why,
        hint="The plan is complete all the same. What says wait or refuse takes it that there are"
        " some.",
    )
    return replace(plan, conversations_unknown=why, diagnostics=(*plan.diagnostics, told))
