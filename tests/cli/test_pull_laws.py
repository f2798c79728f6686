"""After `reconciler pull`, the plan is empty: for outside edits of every kind."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from strategies import LAYERS, PROMPT, TEXT, TOOLS, some

if TYPE_CHECKING:
    from project import ProjectDir

ODD = st.sampled_from(
    [
        "no",
        "012",
        "1e3",
        "~",
        "# no comment",
        "a: b",
        "- x",
        "'",
        '"',
        " lead",
        "tail ",
        "{$x: y}",
        "line\n\n",
        "\ttab",
        "|",
        "&a",
        "*a",
        "é\u00a0ü",
        "---\nx: y\n---",
        "2026-01-01",
        "{{x}}",
    ]
)
WORDS = st.one_of(ODD, TEXT)
PERSONA = st.builds(
    lambda members, layers: {**members, "layers": layers} if layers else members,
    some(
        system_prompt=st.one_of(PROMPT, ODD),
        greeting=WORDS,
        context=st.one_of(WORDS, st.none()),
        document_tags=st.lists(WORDS, max_size=3, unique=True),
    ),
    LAYERS,
)
FORMS = st.sampled_from(["yaml", "json", "md"])


def in_form(form: str, document: dict[str, Any]) -> str:
    """A definition's text."""
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    members = dict(document)
    prompt = members.pop("system_prompt") if form == "md" else ""
    text = yaml.safe_dump(members, allow_unicode=True, sort_keys=False)
    return f"---\n{text}---\n{prompt}\n" if form == "md" else text


def edits(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Operations that put these members, and take away those that are no more."""
    gone = [name for name in before if name not in after]
    return [
        *({"op": "add", "path": f"/{name}", "value": value} for name, value in after.items()),
        *({"op": "remove", "path": f"/{name}"} for name in gone),
    ]


@settings(
    max_examples=8,
    # A smaller example would take minutes: each is four runs of the command line.
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), form=FORMS, dialect=st.sampled_from(["sandbox", "pals"]))
def test_after_a_pull_the_plan_is_empty(
    project: ProjectDir, data: st.DataObject, form: str, dialect: str
) -> None:
    shutil.rmtree(project.directory / ".reconciler", ignore_errors=True)
    shutil.rmtree(project.directory / "overlays", ignore_errors=True)
    identity = {"persona_name": "Anna", "default_replica_id": "r90bbd427f71"}
    own = {"system_prompt": "You are Anna.", **data.draw(PERSONA)}
    base, overlay = data.draw(PERSONA), data.draw(PERSONA)
    extends = {"reconcile": {"extends": ["bases/kind.yaml"]}}
    for suffix in ("yaml", "json", "md"):
        (project.directory / f"personas/anna.{suffix}").unlink(missing_ok=True)
    project.write("personas/bases/kind.yaml", in_form("yaml", base))
    project.write(f"personas/anna.{form}", in_form(form, {**identity, **own, **extends}))
    if overlay:
        project.write(f"overlays/{dialect}/persona/anna.yaml", in_form("yaml", overlay))
    env = ("--env", dialect)
    if project.run("apply", "--auto-approve", *env).code:
        event("not a definition")
        return
    with project.emulator() as store:
        (row,) = (row for row in store.personas() if row.record["persona_name"] == "Anna")
        known = {name: row.record.get(name) for name in ("greeting", "context", "layers")}
        changed = {"system_prompt": "You were Anna.", **data.draw(PERSONA)}
        store.edit(row.id, edits({k: v for k, v in known.items() if v}, changed))
    ran = project.ok("pull", "--into", data.draw(st.sampled_from(["overlay", "definition"])), *env)
    event(ran.err.split(".")[0])
    planned = project.run("plan", "--detailed-exitcode", *env)
    assert planned.code == 0, planned.out + planned.err
    assert "Nothing to pull." in project.ok("pull", *env).err


@settings(
    max_examples=5,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=TOOLS.filter(bool), after=TOOLS.filter(bool), flip=st.booleans())
def test_after_a_pull_of_tools_the_plan_is_empty(
    project: ProjectDir, before: list[Any], after: list[Any], *, flip: bool
) -> None:
    shutil.rmtree(project.directory / ".reconciler", ignore_errors=True)
    head = {"persona_name": "Anna", "system_prompt": "Hi.", "default_replica_id": "r90bbd427f71"}
    document = {**head, "layers": {"llm": {"model": "tavus-gemma-4", "tools": before}}}
    project.write("personas/anna.yaml", in_form("yaml", document))
    project.apply()
    kept = [*after, *(tool for tool in before if flip and _name(tool) not in map(_name, after))]
    operation = {"op": "replace", "path": "/layers/llm/tools", "value": kept[::-1]}
    project.edit("anna", [operation])
    project.ok("pull")
    assert project.run("plan", "--detailed-exitcode").code == 0


def _name(tool: dict[str, Any]) -> str:
    return str(tool["function"]["name"])
