"""Bytes that are text, and bytes that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from definition_cases import load, shown, write

from reconciler.desired.text import write_text

if TYPE_CHECKING:
    import pathlib

GOOD = "persona_name: Zoë\nsystem_prompt: x\n"


def told(tmp_path: pathlib.Path, name: str, content: bytes) -> list[str]:
    return [
        shown(found) for found in load(write(tmp_path / "personas", {name: content})).diagnostics
    ]


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.YAML"])
def test_a_byte_order_mark_is_dropped(tmp_path: pathlib.Path, name: str) -> None:
    root = write(tmp_path / "personas", {name: b"\xef\xbb\xbf" + GOOD.encode()})
    assert load(root).require().desired[0].name == "Zoë"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be"])
def test_utf_16_is_named(tmp_path: pathlib.Path, codec: str) -> None:
    content = ("\ufeff" + GOOD if codec.endswith("be") else GOOD).encode(codec)
    assert told(tmp_path, "a.yaml", content) == [
        (
            "personas/a.yaml error: The file is not UTF-8 text (it looks like UTF-16) "
            "[Save it as UTF-8]"
        )
    ]


def test_another_encoding_is_shown_where_it_starts(tmp_path: pathlib.Path) -> None:
    assert told(tmp_path, "a.md", b"---\n---\nna\xefve\n") == [
        (
            "personas/a.md:3:3 error: The file is not UTF-8 text (the bytes here are not UTF-8) "
            "[Save it as UTF-8]"
        )
    ]


def test_a_binary_file_is_no_text(tmp_path: pathlib.Path) -> None:
    assert told(tmp_path, "a.json", b"{}\n\x00") == [
        "personas/a.json:2:1 error: The file is not text (it holds a NUL byte)"
    ]


def test_an_included_binary_file_is_told_with_the_way_to_it(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": b"system_prompt: {$file: prompts/x.txt}",
        "prompts/x.txt": b"a\x00",
    }
    loaded = load(write(tmp_path / "personas", files))
    assert [shown(found) for found in loaded.diagnostics] == [
        (
            "personas/prompts/x.txt:1:2 error: The file is not text (it holds a NUL byte) "
            "via personas/a.yaml:1:16"
        )
    ]


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path / "personas", {})
    (root / "a.yaml").symlink_to(root / "b.yaml")
    assert [shown(found) for found in load(root).diagnostics] == [
        "personas/a.yaml error: The file cannot be read (No such file or directory)"
    ]


def test_what_is_written_keeps_links_mode_and_line_ends_and_leaves_nothing_beside(
    tmp_path: pathlib.Path,
) -> None:
    file, link = tmp_path / "a.yaml", tmp_path / "link.yaml"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_text(link, "new\r\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"new\r\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"a.yaml", "link.yaml"}
