"""Definitions, outside edits, faults and commands in any order: the promises hold after each step.

A failure ends with the calls that lead to it, as Hypothesis prints them:

    state = RunMachine()
    state.define(key='a', greeting='Hello')
    state.apply_with_fault(at=7, fault=Fault.KILL_AFTER, prune=False)
    …
    state.teardown()

Pasted into a test function of this module, with `from rig.faults import Fault`, that is the
regression test. HYPOTHESIS_PROFILE=explore with `pytest --timeout 0` plays many more games, as
`make soak` does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from builders import a_desired
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rig.bucket import Bucket
from rig.faults import Effect, Fault, Hit
from rig.process import Process
from rig.scene import Scene

from reconciler.core.action import Action
from reconciler.core.approval import Approved, objections
from reconciler.core.errors import ConflictError, RefusedError, StalePlanError, WrongTargetError
from reconciler.core.fingerprint import approval_digests
from reconciler.core.resource import Address, Reserved
from reconciler.state.codec import encode

if TYPE_CHECKING:
    from reconciler.core.resource import Desired
    from reconciler.workflow.planning import Planned

KEYS: Final = ("a", "b", "c")
keys = st.sampled_from(KEYS)
greetings = st.sampled_from(["Hello", "Hi", "Ahoy"])
faults = st.sampled_from(list(Fault))
places = st.integers(0, 9)
MOST_REQUESTS: Final = 60


class RunMachine(RuleBasedStateMachine):
    """One account, one state, a few definitions; the machine plays everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene([])
        self.definitions: dict[str, Desired] = {}
        self.notes: dict[str, str] = {}
        """Live id → what somebody wrote into a field that no definition manages."""
        self.foreign: set[str] = set()
        """Live ids that are not ours: made outside, or forgotten."""
        self.older: Bucket | None = None
        self.approved: Approved | None = None
        self.runs = 0

    def teardown(self) -> None:
        self.scene.store.close()

    @initialize(greeting=greetings)
    def everything_is_defined(self, greeting: str) -> None:
        """Begin with work to do."""
        for key in KEYS:
            self.define(key, greeting)

    # ---------------------------------------------------------------- definitions

    @rule(key=keys, greeting=greetings)
    def define(self, key: str, greeting: str) -> None:
        """Write a definition, or change it."""
        self.definitions[key] = a_desired(key, greeting=greeting)
        self._commit()

    @rule(key=keys, other=keys)
    def drop_or_move(self, key: str, other: str) -> None:
        """Remove a definition; or give it another key: the persona keeps its name."""
        old = self.definitions.pop(key, None)
        if old is not None and other not in {key, *self.definitions}:
            address = Address("persona", other)
            self.definitions[other] = replace(
                old, address=address, reserved=Reserved(moved_from=key)
            )
        self._commit()

    def _commit(self) -> None:
        self.scene.desired = [self.definitions[key] for key in sorted(self.definitions)]

    # ---------------------------------------------------------------- outside

    @rule(
        what=st.sampled_from(["edit", "note", "delete", "twin"]),
        number=st.integers(0, 5),
        greeting=greetings,
    )
    def outside(self, what: str, number: int, greeting: str) -> None:
        """Somebody edits a managed field or another one, deletes a persona, or makes a twin."""
        store, persona = self.scene.store, self._pick(number)
        if what == "twin":
            twin = a_desired(KEYS[number % len(KEYS)], greeting=greeting).document
            self.foreign.add(store.seed(twin))
        elif persona and what == "edit":
            store.edit(persona, [{"op": "add", "path": "/greeting", "value": greeting}])
        elif persona and what == "note":
            self.notes[persona] = greeting
            store.edit(persona, [{"op": "add", "path": "/context", "value": greeting}])
        elif persona:
            with store.transaction() as session:
                session.remove(persona)

    def _pick(self, number: int) -> str:
        live = list(self.scene.live)
        return live[number % len(live)] if live else ""

    # ---------------------------------------------------------------- commands

    @rule()
    def plan(self) -> None:
        """Plan, and have exactly that approved."""
        planned: list[Planned] = []

        def look(found: Planned) -> None:
            planned.append(found)
            raise RefusedError("only a plan")

        self.scene.let_all_arrive(*Fault)
        before = (self.scene.bucket.version, self.scene.live)
        self._run(Process(self.scene, "plan", approve=look))
        assert (self.scene.bucket.version, self.scene.live) == before
        if planned:
            self.approved = _approval(planned[0])

    @rule(prune=st.booleans())
    def apply(self, prune: bool) -> None:
        """Apply, with everything going well: then the next plan is empty.

        A person is needed where names clash, where no bound persona exists any more, and where
        one that is to be deleted was edited outside.
        """
        before = len(self.scene.sent)
        if self.scene.delayed:
            # What arrives while a run is at work is seen by the next one.
            self._apply("surprised", prune=prune)
            before = len(self.scene.sent)
        process = self._apply("apply", prune=prune)
        if isinstance(process.error, ConflictError | WrongTargetError):
            assert self.scene.sent[before:] == []
            self._a_person_decides()
            return
        assert process.error is None, process.error
        assert process.outcome is not None
        failed = [one for one in process.outcome.results if not one.status.succeeded]
        assert {one.action for one in failed} <= {Action.DELETE}, failed
        if not failed:
            self._check_converged(prune=prune)

    def _a_person_decides(self) -> None:
        """The personas of somebody else go, and so do bindings of what is gone."""
        theirs = self.foreign & set(self.scene.live)
        with self.scene.store.transaction() as session:
            for persona in theirs:
                session.remove(persona)
        self.state("lose", KEYS[0])

    @rule(prune=st.booleans(), at=places, fault=faults)
    def apply_with_fault(self, at: int, fault: Fault, prune: bool) -> None:
        """Apply, with one thing going wrong on the way."""
        self._apply("faulty", prune=prune, hits=[Hit(at, fault)])
        self.scene.store.clear_faults()

    @precondition(lambda self: self.approved is not None)
    @rule(prune=st.booleans())
    def apply_what_was_approved(self, prune: bool) -> None:
        """Apply an approved plan, whatever happened since."""
        approved = self.approved
        assert approved is not None
        before = len(self.scene.sent)

        def require(planned: Planned) -> None:
            found = objections(approved, planned.plan, planned.world.digests)
            if found:
                raise StalePlanError("stale", "; ".join(found))

        process = self._apply("approved", prune=prune, approve=require)
        sent = self.scene.sent[before:]
        if process.error is not None:
            assert not sent, f"refused with {process.error}, but sent {sent}"
        allowed = {address.partition("/")[2] for address in approved.digests}
        bound = {b.id: at.key for at, b in self._bindings().items()}
        for one in sent:
            if one.effect is Effect.PATCH:
                assert bound.get(one.id) in allowed

    @rule()
    def everything_is_late_no_more(self) -> None:
        """What was under way arrives."""
        self.scene.let_all_arrive(*Fault)

    # ---------------------------------------------------------------- state

    @rule(what=st.sampled_from(["copy", "copy", "restore", "lose", "forget"]), key=keys)
    def state(self, what: str, key: str) -> None:
        """Copy the state, restore that copy, lose the state, or forget one binding."""
        bucket, address = self.scene.bucket, Address("persona", key)
        if what == "copy":
            self.older = bucket.copy()
        elif what == "forget" and address in self._bindings():
            self.foreign.add(self._bindings()[address].id)
            document = self.scene.document.without_binding(address)
            document = replace(document, serial=document.serial + 1)
            bucket.replace(encode(document), str(bucket.version))
        elif what == "lose" or (what == "restore" and self.older is not None):
            self._forget_all()
            kept = self.older if what == "restore" else None
            self.scene.bucket = kept.copy() if kept else Bucket()

    def _forget_all(self) -> None:
        """From now on nothing that is live can be known as ours."""
        self.foreign |= set(self.scene.live)
        self.foreign |= {"late"} if self.scene.delayed else set()

    def _bindings(self) -> Any:
        return self.scene.document.bindings if self.scene.bucket.data else {}

    # ---------------------------------------------------------------- promises

    @invariant()
    def nothing_forbidden_was_sent(self) -> None:
        """I2, I4, I9: the scene notes them as they happen."""
        assert not self.scene.broken, "\n".join(self.scene.broken)

    @invariant()
    def what_nobody_manages_is_untouched(self) -> None:
        """I6."""
        live = self.scene.live
        for persona, text in self.notes.items():
            assert persona not in live or live[persona].get("context") == text

    @invariant()
    def no_persona_is_bound_twice(self) -> None:
        """I1."""
        ids = [binding.id for binding in self._bindings().values()]
        assert len(ids) == len(set(ids))

    def _apply(self, name: str, **how: Any) -> Process:
        self.runs += 1
        wanted = how.pop("approve", lambda _planned: None)

        def approve(planned: Planned) -> None:
            conflicts = [c for c in planned.plan.changes if c.action.value == "conflict"]
            if conflicts:
                raise ConflictError("conflicts", str(conflicts))
            wanted(planned)

        process = Process(self.scene, f"{name} {self.runs}", approve=approve, **how)
        self._run(process)
        return process

    def _run(self, process: Process) -> None:
        self.scene.others.clear()
        process.run()
        requests = [one for one in process.effects if not one.value.startswith("state")]
        assert len(requests) <= MOST_REQUESTS

    def _check_converged(self, *, prune: bool) -> None:
        """I1, I8: one persona for each definition, and none of ours beside; nothing left to do."""
        live, bound = self.scene.live, self._bindings()
        for one in self.definitions.values():
            record = live[bound[one.address].id]
            assert {name: record.get(name) for name in one.document} == one.document
        kept = {binding.id for binding in bound.values()}
        if prune:
            assert {address.key for address in bound} == set(self.definitions)
        if not self.scene.delayed and "late" not in self.foreign:
            assert set(live) - self.foreign <= kept
        if self.scene.bucket.data:
            assert not self.scene.document.intents
            assert self.scene.document.lease is None
        again = Process(self.scene, f"again {self.runs}", prune=prune)
        again.run()
        assert Effect.LIST in again.effects
        assert not {Effect.CREATE, Effect.PATCH, Effect.DELETE} & set(again.effects)


def _approval(planned: Planned) -> Approved:
    """As if the plan had been saved and read again."""
    plan = planned.plan
    digests = {
        str(change.address): approval_digests(change, planned.world.digests)
        for change in plan.changes
        if change.action.writes
    }
    return Approved(
        plan.environment,
        plan.endpoint,
        plan.lineage,
        plan.serial,
        plan.account,
        digests,
    )


RunMachine.TestCase.settings = settings(
    max_examples=2 * settings().max_examples,
    stateful_step_count=20,
    deadline=None,
    report_multiple_bugs=False,
)
TestRunMachine = RunMachine.TestCase
