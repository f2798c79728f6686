"""Pairs of small documents, from a seed: few names, few values, so that much is alike.

A document has up to eight values, three levels, five elements in a list. The second one is
independent of the first in a tenth of the pairs, and otherwise the first after one to three edits:
a value replaced, removed, inserted, duplicated, moved, swapped or renamed.
"""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: Final = ("a", "b", "c", "name", "description", "~/")
SCALARS: Final = (
    *(0, 1, 2, True, False, None, "", "x", "y", 2.5),
    *("word", "a longer text", "Does it rain outside?", "Is anybody there, and who is it?"),
)


def pairs(number: int, seed: int) -> Iterator[tuple[Any, Any]]:
    """So many pairs, the same for the same seed."""
    source = random.Random(seed)  # noqa: S311 - test data
    for _ in range(number):
        before = document(source, source.randint(3, 8))
        if source.random() < 0.1:
            yield before, document(source, source.randint(3, 8))
            continue
        after = {"root": copy.deepcopy(before)}
        for _ in range(source.randint(1, 3)):
            _edit(source, after)
        yield before, after["root"]


def document(source: random.Random, values: int, depth: int = 0) -> Any:
    """A document of about so many values."""
    if values <= 1 and (depth or source.random() < 0.5):
        return source.choice([*SCALARS, *SCALARS, *SCALARS, [], {}])
    if depth >= 3:
        return source.choice(SCALARS)
    parts: list[int] = []
    left = max(1, values - 1)
    while left > 0 and len(parts) < 5:
        parts.append(source.randint(1, left))
        left -= parts[-1]
    children = [document(source, part, depth + 1) for part in parts]
    if source.random() < 0.5:
        return children
    return dict(zip(source.sample(NAMES, len(children)), children, strict=True))


def holders(value: Any) -> Iterator[Any]:
    """Every object and list with something in it."""
    if isinstance(value, dict | list) and value:
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from holders(child)


def shuffled(value: Any, source: random.Random) -> Any:
    """An equal value with the members of every object in some other order."""
    if isinstance(value, dict):
        names = source.sample([*value], len(value))
        return {name: shuffled(value[name], source) for name in names}
    return [shuffled(child, source) for child in value] if isinstance(value, list) else value


def _edit(source: random.Random, root: dict[str, Any]) -> None:
    holder = source.choice([*holders(root)])
    key = source.choice([*holder]) if isinstance(holder, dict) else source.randrange(len(holder))
    kind = source.randrange(7)
    if kind == 0 or holder is root:
        holder[key] = document(source, source.randint(1, 3), 2)
    elif kind == 1:
        del holder[key]
    elif kind == 2:
        _insert(source, holder, document(source, source.randint(1, 3), 2))
    elif kind == 3:
        _insert(source, holder, copy.deepcopy(holder[key]))
    elif kind == 4:
        value = holder.pop(key)
        _insert(source, source.choice([root["root"], holder]), value)
    elif kind == 5:
        other = source.choice([*holder]) if isinstance(holder, dict) else 0
        holder[key], holder[other] = holder[other], holder[key]
    else:
        _insert(source, holder, holder.pop(key))


def _insert(source: random.Random, holder: Any, value: Any) -> None:
    if isinstance(holder, list) and len(holder) < 8:
        holder.insert(source.randint(0, len(holder)), value)
    elif isinstance(holder, dict):
        holder[source.choice(NAMES)] = value
