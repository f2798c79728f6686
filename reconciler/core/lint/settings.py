"""Switches for lint rules, as the project file and the reserved block of a definition have them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
)

from reconciler.core.rulebook import Level, Rule, rule_of
from reconciler.core.strict import StrictSettings


def _code(key: str) -> str:
    return rule_of(key).code


def _each_once(value: object) -> object:
    seen: dict[Rule, str] = {}
    for key in value if isinstance(value, dict) else ():
        try:
            rule = rule_of(key)
        except (ValueError, AttributeError):
            continue  # told with its place, by the check of the key
        if rule in seen:
            raise ValueError(f"{seen[rule]} and {key} are the same rule")
        seen[rule] = key
    return value


def _switch(value: object) -> object:
    return {"level": value} if isinstance(value, str) else value


LevelName: TypeAlias = Literal["off", "warning", "error"]

_RuleKey: TypeAlias = Annotated[str, AfterValidator(_code)]
"""A code or a name of a rule; becomes the code."""


class RuleSwitch(StrictSettings):
    """A level, for all definitions or only for those with certain labels."""

    level: LevelName = Field(description="off, warning or error.")
    labels: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Only definitions that have all these labels under reconcile.labels; "
            "all where left out."
        ),
    )


_LEVEL: Final[dict[str, Any]] = {"enum": [level.value for level in Level]}
LIMITED_SWITCH: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "level": {"description": RuleSwitch.model_fields["level"].description, **_LEVEL},
        "labels": {
            "description": RuleSwitch.model_fields["labels"].description,
            "type": "object",
            "additionalProperties": {"type": "string"},
        },
    },
    "required": ["level"],
    "additionalProperties": False,
}
"""The schema of a RuleSwitch."""

LIMITED_REF: Final = "LimitedSwitch"
"""Under which name a schema has LIMITED_SWITCH among its definitions."""


def _schema(form: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            key: {"description": f"{rule.title}. Also: {other}. Default: {rule.level}.", **form}
            for rule in Rule
            for key, other in ((rule.code, rule.slug), (rule.slug, rule.code))
        },
        "additionalProperties": False,
    }


ProjectSwitches: TypeAlias = Annotated[
    dict[_RuleKey, Annotated[RuleSwitch, BeforeValidator(_switch)]],
    BeforeValidator(_each_once),
    WithJsonSchema({"type": "object"}),
]
"""`lint:` in reconciler.yaml: rule → level, or {level, labels}."""

OwnSwitches: TypeAlias = Annotated[
    dict[_RuleKey, LevelName], BeforeValidator(_each_once), WithJsonSchema(_schema(_LEVEL))
]
"""`reconcile: {lint: …}` in a definition: rule → level."""


def project_switches_schema() -> dict[str, Any]:
    """The schema of ProjectSwitches, for a document that defines LIMITED_REF."""
    return _schema({"anyOf": [_LEVEL, {"$ref": f"#/$defs/{LIMITED_REF}"}]})
