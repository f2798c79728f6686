"""A plan after an apply is empty, whatever the server does to what it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PERSONAS, PROMPT, SWITCHES

from reconciler.core.action import Action
from reconciler.core.canonical import canonical
from reconciler.core.diagnostics import Place
from reconciler.core.planning import Options
from reconciler.core.resource import Address, Desired
from reconciler.core.secret import Secret
from reconciler.live import LiveSettings, TavusPersonas
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.workflow.applying import Settings, apply_plan
from reconciler.workflow.ledger import Ledger
from reconciler.workflow.planning import Planned, Request, make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Plan
    from reconciler.core.state import StateDocument

ADDRESS = Address("persona", "p")


class Memory:
    """State documents in memory."""

    def __init__(self) -> None:
        self.found: tuple[StateDocument, str] | None = None

    def load(self) -> tuple[StateDocument, str] | None:
        return self.found

    def save(self, document: StateDocument, expected: str | None, beside: Mapping[str, Any]) -> str:
        del beside
        assert (self.found[1] if self.found else None) == expected
        self.found = (document, str(document.serial))
        return self.found[1]

    def recall(self, name: str) -> None:
        """Nothing is kept."""


class World:
    """One persona, its emulator, its state."""

    def __init__(self, switches: dict[str, str], dialect: Any) -> None:
        self.store = Store(None)
        for name, value in switches.items():
            self.store.set_switch(name, value)
        self.memory = Memory()
        self.settings = LiveSettings("http://sandbox", Secret("k"), dialect, retries=0)

    async def plan(self, document: dict[str, Any]) -> Plan:
        return (await self._planned(document))[0].plan

    async def apply(self, document: dict[str, Any]) -> Outcome:
        planned, ledger, client = await self._planned(document)
        async with client:
            return await apply_plan(planned, client, ledger, Settings())

    async def _planned(self, document: dict[str, Any]) -> tuple[Planned, Ledger, TavusPersonas]:
        ledger = Ledger(self.memory)
        desired = Desired(ADDRESS, canonical(document), Place("p.yaml"))
        options = Options("test", "sandbox")
        app = create_app(self.store)
        async with TavusPersonas(self.settings, app=app) as client:
            planned = await make_plan(Request([desired], options), client, ledger)
        return planned, ledger, TavusPersonas(self.settings, app=app)


def assert_empty(plan: Plan) -> None:
    assert [change.action for change in plan.changes] == [Action.NO_OP], plan.changes


@given(PERSONAS, SWITCHES, st.sampled_from(["personas", "pals"]))
def test_the_plan_after_a_create_is_empty(
    document: dict[str, Any], switches: dict[str, str], dialect: str
) -> None:
    async def scenario() -> None:
        world = World(switches, dialect)
        outcome = await world.apply(document)
        assert outcome.succeeded, outcome
        assert_empty(await world.plan(document))

    asyncio.run(scenario())


@given(PERSONAS, PERSONAS, SWITCHES, st.sampled_from(["personas", "pals"]))
def test_the_plan_after_an_update_is_empty(
    first: dict[str, Any], second: dict[str, Any], switches: dict[str, str], dialect: str
) -> None:
    async def scenario() -> None:
        world = World(switches, dialect)
        await world.apply(first)
        outcome = await world.apply(second)
        assert outcome.succeeded, outcome
        assert_empty(await world.plan(second))

    asyncio.run(scenario())


@given(PERSONAS, PERSONAS, SWITCHES)
@settings(max_examples=25)
def test_the_plan_after_an_adoption_is_empty(
    live: dict[str, Any], document: dict[str, Any], switches: dict[str, str]
) -> None:
    async def scenario() -> None:
        world = World(switches, "personas")
        world.store.seed({**live, "persona_name": document["persona_name"]})
        outcome = await world.apply(document)
        assert outcome.succeeded, outcome
        assert_empty(await world.plan(document))

    asyncio.run(scenario())


@given(PERSONAS, PROMPT, SWITCHES)
@settings(max_examples=25)
def test_an_outside_edit_is_drift_and_one_apply_undoes_it(
    document: dict[str, Any], prompt: str, switches: dict[str, str]
) -> None:
    async def scenario() -> None:
        world = World(switches, "personas")
        await world.apply(document)
        assert world.memory.found is not None
        persona_id = world.memory.found[0].bindings[ADDRESS].id
        edit = {"op": "add", "path": "/system_prompt", "value": prompt + " pirate"}
        world.store.edit(persona_id, [edit])
        assert ADDRESS in (await world.plan(document)).drift
        assert (await world.apply(document)).succeeded
        plan = await world.plan(document)
        assert_empty(plan)
        assert not plan.drift

    asyncio.run(scenario())
