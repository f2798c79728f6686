"""A page read as a browser reads it: elements, their attributes, the text that is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_RAW: Final = {"script", "style"}


@dataclass(slots=True)
class Element:
    """One element, without its children."""

    tag: str
    attributes: dict[str, str]
    raw: str = ""
    """What stands in a script or style."""


@dataclass(slots=True)
class Read:
    """What a page holds."""

    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def having(self, attribute: str) -> Iterator[Element]:
        """The elements with this attribute."""
        return (one for one in self.elements if attribute in one.attributes)

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, in order."""
        return [one.attributes[attribute] for one in self.having(attribute)]

    def tagged(self, tag: str) -> list[Element]:
        """The elements of a tag."""
        return [one for one in self.elements if one.tag == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        last = self.found.elements[-1].tag if self.found.elements else ""
        if last in _RAW and self.cdata_elem == last:
            self.found.elements[-1].raw += data
        else:
            self.found.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def read(page: str) -> Read:
    """The page, read."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def squeezed(text: str) -> str:
    """The text with runs of white space as one space."""
    return re.sub(r"\s+", " ", text)
