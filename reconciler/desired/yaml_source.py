"""YAML text to plain values with places, by the rules of YAML 1.2, within fixed time and memory."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from reconciler.core.diagnostics import Place
from reconciler.core.errors import DefinitionError
from reconciler.desired.source import DEEPEST, MOST_VALUES, unreadable
from reconciler.desired.yaml_errors import in_plain_words
from reconciler.desired.yaml_walk import TooDeepError, TooManyError, TooManyProblemsError, walked

if TYPE_CHECKING:
    from reconciler.desired.source import Source

_DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)
_INVISIBLE: Final = re.compile("[\u0085\u2028\u2029\ufeff]")
"""Line ends in YAML 1.1 but not in 1.2 and not in editors, and the mark that is dropped by some."""


class _Limits:
    """Overrides the library's search for implicit tags, which it does while it composes.

    Leaving it out is faster, leaves None as the tag of everything that has no explicit one, and
    gives a place to stop before deep nesting exhausts the stack of the C library's binding.
    """

    depth = 0
    count = 0

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:  # noqa: ARG002 - the library's signature
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            raise TooDeepError(parent.start_mark if parent is not None else None)
        if self.count > 2 * MOST_VALUES:
            raise TooManyError

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: object, value: object, implicit: object) -> None:  # noqa: ARG002 - the library's signature
        return None


def _limited(loader: type[Any]) -> type[Any]:
    return type("_Loader", (_Limits, loader), {})


PURE: Final = _limited(yaml.SafeLoader)
"""The loader that needs no C library; ten times slower."""

FASTEST: Final = _limited(yaml.CSafeLoader) if yaml.__with_libyaml__ else PURE
"""The loader in C where the installed library has it."""


def read_yaml(text: str, file: str, *, loader: type[Any] = FASTEST) -> Source:
    """The one document in text. Problems short of unreadable are in the Source.

    Raises DefinitionError where the text is no YAML, has more than one document, or is beyond
    DEEPEST or MOST_VALUES.
    """
    _refuse_oddities(text, file)
    try:
        source = walked(yaml.compose(text, Loader=loader), file, text)
        if "\\u" in text or "\\U" in text:
            json.dumps(source.value, ensure_ascii=False).encode()
    except yaml.YAMLError as problem:
        raise in_plain_words(problem, text, file) from None
    except TooDeepError as problem:
        raise _too_deep(problem.mark, file) from None
    except TooManyError:
        raise _too_many(file) from None
    except TooManyProblemsError as problem:
        raise DefinitionError(problem.problems) from None
    except (ValueError, OverflowError):
        raise unreadable(
            "An escape in double quotes stands for no character", "", Place(file)
        ) from None
    return source


def _refuse_oddities(text: str, file: str) -> None:
    # Directives cost the C library quadratic time, and nothing a definition needs has one.
    if "%" in text and (found := _DIRECTIVE.search(text)):
        raise unreadable(
            "A line starts with %",
            "YAML reads that as a directive, and directives are not supported",
            Place(file, text.count("\n", 0, found.start()) + 1, 1),
            "Indent the line, or remove the directive",
        )
    if not text.isascii() and (found := _INVISIBLE.search(text)):
        at = found.start()
        raise unreadable(
            "The text holds an invisible character that programs read differently",
            f"U+{ord(found[0]):04X}",
            Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)),
            "Remove it, or replace it with an ordinary line end",
        )


def _too_deep(mark: yaml.Mark | None, file: str) -> DefinitionError:
    place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file)
    return unreadable(
        "The values nest too deeply",
        f"more than {DEEPEST} levels, or an alias that holds itself",
        place,
    )


def _too_many(file: str) -> DefinitionError:
    return unreadable(
        "The file holds too many values",
        f"more than {MOST_VALUES}, counting each use of an alias",
        Place(file),
    )
