"""Bytes to text: size, encoding and control characters, each problem with its place."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, warning
from reconciler.core.rulebook import Rule
from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    import pathlib

    from reconciler.core.errors import DefinitionError

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of one file."""

_BOM: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})


def read_text(path: pathlib.Path, file: str) -> str:
    """The text of a file without its byte order mark, line ends as they are.

    Raises DefinitionError where it is no regular file, larger than LARGEST, or not UTF-8 text.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(stat.S_ISDIR(status.st_mode), file)
        if status.st_size > LARGEST:
            raise unreadable(
                "The file is too large",
                f"{status.st_size} bytes; at most {LARGEST} are read",
                Place(file),
                "Split it, or include parts of it with {$file: path}",
            )
        data = path.read_bytes()
    except OSError as problem:
        raise unreadable("The file cannot be read", problem.strerror or "", Place(file)) from None
    return decoded(data, file)


def _not_a_file(is_directory: bool, file: str) -> DefinitionError:
    kind = "a directory" if is_directory else "not a regular file"
    return unreadable("A file is expected here", f"it is {kind}", Place(file))


def decoded(data: bytes, file: str) -> str:
    """UTF-8 bytes as text without byte order mark. Raises DefinitionError for anything else."""
    data = data.removeprefix(_BOM)
    if data.startswith(_UTF_16):
        raise _wrong_encoding("it looks like UTF-16", Place(file))
    if (zero := data.find(0)) >= 0:
        raise unreadable(
            "The file is not text", "it holds a NUL byte", _place_of(data[:zero], file)
        )
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        place = _place_of(data[: problem.start], file)
        raise _wrong_encoding("the bytes here are not UTF-8", place) from None


def _wrong_encoding(detail: str, place: Place) -> DefinitionError:
    return unreadable("The file is not UTF-8 text", detail, place, "Save it as UTF-8")


def _place_of(before: bytes, file: str) -> Place:
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode(errors="replace")) + 1
    return Place(file, before.count(b"\n") + 1, column)


def prose(text: str) -> str:
    """The text of a prompt: LF line ends, and the one line end that closes the file left out."""
    return text.replace("\r\n", "\n").removesuffix("\n")


def control_characters(text: str, file: str, first_line: int = 1) -> tuple[Diagnostic, ...]:
    """A warning for the first control character of a prompt, other than tab and line ends."""
    data = text.encode(errors="replace")
    if len(data.translate(None, _CONTROL)) == len(data):
        return ()
    at = min(position for c in _CONTROL if (position := text.find(chr(c))) >= 0)
    line_start = text.rfind("\n", 0, at) + 1
    place = Place(file, first_line + text.count("\n", 0, at), at - line_start + 1)
    return (
        warning(
            "The text holds an invisible control character",
            f"U+{ord(text[at]):04X}",
            place,
            "Remove it, unless it is meant to be sent",
            rule=Rule.CONTROL_CHARACTER,
        ),
    )


def write_text(path: pathlib.Path, text: str) -> None:
    """Write a file as a whole or, where the run is killed, not at all; as it is, byte for byte.

    A link stays one, and a file that is there keeps its mode. Raises OSError.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
