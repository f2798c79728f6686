"""Everything that is known of one field."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

from reconciler.core.documented import descriptions
from reconciler.core.explain.explanation import Default, Explanation, Member
from reconciler.core.explain.serving import findings, sentences
from reconciler.core.explain.types import properties, type_of
from reconciler.core.explain.writing import is_patchable, patch_words
from reconciler.core.fields import FIELDS, FLOW, READ_ONLY, Compare, field_at
from reconciler.core.persona.known import DEPRECATED_FIELDS, KNOWN
from reconciler.core.persona.persona import Persona
from reconciler.core.persona.shape import model_at
from reconciler.core.persona.sources import OF_TOOLS, PROVENANCE
from reconciler.core.persona.tools import Tool
from reconciler.core.service.defaults import DEFAULTS, NOT_KNOWN
from reconciler.core.service.question import as_json
from reconciler.core.vocabulary import Vocabulary, other_spellings, spelled, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from reconciler.core.document import Path
    from reconciler.core.persona.sources import Provenance
    from reconciler.core.service.profile import Profile

_FREE: Final = frozenset({Compare.MAP, Compare.JSON})


def explain(path: Path, profile: Profile) -> Explanation | None:
    """What is known of the field at a canonical path; None where there is no such field."""
    if (model := model_at(path[:-1])) is not None and path and path[-1] in model.model_fields:
        return _field(path, model, profile)
    if not path:
        return _of_the_whole(profile)
    if path in READ_ONLY:
        return _only_read(path, profile)
    if _is_free(path):
        return _free(path, profile)
    return None


def _field(path: Path, model: type[BaseModel], profile: Profile) -> Explanation:
    name, provenance = path[-1], provenance_of(path)
    in_list = _is_in_a_tool(path)
    return Explanation(
        path,
        spelled(path, Vocabulary.PAL),
        tuple(other for other in other_spellings(path) if vocabulary_of(other) is None),
        type_of(model, name),
        " ".join(descriptions(model)[name].split()),
        patch_words(path, profile, in_list=in_list),
        is_patchable=True,
        examples=tuple(properties(model)[name].get("examples", ())),
        values=KNOWN.get(path),
        default=_default(path, profile),
        server=() if in_list else tuple(sentences(path, provenance)),
        findings=findings(path, profile),
        replaced=DEPRECATED_FIELDS.get(path),
        is_sensitive=field_at(path).sensitive,
        provenance=provenance,
        members=tuple(_members(model_at(path))),
    )


def _of_the_whole(profile: Profile) -> Explanation:
    text = " ".join((inspect.getdoc(Persona) or "").split())
    return Explanation(
        (), (), (), "object", text, patch_words((), profile, in_list=False),
        is_patchable=True, members=tuple(_members(Persona)),
    )  # fmt: skip


def _only_read(path: Path, profile: Profile) -> Explanation:
    provenance = PROVENANCE.get(path)
    return Explanation(
        path,
        spelled(path, Vocabulary.PAL),
        (),
        "read only",
        "Tavus writes this; it is no field of a definition.",
        patch_words(path, profile, in_list=False),
        is_patchable=is_patchable(path),
        provenance=provenance,
    )


def _is_free(path: Path) -> bool:
    """Whether a path leads to a member whose name is free."""
    return any(
        at in FIELDS and FIELDS[at].compare in _FREE
        for at in (path[:length] for length in range(1, len(path)))
    )


def _free(path: Path, profile: Profile) -> Explanation:
    """A member that the author, or an engine, names."""
    sensitive = field_at(path).sensitive
    above = next(path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in FIELDS)
    return Explanation(
        path,
        path,
        (),
        "text" if sensitive else "any JSON",
        "A member whose name is free; it is sent as it is.",
        patch_words(path, profile, in_list=False),
        is_patchable=True,
        server=tuple(sentences(path, None)),
        findings=findings(above, profile),
        is_sensitive=sensitive,
        provenance=PROVENANCE.get(above),
    )


def provenance_of(path: Path) -> Provenance | None:
    """How the field at a canonical path is known."""
    if (known := PROVENANCE.get(path)) is not None:
        return known
    return OF_TOOLS.get(path[_tool_in(path) :]) if _is_in_a_tool(path) else None


def _is_in_a_tool(path: Path) -> bool:
    return bool(_tool_in(path))


def _tool_in(path: Path) -> int:
    """How many names lead to the list of tools that the path goes through; 0 for none."""
    return next((n for n in range(1, len(path)) if model_at(path[:n]) is Tool), 0)


def _default(path: Path, profile: Profile) -> Default:
    question = DEFAULTS.get(path)
    if question is None or (value := profile.value(question.id)) == NOT_KNOWN:
        return Default()
    since = question.date if value == question.default else ""
    condition = "once the layer has a member" if path[: len(FLOW)] == FLOW else ""
    return Default(as_json(value), since, condition)


def _members(model: type[BaseModel] | None) -> Iterator[Member]:
    if model is None:
        return
    texts = descriptions(model)
    for name in model.model_fields:
        yield Member(name, type_of(model, name), " ".join(texts[name].split()))
