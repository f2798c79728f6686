"""A composed definition to a Desired, with everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.core.document import ABSENT, get, with_value, without
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.hiding import hide
from reconciler.core.resource import KEY_PATTERN, PERSONA, Address, Desired
from reconciler.core.secret import Secret
from reconciler.desired.checking import checked, useless_ignores
from reconciler.desired.reserved import read_reserved

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from reconciler.core.document import Object, Path
    from reconciler.core.resource import Use
    from reconciler.desired.circumstances import Circumstances
    from reconciler.desired.composition import Composition
    from reconciler.desired.part import Part

_SENSITIVE: Final = tuple(path for path, field in FIELDS.items() if field.sensitive)
_KEYS: Final = tuple(path for path in _SENSITIVE if FIELDS[path].compare is Compare.SECRET)


@dataclass(frozen=True, slots=True)
class Definition:
    """What became of one file."""

    desired: Desired | None
    """None where not even its address is known."""
    problems: tuple[Diagnostic, ...]
    secrets: tuple[Secret, ...] = ()
    """Every secret in it."""

    @property
    def has_error(self) -> bool:
        """Whether it cannot be used."""
        return any(problem.is_error for problem in self.problems)


def secrets_of(parts: Iterable[Part]) -> tuple[Secret, ...]:
    """Every value that the parts took from environment variables."""
    return tuple(secret for part in parts for secret in part.resolver.secrets)


def understood(
    whole: Composition,
    stem: str,
    uses: Collection[Use],
    now: Circumstances,
    earlier: Sequence[Diagnostic],
    *,
    is_complete: bool,
) -> Definition:
    """Check a composition, and make a Desired of it.

    Args:
        whole: the parts.
        stem: the key where the definition gives none.
        uses: which of the parts needs which.
        now: what it is read under.
        earlier: what is known to be wrong with the parts.
        is_complete: whether no part is missing; else what is written is not judged, because the
            missing part may say more.
    """
    key, reserved, wrong = read_reserved(
        whole.block, whole, known_environments=now.known_environments
    )
    problems = [*earlier, *whole.traced(wrong)]
    if is_complete:
        wanted = partial(now.switches.wants, own=reserved.lint)
        problems += [*checked(whole, wanted), *useless_ignores(reserved, whole)]
    problems = now.switches.judged(problems, labels=reserved.labels, own=reserved.lint)
    document = _hidden(whole.document)
    # A literal header may be an innocent word that stands elsewhere too; a literal key is not.
    keys = (get(document, path) for path in _KEYS)
    secrets = (*secrets_of(whole.parts), *(key for key in keys if isinstance(key, Secret)))
    if not re.fullmatch(KEY_PATTERN, key or stem):
        problems.append(_bad_stem(stem, whole.value_place(())))
        return Definition(None, tuple(problems), secrets)
    for path in reserved.ignore:
        document = _unmanaged(document, path)
    desired = Desired(
        address=Address(PERSONA, key or stem),
        document=document,
        place=Place(whole.value_place(()).file),
        places={path: whole.origin(path) for path in _members(document, ())},
        inserted=whole.inserted(),
        variables=whole.variables(),
        uses=(*uses, *(use for part in whole.parts for use in part.resolver.uses)),
        references=tuple(ref for part in whole.parts for ref in part.resolver.references),
        vocabulary=whole.vocabulary,
        spellings=whole.spellings,
        reserved=reserved,
    )
    return Definition(desired, tuple(problems), secrets)


def _bad_stem(stem: str, place: Place) -> Diagnostic:
    return error(
        "The name of the file cannot be a key",
        f"«{stem}»; letters, digits, dots, dashes and underscores can, at most 100",
        Place(place.file),
        "Rename the file, or give it a key: reconcile: {key: …}",
    )


def _unmanaged(document: Object, path: Path) -> Object:
    """Without the member at path, and without the objects that have no other member."""
    name, rest = path[0], path[1:]
    if rest and isinstance(inner := document.get(name), dict):
        left = _unmanaged(inner, rest)
        return without(document, (name,)) if inner and not left else {**document, name: left}
    return document if rest else without(document, path)


def _members(node: Object, above: Path) -> Iterator[Path]:
    for name, value in node.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _members(value, (*above, name))


def _hidden(document: Object) -> Object:
    """The same with every text at a sensitive path as a Secret."""
    for path in _SENSITIVE:
        value = get(document, path)
        if value is not ABSENT:
            document = with_value(document, path, hide(value))
    return document
