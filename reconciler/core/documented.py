"""Models whose attributes are described where they are declared, and read only for a schema.

Pydantic can take these texts when a class is made, but then every start of the program parses the
sources of its models, which is a sixth of what `validate` does before it opens the first file.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema


class Documented(BaseModel):
    """The text below an attribute is the description of it in the JSON Schema."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema with descriptions."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in descriptions(cls).items():
            if name in properties:
                properties[name]["description"] = text
        return schema


def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Attribute → the text below it, of a class and those that it is made from."""
    return dict(_descriptions(model))


def _descriptions(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    import ast
    import inspect
    import textwrap

    for kind in reversed(model.__mro__):
        if not issubclass(kind, Documented) or kind is Documented:
            continue
        (declared,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        if not isinstance(declared, ast.ClassDef):
            continue
        for attribute, below in pairwise(declared.body):
            match attribute, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    yield name, inspect.cleandoc(text)
