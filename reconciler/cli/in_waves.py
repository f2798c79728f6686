"""`apply --waves`: the steps of a roll-out, with the things that the command line has."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.approval import require_part
from reconciler.cli.origin import new_run_id
from reconciler.cli.wave_checks import WaveChecks, without_keys
from reconciler.cli.wiring import DIGEST_KEY
from reconciler.core.errors import SettingsError
from reconciler.core.waves import left_to_bake, part_of, stages_of
from reconciler.workflow.applying import apply_plan
from reconciler.workflow.idling import pause
from reconciler.workflow.rolling_out import Steps, roll_out

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from reconciler.cli.session import Session
    from reconciler.core.guards import Guards
    from reconciler.core.outcome import Outcome
    from reconciler.core.waves import Stage, Wave
    from reconciler.live import TavusPersonas
    from reconciler.workflow.applying import Settings
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned


def waves_of(session: Session) -> Sequence[Wave]:
    """The waves of the project. Raises SettingsError where it has none."""
    if not session.project.waves:
        hint = (
            "An example: waves: [{name: canary, labels: {tier: canary}, bake: 10m}, {name: rest}]"
        )
        raise SettingsError("The project has no waves", "waves in reconciler.yaml", hint)
    return session.project.waves


class RollOut:
    """One apply in waves."""

    def __init__(
        self,
        session: Session,
        make: Callable[[], Awaitable[Planned]],
        guards: Guards,
        client: TavusPersonas,
        ledger: Ledger,
        settings: Settings,
    ) -> None:
        self._session = session
        self._make = make
        self._guards = guards
        self._client = client
        self._ledger = ledger
        self._settings = settings

    async def carry_out(self, planned: Planned, waves: Sequence[Wave]) -> Outcome:
        """Send an approved plan in waves."""
        session, stop = self._session, self._settings.stop
        keys = {one.api_key for one in session.project.environments.values()}
        checks = WaveChecks(
            session.directory,
            without_keys(os.environ, {DIGEST_KEY, *keys}),
            session.place.console.say,
            stop,
        )

        async def replan(stage: Stage) -> Planned:
            """As it was approved at the beginning, or less."""
            self._ledger.reload()
            anew = await self._make()
            part = replace(anew, plan=part_of(anew.plan, stage))
            require_part(planned.plan, part, self._guards)
            return part

        async def send(part: Planned, stage: Stage) -> Outcome:
            terms = replace(self._settings.terms, run=new_run_id())
            settings = replace(self._settings, terms=terms, wave=stage.name)
            return await apply_plan(
                part, self._client, self._ledger, settings, lambda: replan(stage)
            )

        steps = Steps(
            send,
            replan,
            bake=lambda seconds: pause(self._ledger.clock, seconds, stop),
            left_to_bake=lambda stage: left_to_bake(
                stage, self._ledger.document.runs, self._ledger.clock.now()
            ),
            check=lambda stage: checks.why_not(stage.name, stage.check),
            stopped=stop.is_set,
            say=session.place.console.say,
        )
        return await roll_out(planned, stages_of(planned.plan, waves), steps)
