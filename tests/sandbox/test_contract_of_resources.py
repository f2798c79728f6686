"""Objectives and guardrails of the emulator against the vendor's OpenAPI document.

As for personas (test_contract). The document has no tools.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from contract_tools import findings, leaves, samples
from sandbox_tools import add, remove, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx
    from contract_tools import Schema
    from sandbox_tools import Caller

pytestmark = pytest.mark.skipif(
    "TAVUS_OPENAPI" not in os.environ,
    reason="the environment variable TAVUS_OPENAPI names no copy of the vendor's document",
)

_SEEN: Final = "seen in real answers (resources-api 1)"
_ALIKE: Final = "as objectives read in real answers (resources-api 2)"
_SET: Final = ("uuid", "owner_id", "name", "data")
_OBJECTIVES: Final = (*_SET, "allow_loops", "is_deleted")
_FLAT: Final = ("uuid", "owner_id", "guardrail_type", "persona_refs", "tags", "app_message")

DEVIATIONS: Final[Mapping[str, str]] = {
    **{f"getObjectives 200 /data/*/{name}: not documented": _SEEN for name in _OBJECTIVES},
    **{
        f"getObjective 200 /{name}: not documented": _SEEN for name in _OBJECTIVES if name != "data"
    },
    "getObjective 200 /created_at: not documented": _SEEN,
    "getObjective 200 /updated_at: not documented": _SEEN,
    "getObjective 200 /data: not object": _SEEN,
    "getObjectives 400: not documented": "a senseless parameter must be answered somehow",
    **{f"getGuardrails 200 /data/*/{name}: not documented": _ALIKE for name in _SET},
    "getGuardrails 400: not documented": "a senseless parameter must be answered somehow",
    **{f"getGuardrail 200 /{name}: not documented": _ALIKE for name in _SET if name != "data"},
    "getGuardrail 200 /created_at: not documented": _ALIKE,
    "getGuardrail 200 /updated_at: not documented": _ALIKE,
    "getGuardrail 200 /data: not object": _ALIKE,
}


@pytest.fixture(scope="module")
def document() -> dict[str, Schema]:
    """The documented operations by their operationId."""
    paths = yaml.safe_load(Path(os.environ["TAVUS_OPENAPI"]).read_text())["paths"]
    return {
        operation["operationId"]: operation
        for path, operations in paths.items()
        for method, operation in operations.items()
        if path.startswith(("/v2/objectives", "/v2/guardrails"))
        and method in {"get", "post", "patch", "delete"}
    }


def item(document: dict[str, Schema], operation: str) -> Schema:
    content = document[operation]["requestBody"]["content"]["application/json"]
    found: Schema = content["schema"]["properties"]["data"]["items"]
    return found


def bodies(document: dict[str, Schema], operation: str) -> Iterator[tuple[str, Any, Any]]:
    """Every documented member of an item with each of its values, in a body that has the rest."""
    schema = item(document, operation)
    least: dict[str, Any] = dict.fromkeys(schema["required"], "text")
    for (name, *_), member in leaves(schema):
        for value in samples(member):
            yield name, value, {"data": [{**least, name: value}]}


def answers(call: Caller, family: str, member: str) -> Iterator[tuple[str, httpx.Response]]:
    """Every operation in every way it can be answered."""
    one = "Objective" if family == "objectives" else "Guardrail"
    many = one + "s"
    patch_ = f"patch{one}" if family == "objectives" else "patchGuardrails"
    delete = f"delete{one}" if family == "objectives" else "deleteGuardrails"
    root = f"/v2/{family}"
    body = {"data": [{f"{member}_name": "a", f"{member}_prompt": "b"}]}
    made = call.post(root, body)
    path = f"{root}/{made.json()[f'{family}_id']}"
    unknown = f"{root}/{made.json()[f'{family}_id'][0]}00000000000"
    change = replace(f"/data/0/{member}_prompt", "c")
    yield f"create{many}", made
    yield f"create{many}", call.post(root, {"data": [{}]})
    yield f"get{many}", call.get(root)
    yield f"get{many}", call.get(f"{root}?limit=none")
    for at in (path, unknown, f"{root}/none"):
        yield f"get{one}", call.get(at)
        yield patch_, call.patch(at, change)
    yield patch_, call.patch(path, change)
    yield patch_, call.patch(path, remove("/nothing"))
    nobody: dict[str, Any] = {"headers": {"x-api-key": ""}}
    yield f"create{many}", call("POST", root, json=body, **nobody)
    yield f"get{many}", call("GET", root, **nobody)
    yield f"get{one}", call("GET", path, **nobody)
    yield patch_, call("PATCH", path, json=[change], **nobody)
    yield delete, call("DELETE", path, **nobody)
    for at in (path, unknown, f"{root}/none"):
        yield delete, call.delete(at)


def test_answers_are_as_documented_but_for_the_listed_deviations(
    document: dict[str, Schema], call: Caller
) -> None:
    found: set[str] = set()
    statuses: set[tuple[str, str]] = set()
    for family, member in (("objectives", "objective"), ("guardrails", "guardrail")):
        for operation, reply in answers(call, family, member):
            found.update(findings(operation, document[operation], reply))
            statuses.add((operation, str(reply.status_code)))
    assert found == set(DEVIATIONS)
    promised = {(name, code) for name, schema in document.items() for code in schema["responses"]}
    assert promised <= statuses


@pytest.mark.parametrize("family", ["objectives", "guardrails"])
def test_every_documented_member_and_value_is_accepted_on_create_and_on_patch(
    document: dict[str, Schema], call: Caller, family: str
) -> None:
    for name, value, body in bodies(document, f"create{family.title()}"):
        made = call.post(f"/v2/{family}", body)
        assert made.status_code == 200, (body, made.text)
        path = f"/v2/{family}/{made.json()[f'{family}_id']}"
        reply = call.patch(path, add(f"/data/0/{name}", value))
        assert reply.status_code in {200, 304}, (name, value, reply.text)
