"""Input made to exhaust memory, time or the stack: refused, quickly, in both YAML loaders."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

import pytest
from definition_cases import load, shown, write

from reconciler.core.errors import DefinitionError
from reconciler.desired.json_source import read_json
from reconciler.desired.yaml_source import FASTEST, PURE, read_yaml

if TYPE_CHECKING:
    import pathlib

SECONDS: Final = 2.0
"""Far more than any of this takes, so that a busy machine is no failure."""


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def merges(levels: int) -> str:
    lines = ["a0: &a0 {k0: 1}"]
    for n in range(1, levels):
        nine = ", ".join([f"*a{n - 1}"] * 9)
        lines += [f"a{n}: &a{n} {{<<: [{nine}], k{n}: 1}}"]
    return "\n".join(lines)


def wide_merges() -> str:
    keys = ", ".join(f"k{n}: 1" for n in range(1000))
    return f"a: &a {{{keys}}}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(1000))


YAML: Final = {
    "billion laughs": laughs(20),
    "billion laughs of merges": merges(20),
    "a large mapping merged a thousand times": wide_merges(),
    "aliases to long text": "a: &a " + "x" * 200_000 + "\nb: [" + "*a, " * 50_000 + "]",
    "a list that holds itself": "a: &a [*a, *a]",
    "a mapping that holds itself": "&a\nb: *a",
    "a merge of itself": "a: &a\n  <<: *a",
    "nested lists": "[" * 100_000,
    "nested mappings": "{a: " * 100_000,
    "nested dashes": "- " * 100_000,
    "nested question marks": "? " * 100_000,
    "nested indentation": "".join(" " * n + "a:\n" for n in range(500)),
    "a million values": "[" + "1," * 1_000_000 + "]",
    "thousands of problems": "[" + "no, " * 40_000 + "]",
    "tag directives": "".join(f"%TAG !a{n}! x\n" for n in range(100_000)) + "--- a",
    "tag directives after the document": "a\n...\n" + "%TAG !a! x\n" * 100_000,
}
SLOW_IN_PYTHON: Final = {"aliases to long text", "a million values", "thousands of problems"}


@pytest.mark.parametrize("name", YAML)
def test_hostile_yaml_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    with pytest.raises(DefinitionError):
        read_yaml(YAML[name], "x.yaml", loader=FASTEST)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("name", sorted(YAML.keys() - SLOW_IN_PYTHON))
def test_hostile_yaml_is_refused_without_the_c_library_too(name: str) -> None:
    with pytest.raises(DefinitionError):
        read_yaml(YAML[name], "x.yaml", loader=PURE)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, f"[{'1,' * 900_000}1]", "1" * 100_000, "[" * 80 + "]" * 80],
    ids=["nested lists", "nested objects", "a million values", "a long number", "too deep"],
)  # fmt: skip
def test_hostile_json_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(DefinitionError):
        read_json(text, "x.json")
    assert time.process_time() - started < SECONDS


def test_long_text_is_no_attack() -> None:
    text = "word " * 300_000
    assert read_yaml(f"a: |\n  {text}\n", "x.yaml").value == {"a": f"{text}\n"}


def test_a_few_aliases_are_welcome() -> None:
    value = read_yaml("a: &a {b: 1}\nc: [*a, *a]", "x.yaml").value
    assert value == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}
    assert value["c"][0] is not value["c"][1]


def test_both_loaders_read_the_same() -> None:
    text = "a: &a [1, '2', ~]\nb:\n  <<: {c: *a}\n  d: |\n    x\n"
    fast, pure = read_yaml(text, "x"), read_yaml(text, "x", loader=PURE)
    assert fast.value == pure.value
    assert all(fast.key_place(at) == pure.key_place(at) for at in fast.marks)
    assert all(fast.value_place(at) == pure.value_place(at) for at in fast.marks)


def test_files_that_include_the_next_one_many_times_are_refused_at_once(
    tmp_path: pathlib.Path,
) -> None:
    many = "\n".join("- {$file: prompts/{}.yaml}" for _ in range(40))
    files = {f"prompts/{n}.yaml": many.replace("{}", str(n + 1)) for n in range(10)}
    start = "system_prompt: x\nlayers: {sts: {$file: prompts/0.yaml}}"
    root = write(tmp_path / "personas", {**files, "prompts/10.yaml": "x", "a.yaml": start})
    started = time.process_time()
    summaries = {found.summary for found in load(root).diagnostics}
    assert "Too many files are included" in summaries
    assert time.process_time() - started < SECONDS


def test_large_structure_included_many_times_is_refused(tmp_path: pathlib.Path) -> None:
    large = "\n".join("- x" for _ in range(3_000))
    many = "\n".join("- {$file: prompts/large.yaml}" for _ in range(40))
    start = f"system_prompt: x\nlayers:\n  sts:\n    a:\n{many}".replace("\n- ", "\n    - ")
    root = write(tmp_path / "personas", {"prompts/large.yaml": large, "a.yaml": start})
    assert "Too much is included" in {found.summary for found in load(root).diagnostics}


def test_of_very_many_problems_some_are_told_and_the_rest_counted(tmp_path: pathlib.Path) -> None:
    text = "system_prompt: x\n" + "".join(f"unknown{n}: 1\n" for n in range(3_000))
    found = load(write(tmp_path / "personas", {"a.yaml": text})).diagnostics
    assert len(found) == 101
    assert shown(found[0]) == (
        "personas/a.yaml error: There are more problems in this definition (2900 more)"
    )


def test_a_large_file_is_refused_before_it_is_read(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path / "personas", {"a.md": b"x" * (2 * 1024 * 1024 + 1)})
    assert [found.summary for found in load(root).diagnostics] == ["The file is too large"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path / "personas", {})
    os.mkfifo(root / "a.yaml")
    assert [found.summary for found in load(root).diagnostics] == ["A file is expected here"]
