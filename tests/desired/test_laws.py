"""Laws of reading definitions."""

from __future__ import annotations

import json
import pathlib
import tempfile
from typing import TYPE_CHECKING, Any

import yaml
from definition_cases import load, portrait, shown, write
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.errors import DefinitionError
from reconciler.desired.json_source import read_json
from reconciler.desired.project import load_project
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from reconciler.desired.loader import Loaded
    from reconciler.desired.source import Source

SUFFIXES = st.sampled_from(["yaml", "yml", "json", "md"])
FRAGMENTS = st.one_of(
    st.sampled_from(["persona_name", "layers", "llm", "reconcile", "ignore", "/layers", "a.yaml"]),
    st.sampled_from(["012", "no", "1e9", "~", "$file", "$env", "<<", "&a ", "*a", "!x", "---\n"]),
    st.sampled_from([": ", ", ", "- ", "  ", "\n", "\t", "\x00", "\x07", "\u2028", "\ufeff"]),
    st.sampled_from(list(":{}[]\"'|>%@#?\\é😀")),
)
CLUMSY = st.lists(FRAGMENTS, max_size=25).map("".join).map(str.encode)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**9), 10**9),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8"), max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
PROMPT = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))


def loaded(files: dict[str, str | bytes]) -> Loaded:
    with tempfile.TemporaryDirectory() as directory:
        return load(write(pathlib.Path(directory) / "personas", files))


@given(st.one_of(st.binary(max_size=200), CLUMSY), SUFFIXES)
def test_whatever_a_file_holds_it_gives_definitions_or_diagnostics(
    content: bytes, suffix: str
) -> None:
    found = loaded({f"a.{suffix}": content})
    assert found.desired or found.diagnostics
    for diagnostic in found.diagnostics:
        assert diagnostic.place is not None
        assert shown(diagnostic).isprintable()


@given(st.one_of(st.binary(max_size=200), CLUMSY))
def test_whatever_the_project_file_holds_it_is_a_project_or_a_list_of_problems(
    content: bytes,
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        try:
            load_project(write(pathlib.Path(directory), {"reconciler.yaml": content}))
        except DefinitionError as refused:
            problems = refused.diagnostics
        else:
            return
    assert problems


@given(PROMPT, st.booleans())
def test_the_body_of_a_markdown_definition_is_the_prompt_byte_for_byte(
    body: str, windows: bool
) -> None:
    text = f"---\npersona_name: A\n---\n{body}\n"
    text = text.replace("\n", "\r\n") if windows else text
    (desired,) = loaded({"a.md": text + "x"}).desired
    assert desired.document["system_prompt"] == f"{body}\nx"
    if body.strip():
        (desired,) = loaded({"a.md": text}).desired
        assert desired.document["system_prompt"] == body


@given(
    st.dictionaries(st.from_regex("[a-d]{1,3}", fullmatch=True), st.text("ab ", min_size=1)),
    st.randoms(),
)
def test_what_is_read_does_not_depend_on_the_order_of_files(
    names: dict[str, str],
    random: Any,
) -> None:
    files: dict[str, str | bytes] = {
        f"{key}.json": json.dumps({"persona_name": name, "system_prompt": "x"})
        for key, name in names.items()
    }
    shuffled = list(files.items())
    random.shuffle(shuffled)
    one, other = loaded(files), loaded(dict(shuffled))
    assert [*map(portrait, one.desired)] == [*map(portrait, other.desired)]
    assert one.diagnostics == other.diagnostics


@given(VALUES)
def test_json_reads_as_the_json_module_reads_it_and_every_value_has_a_place(value: Any) -> None:
    text = json.dumps(value, indent=2)
    source = read_json(text, "x")
    assert source.value == value
    assert every_place_is_right(source, text)


@given(VALUES)
def test_yaml_reads_back_what_was_written_with_quotes(value: Any) -> None:
    text = yaml.dump(value, Dumper=Quoting, allow_unicode=False)
    assert read_yaml(text, "x").value == value


class Quoting(yaml.SafeDumper):
    """Writes all text in double quotes."""


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def every_place_is_right(source: Source, text: str) -> bool:
    """Whether, at the place of each key, that key starts, and so for the values."""
    lines = text.split("\n")
    for at in source.marks:
        place = source.value_place(at)
        value = source.value
        for step in at:
            value = value[step]
        rest = lines[place.line - 1][place.column - 1 :]
        if not rest.startswith(json.dumps(value)[:1]):
            return False
        if at and isinstance(at[-1], str):
            place = source.key_place(at)
            if not lines[place.line - 1][place.column - 1 :].startswith(json.dumps(at[-1])):
                return False
    return True
