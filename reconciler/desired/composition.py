"""The parts of a definition laid over one another, and where each value of the whole comes from."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, TypeVar

from reconciler.core.document import ABSENT, get
from reconciler.core.merge import laid_over, merge_patch
from reconciler.core.vocabulary import PAL_WORDS, Vocabulary
from reconciler.desired.role import Role
from reconciler.desired.spelling import canonical_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.core.diagnostics import Diagnostic, Place
    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.desired.part import Part
    from reconciler.desired.source import At

_T = TypeVar("_T")


class Composition:
    """Bases, definition and overlay as one. Every path is canonical; list positions are allowed."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        """Lowest first."""
        self._own = next(part for part in parts if part.role is Role.DEFINITION)
        self.document: Object = reduce(laid_over, (part.spelled.document for part in parts))
        blocks = [part.block for part in parts if part.block is not ABSENT]
        self.block: Json | Absent = reduce(merge_patch, blocks) if blocks else ABSENT
        self.vocabulary = self._own.spelled.vocabulary
        self.spellings: Mapping[Path, Path] = self._own.spelled.spellings
        if len(parts) > 1:
            self._combine_words()

    def _combine_words(self) -> None:
        own = self._own.spelled
        is_mute = not any(get(own.document, path) is not ABSENT for path in PAL_WORDS)
        if is_mute and any(part.spelled.vocabulary is Vocabulary.PAL for part in self.parts):
            self.vocabulary = Vocabulary.PAL
        known = {path for part in self.parts for path in part.spelled.spellings}
        written = ((path, self.part(path).spelled.spellings.get(path)) for path in sorted(known))
        self.spellings = {path: other for path, other in written if other is not None}

    def part(self, at: At) -> Part:
        """The part that the value at a path comes from: the last that has it."""
        if len(self.parts) == 1 or not at:
            return self._own
        having: list[tuple[Part, Json]] = [(part, part.tree) for part in self.parts]
        found = self._own
        for step in at:
            having = [(p, node[step]) for p, node in having if _has(node, step)]
            if not having:
                return found
            found, node = having[-1]
            if not isinstance(node, dict):
                return found
            # What is no object hides everything that lies below it.
            plain = [i for i, (_, other) in enumerate(having) if not isinstance(other, dict)]
            having = having[plain[-1] + 1 if plain else 0 :]
        return found

    def key_place(self, at: At) -> Place:
        """Where the key of the member at a path stands."""
        part = self.part(at)
        return part.resolver.origins.key_place(part.written(at))

    def value_place(self, at: At) -> Place:
        """Where the value at a path starts."""
        part = self.part(at)
        return part.resolver.origins.value_place(part.written(at))

    def character_place(self, at: At, offset: int) -> Place:
        """Where a character of the text at a path stands, as near as can be told."""
        part = self.part(at)
        text: Json = self.document
        for step in at:
            text = text[step]
        return part.resolver.origins.character_place(part.written(at), text, offset)

    def origin(self, at: At) -> Place:
        """Where one would edit the member at a path."""
        part = self.part(at)
        return part.resolver.origins.origin(part.written(at))

    def via(self, at: At) -> tuple[Place, ...]:
        """The directives and `extends` through which the value came, nearest first."""
        part = self.part(at)
        return (*part.resolver.origins.via(part.written(at)), *part.via)

    def key_via(self, at: At) -> tuple[Place, ...]:
        """As via, for the key of the member at a path."""
        part = self.part(at)
        return (*part.resolver.origins.via(part.written(at)[:-1]), *part.via)

    def traced(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The same problems with the `extends` through which their file came."""
        ways = {part.file: part.via for part in self.parts}
        return [replace(d, via=ways.get(d.place.file, ())) if d.place else d for d in found]

    def inserted(self) -> dict[At, Place]:
        """What comes from elsewhere inside a list, and where it stands there."""
        return self._winning(part.resolver.origins.inserted() for part in self.parts)

    def variables(self) -> dict[At, str]:
        """What comes from environment variables, and the name of each."""
        return self._winning(part.resolver.variables.items() for part in self.parts)

    def _winning(self, told: Iterable[Iterable[tuple[At, _T]]]) -> dict[At, _T]:
        """Of what each part tells about its own paths, that which the whole has from this part."""
        every = zip(self.parts, told, strict=True)
        found = ((part, canonical_at(at), what) for part, pairs in every for at, what in pairs)
        return {at: what for part, at, what in found if self.part(at) is part}


def _has(node: Json, step: str | int) -> bool:
    return isinstance(node, dict) and step in node
