"""`reconciler sandbox replay`: does the emulator answer as a recorded service did?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from reconciler.cli.exits import Exit
from reconciler.cli.recordings import read_recording
from reconciler.core.errors import UsageError
from reconciler.core.secret import Secret
from reconciler.core.service.profile import SHIPPED, switch_texts
from reconciler.report.phrasing import count
from reconciler.report.probe import replay_text
from reconciler.workflow.probing.replaying import Replay, explained, others

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.cli.console import Console
    from reconciler.workflow.probing.replaying import Unlike


def replay(console: Console, directory: Path, switches: Mapping[str, str]) -> int:
    """Put the recorded requests to a new emulator, and say what it answers otherwise.

    Raises ReconcilerError where the recording cannot be used.
    """
    recorded, exchanges = read_recording(directory)
    if not exchanges:
        raise UsageError("The recording holds no exchange", str(directory))

    async def put(behaviour: Mapping[str, str]) -> list[Unlike]:
        from reconciler.live import LiveSettings
        from reconciler.live.raw import RawExchange
        from reconciler.sandbox.app import create_app
        from reconciler.sandbox.store import Store

        settings = LiveSettings("http://sandbox", Secret("embedded-sandbox-key"), "personas")
        with Store() as store:
            for name, text in behaviour.items():
                store.set_switch(name, text)
            for number in range(others(exchanges)):
                store.seed({"persona_name": f"Other {number}", "system_prompt": "You help."})
            async with RawExchange(settings, app=create_app(store)) as wire:
                return await Replay(wire, exchanges).differences()

    given = {**switch_texts(SHIPPED), **switches}
    texts = switch_texts(recorded)
    found = asyncio.run(explained(put, given, {name: texts[name] for name in recorded.answers}))
    if not found:
        console.say(f"{count(len(exchanges), 'exchange')}: the emulator answers alike.")
        return Exit.DONE
    answers = {name: answer.value for name, answer in recorded.answers.items()}
    lines = [(one.unlike.number, one.unlike.what, one.by) for one in found]
    console.print(replay_text(lines, answers, console.paint))
    return Exit.ERROR
