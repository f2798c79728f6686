"""A service profile on disk: YAML that people read, with date and evidence on every line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field, ValidationError

from reconciler.core.diagnostics import error, in_order
from reconciler.core.errors import DefinitionError
from reconciler.core.service.profile import Answer, Profile
from reconciler.core.service.question import Confidence, as_json
from reconciler.core.service.questions import QUESTIONS
from reconciler.core.strict import StrictSettings
from reconciler.desired.model_errors import in_words, nearest
from reconciler.desired.source import printable, unreadable
from reconciler.desired.text import read_text
from reconciler.desired.yaml_source import read_yaml
from reconciler.desired.yaml_writer import yaml_text

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterator

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.service.question import Question
    from reconciler.desired.source import At, Source

_DAY: Final = r"^\d{4}-\d{2}(-\d{2})?$"
_DAY_OR_LESS: Final = r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"


class AnswerBlock(StrictSettings):
    """One answer."""

    value: Any
    """true or false, a number, a word, or a list of words: see the question."""
    confidence: Literal["documented", "seen", "official-code", "inferred", "unknown"]
    """How it is known."""
    date: str = Field(default="", pattern=_DAY_OR_LESS)
    """When it was found out, in quotes: year, year-month or year-month-day."""
    evidence: str = ""
    """What was seen, in a line."""


class ProfileFile(StrictSettings):
    """How one service behaves, as far as it is known."""

    version: Literal[1]
    """The version of this file's form."""
    taken: str = Field(pattern=_DAY)
    """The day it was made, in quotes."""
    endpoint: str = ""
    """The base URL it was found at."""
    answers: dict[str, AnswerBlock] = Field(default_factory=dict)
    """Question → answer. What is left out is as in the shipped profile."""


def read_profile(file: pathlib.Path, shown: str = "") -> Profile:
    """The profile in a file, which messages call `shown`.

    Raises DefinitionError with every problem and its place.
    """
    name = shown or str(file)
    if not file.is_file():
        raise unreadable(
            "There is no such service profile", name, hint="Make one: reconciler probe"
        )
    source = read_yaml(read_text(file, name), name)
    if source.problems:
        raise DefinitionError(printable(source.problems))
    if not isinstance(source.value, dict):
        raise unreadable("The service profile is not a mapping", "", source.value_place(()))
    try:
        said = ProfileFile.model_validate(source.value)
    except ValidationError as found:
        problems = printable(in_words(found, source, known=_known))
        raise DefinitionError(in_order(problems)) from None
    answers = {id_: _answer(block) for id_, block in said.answers.items()}
    if wrong := list(_wrong(answers, source)):
        raise DefinitionError(in_order(printable(wrong)))
    return Profile(file.stem, said.taken, said.endpoint, answers)


def profile_text(profile: Profile) -> str:
    """The text of a profile file: each question as a comment, its answer, date and evidence."""
    blocks = [
        "# yaml-language-server: $schema=../schemas/profile.schema.json\n"
        "# How a Tavus service behaves, as `reconciler` found it out. Safe to edit and to commit.\n"
        + yaml_text({"version": 1, "taken": profile.taken, "endpoint": profile.endpoint})
        + "answers:\n"
    ]
    for id_, question in QUESTIONS.items():
        answer = profile.answer(id_)
        entry: dict[str, Any] = {
            "value": as_json(answer.value),
            "confidence": answer.confidence.value,
            "date": answer.date,
            "evidence": answer.evidence,
        }
        kept = {name: said for name, said in entry.items() if said != "" or name == "value"}
        lines = yaml_text({id_: kept}).splitlines()
        blocks.append("\n".join([f"  # {question.asks}", *(f"  {line}" for line in lines)]) + "\n")
    return "".join(blocks)


def _known(at: At) -> Collection[str]:
    if at[:1] == ("answers",):
        return tuple(AnswerBlock.model_fields)
    return tuple(ProfileFile.model_fields)


def _answer(block: AnswerBlock) -> Answer:
    value = tuple(block.value) if isinstance(block.value, list) else block.value
    return Answer(value, Confidence(block.confidence), block.date, block.evidence)


def _wrong(answers: dict[str, Answer], source: Source) -> Iterator[Diagnostic]:
    for id_, answer in answers.items():
        question = QUESTIONS.get(id_)
        if question is None:
            place = source.key_place(("answers", id_))
            yield error("Unknown question", id_, place, nearest(id_, tuple(QUESTIONS)))
        elif not question.accepts(answer.value):
            place = source.value_place(("answers", id_, "value"))
            yield error("This cannot be the answer", f"{id_}: {_expected(question)}", place)


def _expected(question: Question) -> str:
    if question.values:
        known = (json.dumps(value).strip('"') for value in question.values)
        return f"one of {', '.join(known)}"
    if isinstance(question.default, tuple):
        return "a list of words"
    return "a whole number" if isinstance(question.default, int) else "text"
