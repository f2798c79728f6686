"""Deleting what earlier probes left: by the journal, and by the mark in the name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.errors import TavusNotFoundError
from reconciler.core.same import name_key
from reconciler.core.service.exchange import Asking
from reconciler.core.service.made import Kind, Made, marked_name, record_in
from reconciler.core.service.mark import mark_of
from reconciler.workflow.probing.bench import is_unknown
from reconciler.workflow.probing.leftovers import leftovers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from reconciler.workflow.probing.leftovers import Ask
    from reconciler.workflow.probing.ports import Journal, Looker


@dataclass(slots=True)
class Cleaned:
    """What a clean-up did."""

    deleted: list[Made] = field(default_factory=list)
    """What is gone now."""
    kept: list[Made] = field(default_factory=list)
    """Marked, but neither expired nor in our journal: perhaps somebody's probe is running."""
    unseen: list[Made] = field(default_factory=list)
    """In the journal, and not shown by the service, although it may come yet."""
    closed: dict[Kind, str] = field(default_factory=dict)
    """Kinds that the account has no access to, and how that was said."""
    problems: list[str] = field(default_factory=list)
    """What else went wrong with kinds other than personas."""


@dataclass(slots=True)
class _Cleaning:
    """One clean-up under way."""

    looker: Looker
    ask: Ask
    journal: Journal
    endpoint: str
    today: date
    done: Cleaned = field(default_factory=Cleaned)
    unsure: set[str] = field(default_factory=set)
    """Ids of what may be there, although it was to be deleted."""

    async def run(self) -> Cleaned:
        entries = [made for made in self.journal.entries() if made.endpoint == self.endpoint]
        runs = {mark.run for made in entries if (mark := mark_of(made.name))}
        for kind in Kind:
            own = [made for made in entries if made.kind is kind]
            seen = await (self._personas(own) if kind is Kind.PERSONA else self._others(kind, own))
            await self._sweep(kind, seen, runs)
            for made in own:
                self._settle(made)
        return self.done

    async def _personas(self, own: Iterable[Made]) -> Mapping[str, str]:
        """Id → name of every marked persona, also what the list does not show."""
        found = {
            row.id: marked_name(row.document)
            for row in await self.looker.list()
            if mark_of(row.document.get("persona_name"))
        }
        for made in own:
            if made.id and made.id not in found and (live := await self.looker.get(made.id)):
                found[made.id] = str(live.document.get("persona_name"))
        return found

    async def _others(self, kind: Kind, own: Iterable[Made]) -> Mapping[str, str]:
        """The same for another kind, as far as the service lets it be seen."""
        found = await leftovers(self.ask, kind)
        if not found.has_access:
            self.done.closed[kind] = found.problem
        elif found.problem:
            self.done.problems.append(found.problem)
        for made in own:
            if made.id and made.id not in found.marked:
                found.marked[made.id] = await self._name_of(made)
        return found.marked

    async def _name_of(self, made: Made) -> str:
        """The marked name of what the list does not show; empty where there is none."""
        reply = await self.ask(Asking("GET", f"{made.kind.path}/{made.id}"))
        if not (reply.taken or is_unknown(reply)):
            self.unsure.add(made.id)
        return marked_name(record_in(reply.body)) if reply.taken else ""

    async def _sweep(self, kind: Kind, seen: Mapping[str, str], runs: set[str]) -> None:
        """Delete what is marked, and either ours or expired."""
        for id_, name in seen.items():
            mark, made = mark_of(name), Made(name, self.endpoint, id_, kind)
            if mark is None:
                continue
            if not (mark.run in runs or mark.has_expired(self.today)):
                self.done.kept.append(made)
            elif await self._is_deleted(made):
                self.done.deleted.append(made)

    async def _is_deleted(self, made: Made) -> bool:
        if made.kind is Kind.PERSONA:
            with suppress(TavusNotFoundError):
                await self.looker.delete(made.id)
            return True
        asking = Asking("DELETE", f"{made.kind.path}/{made.id}")
        reply = await self.ask(asking)
        if reply.taken or is_unknown(reply):
            return True
        self.done.problems.append(f"{asking} answered {reply}")
        self.unsure.add(made.id)
        return False

    def _settle(self, made: Made) -> None:
        """Forget an entry whose thing is known to be gone, or cannot come any more."""
        mark = mark_of(made.name)
        deleted = any(
            one.kind is made.kind and name_key(one.name) == name_key(made.name)
            for one in self.done.deleted
        )
        gone = deleted or (made.id and made.id not in self.unsure)
        if gone or mark is None or mark.has_expired(self.today):
            self.journal.forget(made)
        else:
            self.done.unseen.append(made)


async def clean_up(
    looker: Looker, ask: Ask, journal: Journal, endpoint: str, today: date
) -> Cleaned:
    """Delete what is marked and either expired or in the journal. Raises TavusError, StateError.

    What the mark does not say is never touched, whatever the journal has.
    """
    return await _Cleaning(looker, ask, journal, endpoint, today).run()
