"""Experiments on names: which characters they keep, whether two personas may share one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from reconciler.workflow.probing.bench import PALS, PERSONAS, UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found
from reconciler.workflow.probing.subject import minimal

if TYPE_CHECKING:
    from reconciler.workflow.probing.bench import Bench

_SAMPLE: Final = ". , _ - / & ' ( é 漢 🙂 9"
"""Characters with blanks between them, so that each one that is gone can be told."""


async def _characters(bench: Bench) -> Found:
    told = []
    # Another name each time: one that is there already is not stored again.
    for route, at, end in ((PERSONAS, "/persona_name", "x"), (PALS, "/pal_name", "y")):
        reply = await bench.put(at, f"{bench.mark} {_SAMPLE} {end}", route=route)
        if not reply.taken:
            told.append(f"{route} answered {reply}")
            continue
        seen = str(await bench.member(("persona_name",))).removeprefix(str(bench.mark))
        kept = set(unicodedata.normalize("NFC", seen))
        lost = [character for character in _SAMPLE.split() if character not in kept]
        told.append(f"{route} loses {' '.join(lost) or 'none'}")
    await bench.put("/persona_name", str(bench.mark))
    return Found(f"of {_SAMPLE}: {'; '.join(told)}")


async def _same_name(bench: Bench) -> Found:
    name = f"{bench.mark} s"
    reply = await bench.put("/persona_name", name)
    if await bench.member(("persona_name",)) != name:
        raise UnsettledError(f"the persona could not be renamed: {reply}")
    reply, made = await bench.create(minimal(name))
    if made:
        await bench.delete(made)
    await bench.put("/persona_name", str(bench.mark))
    return Found(f"a create with the name of another persona answered {reply}")


EXPERIMENTS: Final = (
    Experiment("name_characters", _characters, 7, "Which characters does a name lose?"),
    Experiment("same_name", _same_name, 7, "May two personas have one name?"),
)
