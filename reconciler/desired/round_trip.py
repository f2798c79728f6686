"""YAML text written anew with even indentation; comments, anchors and quotes stay."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from reconciler.desired.yaml_writer import fits_a_block

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_FOLDING: Final = 2**30
_WIDEST: Final = 100
"""Characters of a collection in brackets that still stands on one line."""
_LONGEST: Final = 200
"""Characters of a prompt that still stands on the line of its key."""
_PROMPTS: Final = frozenset({"system_prompt", "context"})


def laid_out(text: str) -> str:
    """The text as the project writes YAML.

    Two blanks per level, four for the items of a list; long prompts and texts of several lines as
    blocks; long collections without brackets.
    """
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _NO_FOLDING
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    _open_up(document)
    stream = io.StringIO()
    yaml.dump(document, stream)
    written = stream.getvalue()
    # The library closes a document that ends with a block of kept line ends.
    return written.removesuffix("...\n") if written.endswith("\n...\n") else written


def _open_up(node: object, *, in_brackets: bool = False) -> None:
    """Long collections out of their brackets, and long texts into blocks; all anchors to stay."""
    _keep_anchor(node)
    if not isinstance(node, CommentedMap | CommentedSeq):
        return
    if node.fa.flow_style() and not in_brackets and len(_on_one_line(node)) > _WIDEST:
        node.fa.set_block_style()
    in_brackets = in_brackets or bool(node.fa.flow_style())
    for key, value in _members(node):
        _open_up(value, in_brackets=in_brackets)
        if isinstance(value, str) and not in_brackets and _is_for_a_block(key, value):
            node[key] = _block(value)


def _keep_anchor(node: object) -> None:
    anchor = getattr(node, "anchor", None)
    if anchor is not None and anchor.value:
        anchor.always_dump = True


def _block(text: str) -> LiteralScalarString:
    anchor = getattr(text, "anchor", None)
    name = anchor.value if anchor is not None else None
    block: LiteralScalarString = LiteralScalarString(text, anchor=name)
    return block


def _members(node: CommentedMap | CommentedSeq) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, CommentedSeq):
        yield from enumerate(list(node))
    else:
        # Members that a merge key brings stand elsewhere.
        yield from list(node.non_merged_items())


def _on_one_line(node: CommentedMap | CommentedSeq) -> str:
    return json.dumps(node, ensure_ascii=False, default=str)


def _is_for_a_block(key: str | int, value: str) -> bool:
    if isinstance(value, LiteralScalarString | FoldedScalarString) or not fits_a_block(value):
        return False
    return "\n" in value or (key in _PROMPTS and len(value) > _LONGEST)
