"""Live to a definition an author would have written: only what says something, no secrets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, dotted, equal, is_unset
from reconciler.core.fields import Compare, field_at, is_read_only
from reconciler.core.persona.shape import fields
from reconciler.core.secret import MASK, Secret
from reconciler.core.vocabulary import Vocabulary, canonical_path, spelled
from reconciler.desired.yaml_writer import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Absent, Json, Object, Path

LONGEST_INLINE_PROMPT: Final = 200
"""Characters of a prompt that may stand in a YAML file."""

MOST_INLINE_LINES: Final = 3
"""Lines of a prompt that may stand in a YAML file."""

_LONGEST_KEY: Final = 60
_MODELINE: Final = "# yaml-language-server: $schema="
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A member that is not in the definition although it is set."""

    path: Path
    is_secret: bool

    def note(self, variable: str = "NAME") -> str:
        name = " ".join(dotted(self.path).split())
        if self.is_secret:
            advice = f"{dotted(self.path[-1:])}: {{$env: {variable}}}"
            return f"{name} holds a secret and was left out; to manage it, write {advice}"
        return f"{name} is not known to this version and was left out"


def definition(document: Object) -> tuple[Object, list[str]]:
    """What of a document from the API is worth writing down, and notes on what was left out.

    The document may be in either vocabulary, and flat or in the documented wrapper
    {"data": [...]}. The result is canonical, in the order of the model, without read-only
    members, unset values, values equal to their default, and secrets.
    """
    left_out: list[_LeftOut] = []
    tidy = _tidied(document, left_out)
    return tidy, [one.note() for one in left_out]


def definition_files(
    document: Object, key: str, *, vocabulary: Vocabulary = Vocabulary.PERSONA, schema: str = ""
) -> tuple[str, str]:
    """The suffix and the text of the definition file for a document from the API.

    A long prompt makes a Markdown file: the fields as front matter, the prompt byte for byte as
    body, and one newline. What was left out is told in comments, with names for variables made
    from key.

    Args:
        document: as for `definition`; what `definition` returned will do as well.
        key: the key the definition will have.
        vocabulary: whose words to write.
        schema: path or address of the JSON Schema, for editors; none where empty.
    """
    left_out: list[_LeftOut] = []
    tidy = _tidied(document, left_out)
    comments = [f"{_MODELINE}{schema}"] if schema else []
    comments += [f"# {one.note(_variable(key, one.path))}." for one in left_out]
    head = "".join(line + "\n" for line in comments)
    prompt = tidy.get("system_prompt")
    if isinstance(prompt, str) and _is_long(prompt):
        front = _spelled({k: v for k, v in tidy.items() if k != "system_prompt"}, vocabulary)
        return ".md", f"---\n{head}{yaml_text(front) if front else ''}---\n{prompt}\n"
    return ".yaml", head + yaml_text(_spelled(tidy, vocabulary))


def key_from_name(name: str, taken: set[str]) -> str:
    """A key made from a persona's name: small letters, digits and dashes, not among taken."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only)[:_LONGEST_KEY].strip("-") or "persona"
    key, number = slug, 1
    while key in taken:
        number += 1
        key = f"{slug}-{number}"
    return key


def _tidied(document: Object, left_out: list[_LeftOut]) -> Object:
    data = document.get("data")
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
        document = data[0]
    return _members(_canonical_names(document), (), left_out)


def _canonical_names(value: Object, path: Path = ()) -> Object:
    """With every member under its canonical name; of two spellings the one that is set."""
    found: Object = {}
    for name, member in value.items():
        here = canonical_path((*path, name))
        if field_at(here).compare is Compare.OBJECT and isinstance(member, dict):
            member = _canonical_names(member, here)  # noqa: PLW2901 - the member under its right names
        if is_unset(found.get(here[-1])) or (name == here[-1] and not is_unset(member)):
            found[here[-1]] = member
    return found


def _members(value: Object, path: Path, left_out: list[_LeftOut]) -> Object:
    kept = {name: _kept(child, (*path, name), left_out) for name, child in value.items()}
    names = [name for name, child in kept.items() if child is not ABSENT]
    order = {at[-1]: place for place, at in enumerate(fields()) if at[:-1] == path}
    return {name: kept[name] for name in sorted(names, key=lambda n: order.get(n, len(order)))}


def _kept(value: Json, path: Path, left_out: list[_LeftOut]) -> Json | Absent:
    how = field_at(path)
    if is_read_only(path) or is_unset(value):
        return ABSENT
    if not _is_known(path):
        left_out.append(_LeftOut(path, is_secret=False))
        return ABSENT
    if how.compare in {Compare.OBJECT, Compare.MAP} and isinstance(value, dict):
        return _members(value, path, left_out) or ABSENT
    if how.sensitive or any(_is_secret(leaf) for leaf in _leaves(value)):
        left_out.append(_LeftOut(path, is_secret=True))
        return ABSENT
    return ABSENT if equal(value, how.default) else value


def _is_known(path: Path) -> bool:
    return path in fields() or field_at(path[:-1]).compare is Compare.MAP


def _is_secret(value: Json) -> bool:
    return isinstance(value, Secret) or value == MASK


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _leaves(child)
    else:
        yield value


def _is_long(prompt: str) -> bool:
    many = len(prompt) > LONGEST_INLINE_PROMPT or len(prompt.splitlines()) > MOST_INLINE_LINES
    return many and bool(prompt.strip()) and not _CONTROL.search(prompt)


def _spelled(value: Object, vocabulary: Vocabulary, path: Path = ()) -> Object:
    return {
        spelled((*path, name), vocabulary)[-1]: _spelled(child, vocabulary, (*path, name))
        if isinstance(child, dict) and field_at((*path, name)).compare is Compare.OBJECT
        else child
        for name, child in value.items()
    }


def _variable(key: str, path: Path) -> str:
    """A name for the environment variable of a secret: CONCIERGE_LLM_API_KEY."""
    steps = [step for step in path if step not in {"layers", "headers"}]
    return re.sub(r"[^A-Z0-9]+", "_", "_".join((key, *steps)).upper()).strip("_")
