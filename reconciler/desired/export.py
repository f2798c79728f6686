"""Live to a definition an author would have written: only what says something, no secrets."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, dotted, equal, is_unset
from reconciler.core.fields import Compare, field_at, is_read_only
from reconciler.core.persona.shape import fields
from reconciler.core.secret import MASK, Secret
from reconciler.core.service.behaviour import SHIPPED_DEFAULTS
from reconciler.core.vocabulary import Vocabulary, canonical_path, spelled
from reconciler.desired.placeholders import Waiting, placeholder, text_with_placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Absent, Json, Object, Path

LONGEST_INLINE_PROMPT: Final = 200
"""Characters of a prompt that may stand in a YAML file."""

MOST_INLINE_LINES: Final = 3
"""Lines of a prompt that may stand in a YAML file."""

_LONGEST_KEY: Final = 60
_MODELINE: Final = "# yaml-language-server: $schema="
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


class _Tidying:
    """One document: what is told about it so far, and what stands for its secrets."""

    def __init__(
        self, key: str, variables: Mapping[str, str], defaults: Mapping[Path, Json]
    ) -> None:
        self.defaults = defaults
        self.notes: list[str] = []
        self.comments: list[str] = []
        """The notes on what the file has no line for."""
        self._key = key
        self._variables = variables

    def leave_out(self, path: Path, why: str) -> Absent:
        """Note a member of which nothing is written."""
        self.comments.append(f"{_shown(path)} {why} and was left out")
        self.notes.append(self.comments[-1])
        return ABSENT

    def secret(self, path: Path, value: Json) -> Json | Absent:
        """What is written for a secret: its placeholder, or nothing where it is no text."""
        if not isinstance(value, str | Secret):
            return self.leave_out(path, "holds a secret")
        variable = _variable(self._key, path)
        stand_in = placeholder(variable, value, self._variables)
        note = f"{_shown(path)} holds a secret; {{$env: {variable}}} stands for it"
        self.notes.append(f"{note} as a comment" if isinstance(stand_in, Waiting) else note)
        return stand_in


def definition_files(
    document: Object,
    key: str,
    *,
    vocabulary: Vocabulary = Vocabulary.PERSONA,
    schema: str = "",
    variables: Mapping[str, str] = MappingProxyType({}),
    defaults: Mapping[Path, Json] = SHIPPED_DEFAULTS,
) -> tuple[str, str, list[str]]:
    """The suffix and the text of the definition file for a document from the API, and notes.

    The document may be in either vocabulary, and flat or in the documented wrapper
    {"data": [...]}. The file holds what says something, in the order of the model: no read-only
    members, unset values, or values equal to their default.

    A long prompt makes a Markdown file: the fields as front matter, the prompt (each CRLF as LF)
    as body, and one newline. In place of a secret stands {$env: NAME}, with a name made from key;
    as a comment where that variable does not hold it. What else was left out is told in comments.

    Args:
        document: a live persona.
        key: the key the definition will have.
        vocabulary: whose words to write.
        schema: path or address of the JSON Schema, for editors; none where empty.
        variables: the environment.
        defaults: what an absent member stands for, by path.
    """
    tidying = _Tidying(key, variables, defaults)
    tidy = _members(_unwrapped(document), (), tidying)
    comments = [f"{_MODELINE}{schema}"] if schema else []
    comments += [f"# {note}." for note in tidying.comments]
    head = "".join(line + "\n" for line in comments)
    prompt = tidy.get("system_prompt")
    if isinstance(prompt, str) and _is_long(prompt):
        front = _spelled({k: v for k, v in tidy.items() if k != "system_prompt"}, vocabulary)
        # Read back, a CRLF is a line end like any other; fmt writes it so, too.
        body = prompt.replace("\r\n", "\n")
        return ".md", f"---\n{head}{text_with_placeholders(front)}---\n{body}\n", tidying.notes
    return (
        ".yaml",
        head + (text_with_placeholders(_spelled(tidy, vocabulary)) or "{}\n"),
        tidying.notes,
    )


def key_from_name(name: str, taken: set[str]) -> str:
    """A key made from a persona's name: small letters, digits and dashes, not among taken."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only)[:_LONGEST_KEY].strip("-") or "persona"
    key, number = slug, 1
    while key in taken:
        number += 1
        key = f"{slug}-{number}"
    return key


def name_of(document: Object) -> str:
    """The name of a persona in a document from the API; empty where it has none."""
    name = _unwrapped(document).get("persona_name")
    return name if isinstance(name, str) else ""


def _unwrapped(document: Object) -> Object:
    """The persona of an answer, in canonical names."""
    data = document.get("data")
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
        document = data[0]
    return _canonical_names(document)


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


def _members(value: Object, path: Path, tidying: _Tidying) -> Object:
    kept = {name: _kept(child, (*path, name), tidying) for name, child in value.items()}
    names = [name for name, child in kept.items() if child is not ABSENT]
    order = {at[-1]: place for place, at in enumerate(fields()) if at[:-1] == path}
    return {name: kept[name] for name in sorted(names, key=lambda n: order.get(n, len(order)))}


def _kept(value: Json, path: Path, tidying: _Tidying) -> Json | Absent:
    how = field_at(path)
    if is_read_only(path) or is_unset(value):
        return ABSENT
    if not _is_known(path):
        return tidying.leave_out(path, "is not known to this version")
    if how.compare in {Compare.OBJECT, Compare.MAP} and isinstance(value, dict):
        return _members(value, path, tidying) or ABSENT
    if how.sensitive or any(_is_secret(leaf) for leaf in _leaves(value)):
        return tidying.secret(path, value)
    return ABSENT if equal(value, tidying.defaults.get(path, ABSENT)) else value


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


def _shown(path: Path) -> str:
    return " ".join(dotted(path).split())


def _variable(key: str, path: Path) -> str:
    """A name for the environment variable of a secret: CONCIERGE_LLM_API_KEY."""
    steps = [step for step in path if step not in {"layers", "headers"}]
    return re.sub(r"[^A-Z0-9]+", "_", "_".join((key, *steps)).upper()).strip("_")
