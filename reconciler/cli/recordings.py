"""Recordings of a service on disk: a file of JSON for each exchange, and one about them all."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final

from reconciler import __version__
from reconciler.cli.json_files import read_json_file
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.core.project import SANDBOX
from reconciler.core.service.profile import Answer, Profile
from reconciler.core.service.question import Confidence, as_json
from reconciler.core.service.questions import QUESTIONS
from reconciler.workflow.probing.recorded import from_document, to_document
from reconciler.workflow.probing.transcript import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from reconciler.core.secret import Secret
    from reconciler.core.service.exchange import Exchange
    from reconciler.core.service.finding import Probed
    from reconciler.workflow.probing.subject import Dummies

ABOUT: Final = "recording.json"
KIND: Final = "persona-reconciler/recording"
VERSION: Final = "1.0"


def require_empty(directory: Path) -> None:
    """Raise UsageError where the directory holds something already."""
    if directory.exists() and any(directory.iterdir()):
        raise UsageError("--record takes a directory that is empty or new", str(directory))


def write_recording(
    directory: Path, probed: Probed, dummies: Dummies, secrets: Iterable[Secret]
) -> None:
    """Write the exchanges of a probe, scrubbed."""
    scrubber = Scrubber(
        probed.exchanges,
        own=probed.made,
        dummies=dummies,
        secrets=secrets,
        run=probed.run,
    )
    directory.mkdir(parents=True, exist_ok=True)
    _write(
        directory / ABOUT,
        {
            "kind": KIND,
            "format_version": VERSION,
            "tool_version": __version__,
            "made_against": "the emulator" if probed.endpoint == SANDBOX else "a service",
            "date": probed.date,
            "answers": {
                one.id: as_json(one.value) for one in probed.answered if one.value is not None
            },
        },
    )
    for exchange in map(scrubber.exchange, probed.exchanges):
        experiment = exchange.experiment.strip("/").replace("/", ".").replace(" ", "-")
        name = f"{exchange.number:03}-{experiment}.json"
        _write(directory / name, dict(to_document(exchange)))


def read_recording(directory: Path) -> tuple[Profile, list[Exchange]]:
    """What a recording says of the service, and its exchanges. Raises ReconcilerError."""
    about = _read(directory / ABOUT)
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise _unusable(directory / ABOUT, "it does not describe a recording")
    if str(about.get("format_version", "")).partition(".")[0] != VERSION.partition(".")[0]:
        raise _unusable(directory / ABOUT, f"its format is {about.get('format_version')}")
    files = [f for f in sorted(directory.glob("*.json")) if re.match(r"[0-9]{3,}-", f.name)]
    exchanges = []
    for file in files:
        try:
            exchanges.append(from_document(_read(file)))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _unusable(file, "it is no exchange") from None
    exchanges.sort(key=lambda one: one.number)
    return Profile(directory.name, str(about.get("date", "")), answers=_answers(about)), exchanges


def _answers(about: dict[str, Any]) -> dict[str, Answer]:
    answers = {}
    said = about.get("answers")
    for id_, value in said.items() if isinstance(said, dict) else ():
        answer = tuple(value) if isinstance(value, list) else value
        if id_ in QUESTIONS and QUESTIONS[id_].accepts(answer):
            answers[id_] = Answer(answer, Confidence.SEEN)
    return answers


def _read(file: Path) -> Any:  # noqa: ANN401 - any JSON
    return read_json_file(file)


def _unusable(file: Path, why: str) -> ReconcilerError:
    return ReconcilerError("The recording cannot be used", f"{file}: {why}")


def _write(file: Path, value: dict[str, Any]) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=True) + "\n"
    file.write_text(text, encoding="utf-8", newline=os.linesep if os.name == "nt" else "\n")
