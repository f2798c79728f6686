"""Experiments on what an absent member stands for: what is shown for it, or changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, is_unset, parse_pointer, pointer
from reconciler.core.fields import FLOW
from reconciler.core.persona.known import KNOWN
from reconciler.core.service.defaults import DEFAULTS, NOT_KNOWN
from reconciler.workflow.probing.bench import UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.core.service.question import Question, Value
    from reconciler.workflow.probing.bench import Bench
    from reconciler.workflow.probing.experiment import Ask

_LAYER: Final = 2
"""Names in the path of a layer."""
_LONGEST: Final = 60


def candidates(question: Question) -> Sequence[bool | str]:
    """What the default may be, the shipped one first."""
    known = KNOWN.get(parse_pointer(question.id))
    others = question.values or (known.current if known else ())
    values = (question.default, *others)
    return [v for v in dict.fromkeys(values) if isinstance(v, bool | str) and v != NOT_KNOWN]


def _finding(path: Path, question: Question) -> Ask:
    async def ask(bench: Bench) -> Found:
        await _give_up(bench, path)
        seen: Json = get(await bench.shown(), path)
        if not is_unset(seen) and seen == get(bench.sent, path):
            seen = await _after_another(bench, path, question, seen)
        if not is_unset(seen):
            return Found(f"{_told(seen)} is shown where nobody set it", _answer(question, seen))
        return await _by_writing(bench, path, question)

    return ask


async def _after_another(bench: Bench, path: Path, question: Question, sent: Json) -> Json:
    """What is shown once another value than the one sent was there, and is gone again, too."""
    other = next(value for value in candidates(question) if value != sent)
    if not (reply := await bench.put(pointer(path), other)).taken:
        raise UnsettledError(f"writing {_told(other)} answered {reply}")
    await _remove(bench, path)
    seen = get(await bench.shown(), path)
    if seen == other:
        raise UnsettledError(f"{_told(other)} is still shown after its removal")
    return seen


async def _give_up(bench: Bench, path: Path) -> None:
    """Unset the member where the probe may have set it, with what stands or falls with it."""
    if path[: len(FLOW)] == FLOW:
        at = path
    elif get(bench.sent, path) is not ABSENT:
        at = path[:_LAYER]
    else:
        return
    if not is_unset(get(await bench.shown(), at)):
        await _remove(bench, at)


async def _remove(bench: Bench, path: Path) -> None:
    reply = await bench.patch({"op": "remove", "path": pointer(path)})
    if not reply.taken:
        raise UnsettledError(f"{pointer(path)} could not be removed: {reply}")


async def _by_writing(bench: Bench, path: Path, question: Question) -> Found:
    """The value whose writing changes nothing (304). Raises UnsettledError where none is that."""
    if path[: len(FLOW)] == FLOW and is_unset(get(await bench.shown(), FLOW)):
        raise UnsettledError("the conversational_flow layer is not active")
    for value in candidates(question):
        reply, written = await _write(bench, path, value)
        if reply.status == 304:  # noqa: PLR2004 - the status itself
            return Found(f"writing {_told(value)} changes nothing (304)", value)
        if reply.taken:
            await _remove(bench, written)
        elif not reply.refused:
            raise UnsettledError(f"writing {_told(value)} answered {reply}")
    raise UnsettledError("every known value counts as a change, or is refused")


async def _write(bench: Bench, path: Path, value: Json) -> tuple[Reply, Path]:
    """The answer, and what undoes it: the member, or the layer that had to be made for it."""
    layer = path[:_LAYER]
    if path[0] == "layers" and is_unset(get(await bench.shown(), layer)):
        return await bench.put(pointer(layer), {path[-1]: value}), layer
    return await bench.put(pointer(path), value), path


def _answer(question: Question, seen: Json) -> Value:
    if not question.accepts(seen) or not isinstance(seen, bool | str):
        raise UnsettledError(f"it is shown as {_told(seen)}, which is no value of this field")
    return seen


def _told(value: Json) -> str:
    return json.dumps(value).strip('"')[:_LONGEST]


EXPERIMENTS: Final = tuple(
    Experiment(question.id, _finding(path, question), 6 + 3 * len(candidates(question)))
    for path, question in DEFAULTS.items()
)
"""They give up the layers that the persona was made with; so they come after all the others."""
