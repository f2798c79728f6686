"""From one environment's overlays to another's: which files change, and how."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reconciler.core.document import touches, without
from reconciler.core.promotion import Edit, agree, differing, overlay_edits
from reconciler.core.vocabulary import PAL_WORDS, Vocabulary, spelled
from reconciler.desired.discovery import SUFFIXES
from reconciler.desired.disk import suffix_of
from reconciler.desired.members import edited, value_of
from reconciler.desired.origins import Origins
from reconciler.desired.overlays import DIRECTORY
from reconciler.desired.reserved import BLOCK
from reconciler.desired.spelling import Spelled, canonical
from reconciler.desired.text import read_text, write_text

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from reconciler.core.document import Path
    from reconciler.core.resource import Address, Desired


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one file."""

    file: str
    """Relative to the project, with forward slashes."""
    before: str
    """Empty where there is no such file yet."""
    after: str
    """Empty where the file is removed."""

    def write(self, base: pathlib.Path) -> None:
        """Write it, or remove it, below the project directory."""
        path = base / self.file
        if not self.after:
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, self.after)


@dataclass(frozen=True, slots=True)
class Promotion:
    """What one address needs so that an environment has of it what another one has."""

    address: Address
    files: tuple[FileChange, ...]
    edits: tuple[Edit, ...]
    """Of the overlay, in canonical spelling."""
    meant: tuple[Path, ...] = ()
    """What differs because both environments give a variable different values; it stays."""


@dataclass(frozen=True, slots=True)
class _Overlay:
    """An overlay as it is written; an empty one where there is no file."""

    file: str
    text: str
    spelled: Spelled


def promotion(
    base: pathlib.Path, source: Desired, target: Desired | None, *, ends: tuple[str, str]
) -> Promotion:
    """What makes the definition in the environment ends[1] equal that in ends[0].

    Args:
        base: the project directory.
        source: what ends[0] has.
        target: what ends[1] has; None where the definition is not meant for it: then it will be.
        ends: the two environments.

    Raises DefinitionError where a file cannot be read, NotEditableError where one cannot be edited.
    """
    above, below = (_overlay(base, name, source.address) for name in ends)
    agrees = partial(agree, source, target) if target else _never
    edits = tuple(overlay_edits(above.spelled.document, below.spelled.document, agrees))
    files = [_overlaid(below, above, edits)] if edits else []
    if target is None:
        files.append(_admitted(base, source, ends[1]))
    differ = differing(source, target) if target else ()
    meant = tuple(path for path in differ if not _covered(path, edits))
    return Promotion(source.address, tuple(files), edits, meant)


def _never(path: Path) -> bool:
    del path
    return False


def _covered(path: Path, edits: Sequence[Edit]) -> bool:
    return any(touches(path, edit.path) for edit in edits)


def _overlay(base: pathlib.Path, environment: str, address: Address) -> _Overlay:
    folder = base / DIRECTORY / environment / address.kind
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    named = [n for n in names if n.rpartition(".")[0] == address.key]
    found = [name for name in named if suffix_of(name) in SUFFIXES]
    file = f"{DIRECTORY}/{environment}/{address.kind}/{(found or [f'{address.key}.yaml'])[0]}"
    text = read_text(base / file, file) if found else ""
    value = without(value_of(text, file), (BLOCK,)) if found else {}
    return _Overlay(file, text, canonical(value, Origins()))


def _overlaid(overlay: _Overlay, model: _Overlay, edits: Sequence[Edit]) -> FileChange:
    """The overlay after the edits, in its own words, or in those of the model where it has none."""
    words = overlay.spelled.vocabulary
    if not any(path[0] in overlay.spelled.document for path in PAL_WORDS):
        words = model.spelled.vocabulary
    written = [Edit(_written(edit.path, overlay.spelled, words), edit.value) for edit in edits]
    if not overlay.text:
        return FileChange(overlay.file, "", edited("", overlay.file, written))
    after = edited(overlay.text, overlay.file, written)
    left = value_of(after, overlay.file) if after else {}
    return FileChange(overlay.file, overlay.text, after if left else "")


def _written(path: Path, own: Spelled, words: Vocabulary) -> Path:
    known = tuple(str(step) for step in own.written(path))
    return known if known != path else spelled(path, words)


def _admitted(base: pathlib.Path, source: Desired, environment: str) -> FileChange:
    """The definition file with one environment more that it is meant for."""
    file = source.place.file
    text = read_text(base / file, file)
    names = [*source.reserved.environments, environment]
    return FileChange(file, text, edited(text, file, [Edit((BLOCK, "environments"), names)]))
