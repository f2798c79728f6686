"""The model seen from outside: which fields there are, by path, and what each is made of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, get_args, get_origin

from pydantic import BaseModel

from reconciler.core.persona.persona import Persona

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Path


def _model_in(annotation: object, *, through_lists: bool) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is list and not through_lists:
        return None
    parts = (_model_in(part, through_lists=through_lists) for part in get_args(annotation))
    return next(filter(None, parts), None)


def model_at(path: Path, root: type[BaseModel] = Persona) -> type[BaseModel] | None:
    """The model of the object at path, or None where path leads to no object with known members.

    A list of objects has the model of its items: ("layers", "llm", "tools") gives Tool.
    """
    for name in path:
        field = root.model_fields.get(name)
        found = _model_in(field.annotation, through_lists=True) if field else None
        if found is None:
            return None
        root = found
    return root


def _fields(model: type[BaseModel], path: Path) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        here = (*path, name)
        yield here
        if child := _model_in(field.annotation, through_lists=False):
            yield from _fields(child, here)


@cache
def fields() -> tuple[Path, ...]:
    """Every field an author may write, as canonical path, in model order.

    The members of tools are not among them: they stand in lists, which paths do not enter.
    """
    return tuple(_fields(Persona, ()))
