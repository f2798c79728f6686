"""$var and $ref, and where every value of a definition comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from composing import PROJECT, SMALL, extending, load, one, told

from reconciler.core.reference import Resources
from reconciler.core.resource import Address, How, Reference, Use
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    import pathlib

INTAKE = Address("objectives", "intake")
RESOURCES = Resources({INTAKE: "o123"}, frozenset({"objectives"}))


def test_a_variable_gives_the_value_of_the_environment_of_any_type(tmp_path: pathlib.Path) -> None:
    text = (
        SMALL + "default_replica_id: {$var: face}\nlayers: {tts: {voice_settings: {$var: voice}}}\n"
    )
    desired = one(tmp_path, {"a.yaml": text})
    assert desired.document["default_replica_id"] == "r1"
    assert desired.document["layers"]["tts"]["voice_settings"] == {"speed": 1, "emotion": ["calm"]}
    assert str(desired.places["default_replica_id",]) == "reconciler.yaml:7:13"
    assert str(desired.places["layers", "tts", "voice_settings", "speed"]) == "reconciler.yaml:8:15"
    assert desired.uses == (Use("personas/a.yaml", How.TAKES_FROM, "reconciler.yaml"),)


def test_a_variable_may_come_from_a_file_or_from_the_environment(tmp_path: pathlib.Path) -> None:
    project = PROJECT.replace("face: r2", "face: {$env: FACE}")
    files: dict[str, str | bytes] = {
        "reconciler.yaml": project,
        "prompts/tone.md": "Kind.\n",
        "a.yaml": SMALL + "default_replica_id: {$var: face}\ngreeting: {$var: tone}\n",
    }
    desired = one(tmp_path, files, environment="prod")
    assert desired.document["default_replica_id"] == Secret("r90bbd427f71")
    assert desired.variables == {("default_replica_id",): "FACE"}
    assert desired.document["greeting"] == "Kind."
    assert str(desired.places["greeting",]) == "personas/prompts/tone.md:1:1"


def test_variables_stand_in_the_reserved_block_and_in_tools_too(tmp_path: pathlib.Path) -> None:
    tool = "{function: {name: f, description: {$var: face}, parameters: {x: {$var: voice}}}}"
    text = (
        SMALL
        + f"layers: {{llm: {{tools: [{tool}]}}}}\nreconcile: {{labels: {{f: {{$var: face}}}}}}\n"
    )
    desired = one(tmp_path, {"a.yaml": text})
    function = desired.document["layers"]["llm"]["tools"][0]["function"]
    assert function["description"] == "r1"
    assert function["parameters"]["x"]["emotion"] == ["calm"]
    assert desired.reserved.labels == {"f": "r1"}
    at = ("layers", "llm", "tools", 0, "function", "description")
    assert str(desired.inserted[at]) == "reconciler.yaml:7:13"


def test_every_use_of_a_variable_is_a_value_of_its_own(tmp_path: pathlib.Path) -> None:
    two = "layers: {tts: {voice_settings: {$var: voice}}, llm: {extra_body: {$var: voice}}}\n"
    layers = one(tmp_path, {"a.yaml": SMALL + two}).document["layers"]
    assert layers["tts"]["voice_settings"] == layers["llm"]["extra_body"]
    assert layers["tts"]["voice_settings"] is not layers["llm"]["extra_body"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "{$var: fase}",
            (
                "personas/a.yaml:3:11 error: The environment has no such variable "
                "(«fase» is missing in sandbox, prod) [Did you mean face?]"
            ),
        ),
        (
            "{$var: tone}",
            (
                "personas/a.yaml:3:11 error: The environment has no such variable "
                "(«tone» is missing in sandbox) "
                "[Add it to the vars of the environment in reconciler.yaml]"
            ),
        ),
        (
            "{$file: prompts/x.yaml}",
            (
                "personas/prompts/x.yaml:1:4 error: The environment has no such variable "
                "(«no» is missing in sandbox, prod) "
                "[Add it to the vars of the environment in reconciler.yaml] "
                "via personas/a.yaml:3:11"
            ),
        ),
        (
            "{$var: [face]}",
            "personas/a.yaml:3:12 error: A directive takes text ($var) [Write {$var: name}]",
        ),
        (
            "{$var: voice}",
            ("personas/a.yaml:3:1 error: Wrong type (greeting takes text, found a mapping)"),
        ),
        (
            "{$ref: objectives/intak}",
            (
                "personas/a.yaml:3:11 error: There is no such resource to refer to "
                "(«objectives/intak») [Did you mean objectives/intake?]"
            ),
        ),
        (
            "{$ref: guardrail/x}",
            (
                "personas/a.yaml:3:11 error: This kind of resource is not available yet "
                "(«guardrail/x») "
                "[Write its id, or {$var: name} where the id differs between environments]"
            ),
        ),
        (
            "{$ref: guardrails/x}",
            (
                "personas/a.yaml:3:11 error: There is no such kind of resource («guardrails») "
                "[Did you mean guardrail/x?]"
            ),
        ),
        (
            "{$ref: persona/b}",
            (
                "personas/a.yaml:3:11 error: A persona cannot refer to a persona "
                "(«persona/b»; no field of a persona takes the id of another one) [What several "
                "personas share goes into a base: reconcile: {extends: [bases/…]}]"
            ),
        ),
        (
            "{$ref: intake}",
            (
                "personas/a.yaml:3:11 error: A reference names a resource by its address "
                "(«intake») [Write kind/key, such as {$ref: objectives/intake}]"
            ),
        ),
    ],
)
def test_what_leads_nowhere_is_told(tmp_path: pathlib.Path, value: str, expected: str) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": f"{SMALL}greeting: {value}\n",
        "prompts/x.yaml": '   {$var: "no"}\n',
    }
    assert told(tmp_path, files, resources=RESOURCES) == [expected]


def test_a_variable_that_takes_itself_is_refused(tmp_path: pathlib.Path) -> None:
    project = PROJECT.replace("face: r1", "face: {$var: other}\n      other: {$var: face}")
    (line,) = told(tmp_path, {
        "reconciler.yaml": project, "a.yaml": SMALL + "greeting: {$var: face}\n",
    })  # fmt: skip
    assert line == (
        "reconciler.yaml:8:14 error: A file includes itself (reconciler.yaml $var face → "
        "reconciler.yaml $var other → reconciler.yaml $var face) "
        "via reconciler.yaml:7:13 via personas/a.yaml:3:11"
    )


def test_a_reference_becomes_the_id_of_its_target_and_is_remembered(
    tmp_path: pathlib.Path,
) -> None:
    text = SMALL + "guardrail_ids: [{$ref: objectives/intake}]\n"
    desired = one(tmp_path, {"a.yaml": text}, resources=RESOURCES)
    assert desired.document["guardrail_ids"] == ["o123"]
    (reference,) = desired.references
    assert reference == Reference(INTAKE, reference.place)
    assert str(reference.place) == "personas/a.yaml:3:17"


def test_ref_in_the_parameters_of_a_tool_is_json_schema(tmp_path: pathlib.Path) -> None:
    parameters = "{$ref: objectives/intake}"
    tool = f"{{function: {{name: f, description: d, parameters: {parameters}}}}}"
    desired = one(tmp_path, {"a.yaml": f"{SMALL}layers: {{llm: {{tools: [{tool}]}}}}\n"})
    function = desired.document["layers"]["llm"]["tools"][0]["function"]
    assert function["parameters"] == {"$ref": "objectives/intake"}
    assert desired.references == ()


def test_every_value_knows_where_it_comes_from(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {
        "bases/b.yaml": (
            "system_prompt: {$file: prompts/p.md}\n"
            "layers:\n  llm: {model: tavus-gemma-4, tools: {$file: prompts/t.yaml}}\n"
            "  stt: {hotwords: a}\n"
        ),
        "prompts/p.md": "Prompt.\n",
        "prompts/d.md": "Books.\n",
        "prompts/t.yaml": "- {function: {name: f, description: {$file: prompts/d.md}}}\n",
        "a.yaml": (
            "persona_name: A\ndefault_replica_id: {$var: face}\n"
            "layers: {tts: {api_key: {$env: KEY}}, stt: {hotwords: b}}\n"
            + extending("bases/b.yaml")
        ),
        "overlays/prod/persona/a.yaml": "greeting: prod\nlayers: {llm: {model: tavus-gpt-oss}}\n",
    }
    desired = one(tmp_path, files, environment="prod")
    assert {".".join(path): str(place) for path, place in desired.places.items()} == {
        "system_prompt": "personas/prompts/p.md:1:1",
        "layers": "overlays/prod/persona/a.yaml:2:1",
        "layers.llm": "overlays/prod/persona/a.yaml:2:10",
        "layers.llm.model": "overlays/prod/persona/a.yaml:2:16",
        "layers.llm.tools": "personas/prompts/t.yaml:1:1",
        "layers.stt": "personas/a.yaml:3:39",
        "layers.stt.hotwords": "personas/a.yaml:3:45",
        "persona_name": "personas/a.yaml:1:1",
        "default_replica_id": "reconciler.yaml:10:18",
        "layers.tts": "personas/a.yaml:3:10",
        "layers.tts.api_key": "personas/a.yaml:3:16",
        "greeting": "overlays/prod/persona/a.yaml:1:1",
    }
    assert desired.variables == {("layers", "tts", "api_key"): "KEY"}
    tools = ("layers", "llm", "tools")
    assert {at: str(place) for at, place in desired.inserted.items()} == {
        (*tools, 0, "function", "description"): "personas/prompts/d.md:1:1"
    }
    assert set(desired.sources) == {
        *("personas/a.yaml", "personas/bases/b.yaml", "reconciler.yaml"),
        *("personas/prompts/p.md", "personas/prompts/t.yaml", "personas/prompts/d.md"),
        "overlays/prod/persona/a.yaml",
    }
    assert "CANARY" not in repr(load(tmp_path, files))
