"""reconciler.yaml: defaults, overrides and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from definition_cases import shown, write

from reconciler.core.errors import DefinitionError, SettingsError
from reconciler.core.limit import Limit
from reconciler.desired.project import load_project

if TYPE_CHECKING:
    import pathlib

    from reconciler.core.project import Project

SMALL = "version: 1\ndefault_environment: sandbox\nenvironments: {sandbox: {api: sandbox}}\n"

LARGE = """\
version: 1
definitions: definitions/personas
default_environment: staging
environments:
  sandbox: {api: sandbox}
  staging:
    api: "http://127.0.0.1:8765/"
    api_key: {$env: TAVUS_API_KEY_STAGING}
    state: local
    vars: {face: r90bbd427f71}
    client: {concurrency: 2}
    guards: {max_deletes: 10%}
  prod: {prune: true, client: {dialect: pals}}
client: {concurrency: 16, timeout: 12.5, read_each: true}
guards: {max_updates: 7}
"""


def project(tmp_path: pathlib.Path, text: str) -> Project:
    return load_project(write(tmp_path, {"reconciler.yaml": text}))


def told(tmp_path: pathlib.Path, text: str) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        project(tmp_path, text)
    return [shown(found).removeprefix("reconciler.yaml:") for found in refused.value.diagnostics]


def test_the_smallest_project_has_the_documented_defaults(tmp_path: pathlib.Path) -> None:
    found = project(tmp_path, SMALL)
    settings = found.settings()
    assert (found.definitions, settings.name, settings.is_sandbox) == ("personas", "sandbox", True)
    client, guards = settings.client, settings.guards
    assert (client.dialect, client.concurrency, client.timeout) == ("personas", 8, 30)
    assert (client.retries, client.page_size) == (4, 100)
    assert (client.read_each, client.target_live) == (False, False)
    assert (str(guards.max_updates), str(guards.max_deletes)) == ("30%", "5")
    assert not settings.environment.prune


def test_an_environment_speaks_to_the_vendor_with_the_usual_variable(
    tmp_path: pathlib.Path,
) -> None:
    prod = project(tmp_path, LARGE).settings("prod")
    assert prod.environment.api == "https://tavusapi.com"
    assert prod.environment.api_key == "TAVUS_API_KEY"
    assert prod.environment.prune
    assert not prod.is_sandbox


def test_an_environment_overrides_single_members(tmp_path: pathlib.Path) -> None:
    staging = project(tmp_path, LARGE).settings()
    assert staging.environment.api == "http://127.0.0.1:8765"
    assert staging.environment.api_key == "TAVUS_API_KEY_STAGING"
    assert staging.environment.vars == {"face": "r90bbd427f71"}
    assert (staging.client.concurrency, staging.client.timeout) == (2, 12.5)
    assert staging.client.read_each
    assert staging.guards.max_updates == Limit(7)
    assert staging.guards.max_deletes == Limit(10, is_share=True)


def test_an_unknown_environment_suggests_the_nearest(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SettingsError) as refused:
        project(tmp_path, LARGE).settings("stagin")
    assert refused.value.hint == "Did you mean «staging»?"


def test_a_missing_project_file_names_the_command_that_makes_one(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"reconciler.yaml": SMALL})
    with pytest.raises(SettingsError) as refused:
        load_project(write(tmp_path / "below", {}))
    assert "reconciler init" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 error: The project file is not a mapping [Write setting: value]"]),
        ("version: 1\n\tx", [("2:1 error: A tab is used for indentation "
            "(line 2 starts with a tab) [Indent with spaces; YAML does not allow tabs there]")]),
        (SMALL.replace("1", "2"), ["1:10 error: Unknown value (version: expected 1)"]),
        (SMALL + "definitons: x", [
            "4:1 error: Unknown setting (definitons) [Did you mean definitions?]"]),
        (SMALL + "client: {timeot: 3}", [
            "4:10 error: Unknown setting (client.timeot) [Did you mean timeout?]"]),
        (SMALL + "client: {concurrency: 0, retries: many}", [
            "4:23 error: The number is out of range (client.concurrency: at least 1)",
            "4:35 error: Wrong type (client.retries: a whole number is expected)"]),
        (SMALL + "guards: {max_updates: 130%}", [
            ("4:23 error: The value cannot be used (guards.max_updates: "
            "a count such as 5, or a share of 0% to 100%, is expected)")]),
        (SMALL + "definitions: ../x", [
            ("4:14 error: The value cannot be used (definitions: "
            "a path below the project directory, with forward slashes)")]),
        ("environments: {}", [
            ("1:1 error: A required setting is missing (default_environment) "
            "[Add default_environment]"),
            "1:1 error: A required setting is missing (version) [Add version]",
            "1:15 error: At least one is needed (environments)"]),
        (SMALL.replace("default_environment: sandbox", "default_environment: prod"), [
            ("1:1 error: The value cannot be used "
            "(default_environment names none of the environments)")]),
    ],
)  # fmt: skip
def test_problems_are_told_at_their_place(
    tmp_path: pathlib.Path, text: str, expected: list[str]
) -> None:
    assert sorted(told(tmp_path, text)) == sorted(expected)


@pytest.mark.parametrize(
    ("member", "summary"),
    [
        ("api: ftp://x.y", "The value cannot be used"),
        ("api: https://user:CANARY@x.y", "The value cannot be used"),
        ("api_key: CANARY-literal", "The value cannot be used"),
        ("api_key: {$env: CANARY-1}", "The value cannot be used"),
        ("state: ftp://x/y", "The value cannot be used"),
        ("apikey: CANARY", "Unknown setting"),
        ('prune: "yes"', "Wrong type"),
    ],
)
def test_an_environment_is_checked_without_showing_a_key(
    tmp_path: pathlib.Path, member: str, summary: str
) -> None:
    (line,) = told(tmp_path, SMALL.replace("{api: sandbox}", f"{{{member}}}"))
    assert summary in line
    assert "CANARY" not in line


def test_a_share_is_rounded_down_and_has_a_floor() -> None:
    share = Limit.parse("30%")
    assert [share.of(total) for total in (1, 3, 4, 10, 100)] == [0, 0, 1, 3, 30]
    assert share.of(2, floor=3) == 3
    assert Limit.parse(5).of(2, floor=7) == 5


@pytest.mark.parametrize("value", [-1, True, 1.5, "30 %", "101%", None, [], "many"])
def test_a_limit_is_a_count_or_a_share(value: object) -> None:
    with pytest.raises(ValueError, match="a count such as 5"):
        Limit.parse(value)
