"""Plain values to YAML text that every reader, of version 1.1 or 1.2, reads back the same."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from reconciler.desired.scalars import plain

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    from reconciler.core.document import Json, Object

_WIDEST: Final = 100
"""Characters of a text that still stands on the line of its key."""

_NO_FOLDING: Final = 2**30
_TEXT: Final = "tag:yaml.org,2002:str"
_OBJECT: Final = "tag:yaml.org,2002:map"
_MARKS: Final = r"-\w./@()',;!?+\u2019\u2013\u2014"
_HARMLESS: Final = re.compile(rf"\$?[^\W_](?:[{_MARKS} ]*[{_MARKS}])?")
"""Text that no YAML indicator can be read into; `plain` knows the words that mean something."""

_ONE_LETTER_SWITCHES: Final = frozenset("yYnN")
_NOT_IN_A_BLOCK: Final = re.compile(
    r"\A\s|[ \t]$|\n\n\Z|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]",
    re.MULTILINE,
)
"""What a block cannot hold as it is: indented first lines, spaces at line ends, odd characters."""


def yaml_text(document: Object) -> str:
    """The document as block style YAML, members in their order, ending with a newline."""
    stream = io.StringIO()
    _writer().dump(document, stream)
    return stream.getvalue()


def fits_a_block(text: str) -> bool:
    """Whether a block scalar can hold a text as it is."""
    return not _NOT_IN_A_BLOCK.search(text)


def is_directive(value: Json) -> bool:
    """Whether it is written like {$env: NAME}, on one line wherever it stands."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$")


def _writer() -> YAML:
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # annotated as None
    writer.width = _NO_FOLDING
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


class _Representer(SafeRepresenter):
    """Chooses how each scalar is written."""

    def ignore_aliases(self, _data: Json) -> bool:
        return True

    def represent_object(self, data: Object) -> MappingNode:
        """On one line where it is a directive: {$env: NAME}."""
        style = True if is_directive(data) else None
        node: MappingNode = self.represent_mapping(_OBJECT, data, flow_style=style)
        return node

    def represent_key(self, data: Json) -> ScalarNode:
        return _scalar(self, str(data), is_key=True)


def _scalar(representer: SafeRepresenter, text: str, *, is_key: bool = False) -> ScalarNode:
    return representer.represent_scalar(_TEXT, text, style=_style(text, is_key=is_key))


def _style(text: str, *, is_key: bool) -> str | None:
    is_long = "\n" in text or len(text) > _WIDEST
    if is_long and not is_key and fits_a_block(text):
        return "|"
    is_word = plain(text) == text and text not in _ONE_LETTER_SWITCHES
    return None if is_word and _HARMLESS.fullmatch(text) else '"'


def _number(representer: SafeRepresenter, number: float) -> ScalarNode:
    # Version 1.1 takes 1e-07 for text; a number with an exponent needs a point there.
    text = repr(number)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return representer.represent_scalar("tag:yaml.org,2002:float", text)


_Representer.add_representer(str, _scalar)
_Representer.add_representer(float, _number)
_Representer.add_representer(dict, _Representer.represent_object)
