"""One file of a definition by itself: read, resolved, and in canonical spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.core.document import ABSENT, without
from reconciler.core.vocabulary import Vocabulary
from reconciler.desired.reserved import BLOCK
from reconciler.desired.resolver import Resolver
from reconciler.desired.role import Role, refused_in
from reconciler.desired.spelling import Spelled, canonical

if TYPE_CHECKING:
    import pathlib

    from reconciler.core.document import Absent, Json, Object
    from reconciler.desired.circumstances import Circumstances
    from reconciler.desired.source import At


@dataclass(frozen=True, slots=True)
class Part:
    """One file that a definition is made of."""

    file: str
    """As in Place."""
    role: Role
    spelled: Spelled
    """The document without the reserved block."""
    block: Json | Absent
    """The reserved block, without what this role may not say and without `extends`."""
    extends: Json | Absent
    resolver: Resolver
    """What was found on the way."""
    problems: tuple[Diagnostic, ...] = ()
    is_usable: bool = True
    """Whether there is a document at all."""
    via: tuple[Place, ...] = ()
    """The `extends` it came through, nearest first."""

    @property
    def tree(self) -> Object:
        """Document and block in one."""
        document = self.spelled.document
        return document if self.block is ABSENT else {**document, BLOCK: self.block}

    def written(self, at: At) -> At:
        """A canonical path in the spelling of this file."""
        return self.spelled.written(at) if self.spelled.spellings else at

    def is_unknown(self, at: At) -> bool:
        """Whether the value at a canonical path could not be found."""
        at = self.written(at)
        return any(at[: len(path)] == path for path in self.resolver.unknown)


def read_part(path: pathlib.Path, file: str, role: Role, now: Circumstances) -> Part:
    """The file at path by itself, with its problems.

    Raises DefinitionError where its text cannot be read.
    """
    resolver = Resolver(now)
    value = resolver.resolve(now.disk.definition(path, file), path)
    if not isinstance(value, dict) or (role is Role.OVERLAY and not value):
        return _unusable(value, file, role, resolver)
    origins = resolver.origins
    block, extends, refused = _own_block(value.get(BLOCK, ABSENT), role, resolver)
    spelled = canonical(without(value, (BLOCK,)), origins)
    problems = (*resolver.problems, *refused, *spelled.problems)
    return Part(file, role, spelled, block, extends, resolver, problems)


def _unusable(value: Json, file: str, role: Role, resolver: Resolver) -> Part:
    problems = list(resolver.problems)
    if () not in resolver.unknown:
        what = "is not a mapping" if value else "is empty"
        place = resolver.origins.value_place(())
        hint = "Write field: value" + (", or remove the file" if role is Role.OVERLAY else "")
        problems.append(error(f"The {role} {what}", "", place, hint))
    nothing = Spelled({}, Vocabulary.PERSONA, {}, [])
    return Part(file, role, nothing, ABSENT, ABSENT, resolver, tuple(problems), is_usable=False)


def _own_block(
    block: Json | Absent, role: Role, resolver: Resolver
) -> tuple[Json | Absent, Json | Absent, list[Diagnostic]]:
    if not isinstance(block, dict):
        return block, ABSENT, []
    refused = [name for name in refused_in(role) if name in block]
    problems = [
        error(
            f"This setting cannot stand in {'an' if role is Role.OVERLAY else 'a'} {role}",
            f"{BLOCK}.{name}",
            resolver.origins.key_place((BLOCK, name)),
            "Move it into the definition",
        )
        for name in refused
    ]
    extends = ABSENT if "extends" in refused else block.get("extends", ABSENT)
    left = {name: v for name, v in block.items() if name != "extends" and name not in refused}
    return left, extends, problems
