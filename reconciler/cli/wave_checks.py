"""Run the check of a wave: the exit code decides, what it prints is conversation."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.report.phrasing import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

WAVE_VARIABLE: Final = "RECONCILER_WAVE"
"""Tells the command which wave it is asked about."""

GRACE: Final = 5.0
"""Seconds that a command has to end when it is told to; also to close its output."""

_LONGEST_LINE: Final = 4096


@dataclass(frozen=True, slots=True)
class WaveChecks:
    """Runs commands in the project's directory."""

    directory: Path
    environ: Mapping[str, str]
    say: Callable[[str], None]
    stop: asyncio.Event

    async def why_not(self, wave: str, command: Sequence[str]) -> str:
        """Why the wave does not hold; empty where the command says that it does."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=self.directory,
                env={**self.environ, WAVE_VARIABLE: wave},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except (OSError, ValueError) as failed:
            reason = getattr(failed, "strerror", None) or str(failed)
            return f"cannot be run: {command[0]}: {reason}"
        listening = asyncio.create_task(self._listen(wave, process))
        try:
            code = await self._ended(process)
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(listening, GRACE)
        return f"ended with exit code {code}" if code else ""

    async def _ended(self, process: asyncio.subprocess.Process) -> int:
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                _tell(process.terminate)
                await asyncio.wait({ending}, timeout=GRACE)
        finally:
            stopping.cancel()
            if not ending.done():
                _tell(process.kill)
        return await ending

    async def _listen(self, wave: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for above
        rest = b""
        while chunk := await process.stdout.read(_LONGEST_LINE):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            self._say(wave, lines)
        self._say(wave, [rest] if rest else [])

    def _say(self, wave: str, lines: Sequence[bytes]) -> None:
        for line in lines:
            self.say(f"check of {wave}: {printable(line.decode(errors='replace').rstrip())}")


def _tell(signal: Callable[[], None]) -> None:
    with suppress(ProcessLookupError):
        signal()


def without_keys(environ: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The environment without these variables, and without any other that has the value of one."""
    values = {environ[name] for name in names if environ.get(name)}
    return {
        name: value for name, value in environ.items() if name not in names and value not in values
    }
