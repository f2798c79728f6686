"""overlays/<environment>/<kind>/<key>.yaml: what differs in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from composing import SMALL, extending, load, one, told

from reconciler.core.resource import How, Use

if TYPE_CHECKING:
    import pathlib

OVERLAY = "overlays/prod/persona/a.yaml"


def test_an_overlay_is_laid_over_its_definition_in_its_environment_only(
    tmp_path: pathlib.Path,
) -> None:
    files: dict[str, str | bytes] = {
        "bases/b.yaml": "greeting: base\n",
        "a.yaml": SMALL + "default_replica_id: r1\n" + extending("bases/b.yaml"),
        OVERLAY: "greeting: prod\ndefault_replica_id: null\n",
    }
    assert one(tmp_path, files).document["greeting"] == "base"
    desired = one(tmp_path, files, environment="prod")
    assert desired.document["greeting"] == "prod"
    assert desired.document["default_replica_id"] is None
    assert str(desired.places["greeting",]) == f"{OVERLAY}:1:1"
    assert str(desired.place) == "personas/a.yaml"
    assert desired.sources == ("personas/a.yaml", "personas/bases/b.yaml", OVERLAY)
    assert Use("personas/a.yaml", How.OVERLAID_BY, OVERLAY) in desired.uses


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("overlays/prod/persona/a.json", '{"system_prompt": "Prod."}'),
        ("overlays/prod/persona/a.md", "---\n---\nProd.\n"),
        ("overlays/prod/persona/a.yml", "system_prompt: {$file: prompts/prod.md}\n"),
    ],
)
def test_an_overlay_may_be_of_every_kind_that_a_definition_is(
    tmp_path: pathlib.Path, name: str, text: str
) -> None:
    files: dict[str, str | bytes] = {"a.yaml": SMALL, "prompts/prod.md": "Prod.\n", name: text}
    desired = one(tmp_path, files, environment="prod")
    assert desired.document["system_prompt"] == "Prod."


def test_an_overlay_goes_by_the_key_that_the_definition_gives_itself(
    tmp_path: pathlib.Path,
) -> None:
    files: dict[str, str | bytes] = {
        "anything.yaml": SMALL + "reconcile: {key: a}\n", OVERLAY: "greeting: prod\n",
    }  # fmt: skip
    assert one(tmp_path, files, environment="prod").document["greeting"] == "prod"


def test_an_overlay_may_protect_label_and_ignore(tmp_path: pathlib.Path) -> None:
    over = "reconcile: {protect: true, labels: {stage: live}, ignore: [/greeting]}\n"
    files: dict[str, str | bytes] = {
        "a.yaml": SMALL + "greeting: x\nreconcile: {labels: {team: care}}\n", OVERLAY: over,
    }  # fmt: skip
    desired = one(tmp_path, files, environment="prod")
    assert desired.reserved.protect
    assert desired.reserved.labels == {"team": "care", "stage": "live"}
    assert "greeting" not in desired.document


def test_of_two_definitions_of_one_key_the_one_for_the_environment_is_overlaid(
    tmp_path: pathlib.Path,
) -> None:
    files: dict[str, str | bytes] = {
        "one/a.yaml": SMALL + "reconcile: {environments: [sandbox]}\n",
        "two/a.yaml": SMALL + "greeting: two\nreconcile: {environments: [prod]}\n",
        OVERLAY: "layers: {stt: {hotwords: x}}\n",
    }
    desired = one(tmp_path, files, environment="prod")
    assert desired.sources == ("personas/two/a.yaml", OVERLAY)
    assert "layers" not in one(tmp_path, files).document


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"overlays/prod/persona/b.yaml": "greeting: x\n"},
            [(
                "overlays/prod/persona/b.yaml error: This overlay has no definition "
                "(there is no persona/b in prod) [Did you mean persona/a?]"
            )],
        ),
        (
            {
                "b.yaml": SMALL.replace("A", "B") + "reconcile: {environments: [sandbox]}\n",
                "overlays/prod/persona/b.yaml": "greeting: x\n",
            },
            [(
                "overlays/prod/persona/b.yaml error: This overlay has no definition "
                "(there is no persona/b in prod) [Did you mean persona/a?]"
            )],
        ),
        (
            {"overlays/prd/persona/a.yaml": "greeting: x\n", "overlays/README.md": "x"},
            [(
                "overlays/prd error: The project has no such environment («prd») "
                "[Did you mean prod?]"
            )],
        ),
        (
            {OVERLAY: "# nothing yet\n"},
            [f"{OVERLAY}:1:1 error: The overlay is empty [Write field: value, or remove the file]"],
        ),
        (
            {OVERLAY: "{}\n"},
            [f"{OVERLAY}:1:1 error: The overlay is empty [Write field: value, or remove the file]"],
        ),
        (
            {"overlays/prod/a.yaml": "greeting: x\n"},
            [(
                "overlays/prod/a.yaml error: An overlay is named after an address («a.yaml») "
                "[Name it overlays/prod/persona/a.yaml, after the address]"
            )],
        ),
        (
            {"overlays/prod/tool/a.yaml": "greeting: x\n"},
            [(
                "overlays/prod/tool/a.yaml error: Only personas can have overlays yet («a.yaml») "
                "[Name it overlays/prod/persona/a.yaml, if a persona is meant]"
            )],
        ),
        (
            {OVERLAY: "greeting: x\n", "overlays/prod/persona/a.json": '{"greeting": "y"}'},
            [(
                f"{OVERLAY} error: An address has two overlays "
                "(overlays/prod/persona/a.json is one already) [Keep one of the two]"
            )],
        ),
        (
            {OVERLAY: "reconcile: {key: b, extends: [bases/b.yaml], environments: [prod]}\n"},
            [
                (
                    f"{OVERLAY}:1:13 error: This setting cannot stand in an overlay "
                    "(reconcile.key) [Move it into the definition]"
                ),
                (
                    f"{OVERLAY}:1:21 error: This setting cannot stand in an overlay "
                    "(reconcile.extends) [Move it into the definition]"
                ),
                (
                    f"{OVERLAY}:1:46 error: This setting cannot stand in an overlay "
                    "(reconcile.environments) [Move it into the definition]"
                ),
            ],
        ),
        (
            {OVERLAY: "greting: x\nsystem_prompt: 1\n"},
            [
                (
                    f"{OVERLAY}:1:1 error: No such field (greting is not a field of a "
                    "definition) [Did you mean greeting?]"
                ),
                (
                    f"{OVERLAY}:2:16 error: Wrong type (system_prompt takes text, found "
                    "a number) [Put the value in quotes]"
                ),
            ],
        ),
        (
            {OVERLAY: "broken: [\n", "a.yaml": SMALL + "greting: x\n"},
            [(
                f"{OVERLAY}:2:1 error: A value is missing here (it was opened on line 2) "
                "[Remove the comma, or write the value]"
            )],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_overlays_is_told(
    tmp_path: pathlib.Path, files: dict[str, str | bytes], expected: list[str]
) -> None:
    assert told(tmp_path, {"a.yaml": SMALL, **files}, environment="prod") == expected


def test_overlays_of_other_environments_are_not_read(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {"a.yaml": SMALL, OVERLAY: "broken: ["}
    assert told(tmp_path, files) == []


def test_an_unreadable_definition_is_no_reason_to_miss_it(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {"a.yaml": "broken: [", OVERLAY: "greeting: x\n"}
    (line,) = told(tmp_path, files, environment="prod")
    assert line.startswith("personas/a.yaml:2:1 error")


def test_an_overlay_that_is_a_link_out_of_the_project_is_refused(tmp_path: pathlib.Path) -> None:
    load(tmp_path / "project", {"a.yaml": SMALL})
    (tmp_path / "x.yaml").write_text("greeting: x\n")
    link = tmp_path / "project" / OVERLAY
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "x.yaml")
    (line,) = told(tmp_path / "project", {}, environment="prod")
    assert line.startswith(f"{OVERLAY} error: A symbolic link leads out of the project")
