"""Files that runs of a workflow kept. What comes out of a run of strangers is only bytes here."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import CodeHostError
from reconciler.live.github.client import TIMEOUT
from reconciler.live.lean_httpx import httpx

if TYPE_CHECKING:
    from reconciler.live.github.client import GitHub

MOST_PACKED: Final = 50_000_000
MOST_UNPACKED: Final = 200_000_000
"""Bytes. A plan of 5,000 changed personas with long prompts has about a hundred million."""


async def file_of_run(
    host: GitHub, run: int, artifact: str, name: str, *, most: int = MOST_UNPACKED
) -> bytes | None:
    """One file of a run's artifact; None where the run kept none of that name.

    Nothing is unpacked onto the disk, and of names only the one asked for is looked at.
    Raises CodeHostError.
    """
    found: list[int] = []
    async for known in host.items(
        f"/actions/runs/{run}/artifacts", {"name": artifact}, member="artifacts"
    ):
        number = known.get("id")
        if known.get("name") == artifact and not known.get("expired") and isinstance(number, int):
            found.append(number)
    if not found:
        return None
    # A re-run keeps its own; the newest has the highest number.
    target = await host.handed_over(f"/actions/artifacts/{max(found)}/zip")
    return _unpacked(await fetched(target, MOST_PACKED), name, most)


async def fetched(target: str, most: int) -> bytes:
    """A file of at most so many bytes. Raises CodeHostError, which does not quote the address.

    By a client of its own: the token is for the API and nobody else, and the address is a key.
    """
    content = bytearray()
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT) as elsewhere,
            elsewhere.stream("GET", target) as response,
        ):
            reason = "" if response.is_success else f"answered {response.status_code}"
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > most:
                    reason = f"it has more than {most:,} bytes"
                    break
    except (httpx.HTTPError, OSError) as failed:
        reason = type(failed).__name__
    if reason:
        raise CodeHostError("A file of a run cannot be fetched", reason)
    return bytes(content)


def _unpacked(packed: bytes, name: str, most: int) -> bytes | None:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if name not in archive.namelist():
                return None
            with archive.open(name) as file:
                content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        content = None
    if content is None:
        raise CodeHostError("An artifact of a run is no archive that can be read")
    if len(content) > most:
        raise CodeHostError("A file of a run is too long", f"{name} has more than {most:,} bytes")
    return content
